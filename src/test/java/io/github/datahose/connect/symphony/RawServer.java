// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server that answers each request with given bytes, for what no HTTP server would send. The last
 * answer serves all further requests.
 */
class RawServer implements AutoCloseable {

  private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *(\\d+)");

  private final ServerSocket listener;
  private final byte[][] answers;
  private final boolean closeAfterEach;
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<Socket> connections = new CopyOnWriteArrayList<>();

  private RawServer(boolean closeAfterEach, byte[][] answers) throws IOException {
    this.closeAfterEach = closeAfterEach;
    this.answers = answers;
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

  /** Keeps the connection after each answer, as HTTP/1.1 does. */
  static RawServer answering(String... answers) throws IOException {
    return new RawServer(false, bytes(answers));
  }

  /** Closes the connection after each answer without having said so. */
  static RawServer hangingUpAfter(String... answers) throws IOException {
    return new RawServer(true, bytes(answers));
  }

  static RawServer answering(byte[] answer) throws IOException {
    return new RawServer(false, new byte[][] {answer});
  }

  /** Answers with a body that comes a byte at a time and never ends. */
  static RawServer dripping() throws IOException {
    return new RawServer(
        true, bytes(new String[] {"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"})) {
      @Override
      void after(OutputStream out) throws IOException {
        while (true) {
          out.write(' ');
          out.flush();
          LockSupport.parkNanos(10_000_000);
        }
      }
    };
  }

  /** What comes after each answer. */
  void after(OutputStream out) throws IOException {}

  private static byte[][] bytes(String[] answers) {
    byte[][] bytes = new byte[answers.length][];
    for (int i = 0; i < answers.length; i++) {
      bytes[i] = answers[i].getBytes(StandardCharsets.UTF_8);
    }
    return bytes;
  }

  /** A whole answer with the length that belongs to its body. */
  static String answer(String statusLine, String headers, String body) {
    return "HTTP/1.1 "
        + statusLine
        + "\r\nContent-Length: "
        + body.getBytes(StandardCharsets.UTF_8).length
        + "\r\n"
        + headers
        + "\r\n"
        + body;
  }

  String url() {
    return "http://127.0.0.1:" + listener.getLocalPort();
  }

  /** Heads and bodies of the requests so far. */
  List<String> requests() {
    return requests;
  }

  private void accept() {
    try {
      while (true) {
        Socket connection = listener.accept();
        connections.add(connection);
        start(() -> serve(connection));
      }
    } catch (IOException closed) {
      // the test is over
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      InputStream in = new BufferedInputStream(connection.getInputStream());
      while (true) {
        String request = readRequest(in);
        if (request == null) {
          return;
        }
        int number;
        synchronized (requests) {
          number = requests.size();
          requests.add(request);
        }
        connection.getOutputStream().write(answers[Math.min(number, answers.length - 1)]);
        connection.getOutputStream().flush();
        after(connection.getOutputStream());
        if (closeAfterEach) {
          return;
        }
      }
    } catch (IOException gone) {
      // the client hung up, or the test is over
    }
  }

  private static String readRequest(InputStream in) throws IOException {
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    String head = "";
    while (!head.endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        return null;
      }
      request.write(next);
      head = request.toString(StandardCharsets.ISO_8859_1);
    }
    Matcher length = LENGTH.matcher(head);
    if (length.find()) {
      request.writeBytes(in.readNBytes(Integer.parseInt(length.group(1))));
    }
    return request.toString(StandardCharsets.UTF_8);
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task, "raw-server");
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
