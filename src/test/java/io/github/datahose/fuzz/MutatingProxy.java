// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.fuzz;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A server on plain sockets, so that what goes out is what somebody else made up, whether HTTP or
 * not. Thread-safe.
 */
final class MutatingProxy implements AutoCloseable {

  /** Makes up answers; called by several threads. */
  interface Answers {
    Sent answer(Request request) throws IOException, InterruptedException;
  }

  /**
   * What goes out.
   *
   * @param closes whether the connection ends then
   * @param resets whether by a reset
   */
  record Sent(byte[] bytes, boolean closes, boolean resets) {}

  private final Answers answers;
  private final ServerSocket listener;
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();

  MutatingProxy(Answers answers) {
    this.answers = answers;
    try {
      listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot listen on the loopback address", e);
    }
    start(this::accept);
  }

  String url() {
    return "http://127.0.0.1:" + listener.getLocalPort();
  }

  private void accept() {
    try {
      while (true) {
        Socket connection = listener.accept();
        connections.add(connection);
        start(() -> serve(connection));
      }
    } catch (IOException closed) {
      // the run is over
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      connection.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(connection.getInputStream());
      Sent answer;
      do {
        Request request = Request.read(in);
        if (request == null) {
          return;
        }
        answer = answers.answer(request);
        connection.getOutputStream().write(answer.bytes());
      } while (!answer.closes());
      if (answer.resets()) {
        connection.setSoLinger(true, 0);
      }
    } catch (IOException | InterruptedException gone) {
      // the client hung up, or the run is over
    } finally {
      connections.remove(connection);
    }
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task, "mutating-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket connection : connections) {
      connection.close();
    }
  }
}
