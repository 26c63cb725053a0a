// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.SocketFactory;

/**
 * Sockets that bring so many bytes for a call and no more, TLS and framing included. OkHttp and
 * Okio bound the headers and leave the body to us, but what is between them they read into memory
 * to its end: the extension of a chunk ({@code Http1ExchangeCodec}) and the name in the head of a
 * gzip body ({@code GzipSource}). A peer that never ends one would fill the heap.
 *
 * <p>A call is made, and its answer read, on one thread, so the bytes are counted by thread: what a
 * connection brought for earlier calls is no matter. Thread-safe.
 */
final class BoundedSockets extends SocketFactory {

  /** Headers, handshakes, and the framing of short answers. */
  private static final long BESIDES_THE_BODY = 1024 * 1024;

  /** How many bytes may still come for this thread's call; null outside of one. */
  private final ThreadLocal<Long> left = new ThreadLocal<>();

  /**
   * Begins a call of this thread.
   *
   * @param maxBytes of the answer's body; half as much again may come as framing
   */
  void begin(long maxBytes) {
    left.set(maxBytes + maxBytes / 2 + BESIDES_THE_BODY);
  }

  /** Ends this thread's call. */
  void end() {
    left.remove();
  }

  private void count(int bytes) throws IOException {
    Long before = left.get();
    if (before == null || bytes < 0) {
      return;
    }
    if (bytes > before) {
      throw new IOException("more bytes came than any answer may have");
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
