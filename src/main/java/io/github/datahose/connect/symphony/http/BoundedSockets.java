// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.SocketFactory;

/**
 * Sockets that limit the bytes received for a request, TLS and framing included. OkHttp and Okio
 * limit the headers and leave the body to the caller, but read what is between them completely into
 * memory: the extension of a chunk ({@code Http1ExchangeCodec}) and the name in the header of a
 * gzip body ({@code GzipSource}). A peer that never ends one would fill the heap.
 *
 * <p>A request is sent, and its response read, on one thread, so the bytes are counted for each
 * thread: those that a connection received for earlier requests do not matter. Thread-safe.
 */
final class BoundedSockets extends SocketFactory {

  /** Headers, handshakes, and the framing of short responses. */
  private static final long BESIDES_THE_BODY = 1024 * 1024;

  /** Bytes that this thread's request may still receive; null outside of one. */
  private final ThreadLocal<Long> left = new ThreadLocal<>();

  /**
   * Starts to count for a request of this thread.
   *
   * @param maxBytes limit of the response's body; framing may add half as much
   */
  void begin(long maxBytes) {
    left.set(maxBytes + maxBytes / 2 + BESIDES_THE_BODY);
  }

  /** Stops to count for this thread's request. */
  void end() {
    left.remove();
  }

  private void count(int bytes) throws IOException {
    Long before = left.get();
    if (before == null || bytes < 0) {
      return;
    }
    if (bytes > before) {
      throw new IOException("received more bytes than a response may have");
    }
    left.set(before - bytes);
  }

  @Override
  public Socket createSocket() {
    return new Socket() {
      @Override
      public InputStream getInputStream() throws IOException {
        return new FilterInputStream(super.getInputStream()) {
          @Override
          public int read() throws IOException {
            int read = super.read();
            count(read < 0 ? read : 1);
            return read;
          }

          @Override
          public int read(byte[] bytes, int offset, int length) throws IOException {
            int read = super.read(bytes, offset, length);
            count(read);
            return read;
          }
        };
      }
    };
  }

  @Override
  public Socket createSocket(String host, int port) {
    throw connected();
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress local, int localPort) {
    throw connected();
  }

  @Override
  public Socket createSocket(InetAddress host, int port) {
    throw connected();
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
    throw connected();
  }

  private static UnsupportedOperationException connected() {
    return new UnsupportedOperationException("OkHttp connects its sockets itself");
  }
}
