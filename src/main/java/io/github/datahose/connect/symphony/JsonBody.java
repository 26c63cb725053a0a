// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

import java.io.IOException;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.BufferedSink;

/**
 * A JSON request body that OkHttp may send once only, so that it never repeats a call on its own.
 */
final class JsonBody extends RequestBody {

  /** No charset: the pinned request has none, and RFC 8259 knows only UTF-8. */
  private static final MediaType JSON = MediaType.get("application/json");

  private final byte[] json;
  private volatile boolean sent;

  JsonBody(byte[] json) {
    this.json = json;
  }

  @Override
  public MediaType contentType() {
    return JSON;
  }

  @Override
  public long contentLength() {
    return json.length;
  }

  @Override
  public boolean isOneShot() {
    return true;
  }

  /** Whether there was a connection to write it to: what times out before that is no read. */
  boolean isSent() {
    return sent;
  }

  @Override
  public void writeTo(BufferedSink sink) throws IOException {
    sink.write(json);
    sent = true;
  }
}
