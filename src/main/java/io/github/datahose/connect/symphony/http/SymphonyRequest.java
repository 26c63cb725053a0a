// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.http;

import java.io.IOException;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import okio.BufferedSink;

/** What all requests to Symphony's servers have in common. */
public final class SymphonyRequest {

  private SymphonyRequest() {}

  /**
   * A request that wants JSON and says who asks.
   *
   * @param base of the server, with its context path
   * @param path below it, without a slash before
   */
  public static Request.Builder to(HttpUrl base, String path, String userAgent) {
    return new Request.Builder()
        .url(base.newBuilder().addPathSegments(path).build())
        .header("Accept", "application/json")
        .header("User-Agent", userAgent);
  }

  /** A body of JSON in UTF-8, sent once only. */
  public static RequestBody json(byte[] json) {
    return new OneShotBody(OneShotBody.JSON, json);
  }

  /** No bytes and no Content-Type, but a Content-Length, which is 0; sent once only. */
  public static RequestBody emptyBody() {
    return new OneShotBody(null, new byte[0]);
  }

  /** A request body that OkHttp may send once only, so that it never repeats a call on its own. */
  static final class OneShotBody extends RequestBody {

    /** No charset: the pinned request has none, and RFC 8259 knows only UTF-8. */
    private static final MediaType JSON = MediaType.get("application/json");

    private final MediaType type;
    private final byte[] bytes;
    private volatile boolean sent;

    private OneShotBody(MediaType type, byte[] bytes) {
      this.type = type;
      this.bytes = bytes;
    }

    @Override
    public MediaType contentType() {
      return type;
    }

    @Override
    public long contentLength() {
      return bytes.length;
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
      sink.write(bytes);
      sent = true;
    }
  }
}
