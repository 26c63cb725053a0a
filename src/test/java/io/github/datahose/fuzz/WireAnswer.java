// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.fuzz;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPOutputStream;

/** An HTTP answer on its way to the wire, of which each part can be spoiled. Not thread-safe. */
final class WireAnswer {

  /** How the end of the body is told. */
  enum Framing {
    LENGTH,
    CHUNKED,
    /** By the end of the connection. */
    CLOSE,
    /** Not at all, or by a header of its own. */
    NONE
  }

  String statusLine;

  /** Lines as they go out, a byte for each character, but for those that the framing adds. */
  final List<String> headers = new ArrayList<>();

  /** What a client has once it took off chunks and compression. */
  byte[] body;

  boolean gzip;
  Framing framing = Framing.LENGTH;

  /** Bytes of a chunk. */
  int chunk = 1000;

  /** Spoils the body as it is transferred, before it is framed. */
  UnaryOperator<byte[]> transfer = UnaryOperator.identity();

  /** Spoils the whole answer, the last thing that happens to it. */
  UnaryOperator<byte[]> wire = UnaryOperator.identity();

  /** Whether the connection ends after it, in any case where a client might wait for more. */
  boolean closes;

  /** Whether that end is a reset. */
  boolean resets;

  WireAnswer(int status, String contentType, byte[] body) {
    statusLine = "HTTP/1.1 " + status + " True";
    if (contentType != null) {
      headers.add("Content-Type: " + contentType);
    }
    this.body = body;
  }

  /** All bytes that go out; spoilt at random, so to be asked once. */
  byte[] bytes() {
    byte[] payload = transfer.apply(gzip ? gzip(body) : body);
    StringBuilder head = new StringBuilder(statusLine).append("\r\n");
    headers.forEach(line -> head.append(line).append("\r\n"));
    if (gzip) {
      head.append("Content-Encoding: gzip\r\n");
    }
    switch (framing) {
      case LENGTH -> head.append("Content-Length: ").append(payload.length).append("\r\n");
      case CHUNKED -> {
        head.append("Transfer-Encoding: chunked\r\n");
        payload = chunked(payload);
      }
      case CLOSE, NONE -> {}
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    all.writeBytes(payload);
    return wire.apply(all.toByteArray());
  }

  private byte[] chunked(byte[] payload) {
    ByteArrayOutputStream chunks = new ByteArrayOutputStream();
    for (int at = 0; at < payload.length; at += chunk) {
      int length = Math.min(chunk, payload.length - at);
      chunks.writeBytes((Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
      chunks.write(payload, at, length);
      chunks.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
    }
    chunks.writeBytes("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    return chunks.toByteArray();
  }

  private static byte[] gzip(byte[] plain) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(plain);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }
}
