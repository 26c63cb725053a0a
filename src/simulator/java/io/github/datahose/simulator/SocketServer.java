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

/** HTTP by plain sockets: what the two proxies have in common. Thread-safe. */
abstract class SocketServer implements AutoCloseable {

  private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *(\\d+)");
  private static final String CLOSE = "\r\nConnection: close\r\n";

  /** Connections of clients that are open now. */
  final Set<Socket> clients = ConcurrentHashMap.newKeySet();

  private final Set<Socket> targets = ConcurrentHashMap.newKeySet();
  private final String host;
  private final ServerSocket listener;

  /**
   * A request; each byte is the character of its number.
   *
   * @param head up to the blank line, and with it
   */
  record Request(String head, byte[] body) {

    String line() {
      return head.substring(0, head.indexOf("\r\n"));
    }
  }

  /** Takes the port; {@link #started} is to follow, once all of the server is made. */
  SocketServer(String host, int port) {
    this.host = host;
    try {
      listener = new ServerSocket(port, 50, InetAddress.getByName(host));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot listen on " + host + ":" + port + ", choose another port", e);
    }
  }

  /** Begins to take connections. */
  static <S extends SocketServer> S started(S server) {
    SocketServer any = server;
    start(any::accept);
    return server;
  }

  /** Its base URL. */
  public final String url() {
    return "http://" + host + ":" + port();
  }

  /** The port it listens on. */
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
      // the server is closed
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
      // one side hung up, or the server is closed
    } finally {
      clients.remove(client);
    }
  }

  /**
   * Answers a request.
   *
   * @param in what the client sends after it
   * @return whether the connection takes a further request; else it is closed
   */
  abstract boolean answer(Request request, InputStream in, Socket client)
      throws IOException, InterruptedException;

  /** Null at the end. */
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
   * Passes a request on, on a connection of its own, which ends when the client hangs up, too.
   *
   * @param head as the target wants it
   * @param out gets the answer as it comes. It says that the connection ends with it: the client
   *     would lose its next request
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
              // told by closing
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

  /** Ends all connections, those that hang too. */
  final void endConnections() throws IOException {
    for (Set<Socket> sockets : List.of(clients, targets)) {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  /** Ends all connections, and takes no more. */
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
