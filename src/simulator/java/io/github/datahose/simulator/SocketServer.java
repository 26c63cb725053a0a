// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** HTTP over sockets: the common part of both proxies. Thread-safe. */
abstract class SocketServer implements AutoCloseable {

  private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *(\\d+)");
  private static final String CLOSE = "\r\nConnection: close\r\n";

  /** The open connections of clients. */
  final Set<Socket> clients = ConcurrentHashMap.newKeySet();

  private final Set<Socket> targets = ConcurrentHashMap.newKeySet();
  private final String host;
  private final ServerSocket listener;

  /**
   * A request; each byte is one character of the same number.
   *
   * @param head the text up to and including the blank line
   */
  record Request(String head, byte[] body) {

    String line() {
      return head.substring(0, head.indexOf("\r\n"));
    }
  }

  /** Binds the port; call {@link #started} after the construction of the server. */
  SocketServer(String host, int port) {
    this.host = host;
    try {
      listener = new ServerSocket(port, 50, InetAddress.getByName(host));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot listen on " + host + ":" + port + ", choose another port", e);
    }
  }

  /** Starts to accept connections. */
  static <S extends SocketServer> S started(S server) {
    SocketServer any = server;
    start(any::accept);
    return server;
  }

  /** Returns the base URL. */
  public final String url() {
    return "http://" + host + ":" + port();
  }

  /** Returns the port. */
  public final int port() {
    return listener.getLocalPort();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listener.accept();
        clients.add(client);
        start(() -> serve(client));
      }
    } catch (IOException closed) {
      // The server is closed.
    }
  }

  private void serve(Socket client) {
    try (client) {
      InputStream in = new BufferedInputStream(client.getInputStream());
      Request request = read(in);
      while (request != null && answer(request, in, client)) {
        request = read(in);
      }
    } catch (IOException | InterruptedException gone) {
      // One side closed the connection, or the server is closed.
    } finally {
      clients.remove(client);
    }
  }

  /**
   * Responds to a request.
   *
   * @param in the input of the client after the head
   * @return whether the connection accepts another request; otherwise it is closed
   */
  abstract boolean answer(Request request, InputStream in, Socket client)
      throws IOException, InterruptedException;

  /** Returns null at the end. */
  private static Request read(InputStream in) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    String head = "";
    while (!head.endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        return null;
      }
      bytes.write(next);
      head = bytes.toString(StandardCharsets.ISO_8859_1);
    }
    Matcher length = LENGTH.matcher(head);
    return new Request(
        head, length.find() ? in.readNBytes(Integer.parseInt(length.group(1))) : new byte[0]);
  }

  /**
   * Forwards a request on a separate connection, which ends when the client closes its own.
   *
   * @param head the head for the target
   * @param out receives the response as it arrives, with a header that closes the connection,
   *     because the client would lose its next request
   */
  void ask(String host, int port, String head, byte[] body, Socket client, OutputStream out)
      throws IOException {
    try (Socket target = connect(host, port)) {
      String once = head.replaceFirst("(?i)\r\nconnection: [^\r]*", "");
      write(target, once.replaceFirst("\r\n", CLOSE));
      target.getOutputStream().write(body);
      start(
          () -> {
            try (target) {
              client.getInputStream().read();
            } catch (IOException gone) {
              // Closing the connection signals it.
            }
          });
      InputStream answer = target.getInputStream();
      int next = answer.read();
      while (next >= 0 && next != '\r') {
        out.write(next);
        next = answer.read();
      }
      if (next >= 0) {
        answer.skipNBytes(1);
        out.write(bytes(CLOSE));
        answer.transferTo(out);
      }
    }
  }

  final Socket connect(String host, int port) throws IOException {
    targets.removeIf(Socket::isClosed);
    Socket target = new Socket(InetAddress.getByName(host), port);
    targets.add(target);
    return target;
  }

  static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(bytes(text));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  static void start(Runnable task) {
    Thread thread = new Thread(task, "socket-server");
    thread.setDaemon(true);
    thread.start();
  }

  /** Ends all connections, including unresponsive ones. */
  final void endConnections() throws IOException {
    for (Set<Socket> sockets : List.of(clients, targets)) {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  /** Ends all connections, and accepts no more. */
  @Override
  public void close() {
    try {
      listener.close();
      endConnections();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
