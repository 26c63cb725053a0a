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
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A plain socket in front of a {@link Simulator}, for trouble that no HTTP server can make. Each
 * connection carries one request; trouble strikes reads only, in the order in which it was added,
 * all other requests pass. Thread-safe.
 */
public final class FaultyProxy implements AutoCloseable {

  private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *(\\d+)");

  /** What happens to a read. */
  public enum Trouble {
    /** The connection is reset, the simulator does not see the read. */
    RESET,
    /** The read is answered, and the connection is reset in the middle of the answer. */
    CUT,
    /** Accepted and never answered, the connection stays open; the simulator does not see it. */
    HALF_OPEN,
    /** The answer's body comes a byte at a time, so that it never comes to an end. */
    DRIPPING
  }

  private final int target;
  private final Duration pauseBetweenDrops;
  private final ServerSocket listener;
  private final Deque<Trouble> script = new ArrayDeque<>();
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private volatile boolean dead;

  private FaultyProxy(int target, Duration pauseBetweenDrops) {
    this.target = target;
    this.pauseBetweenDrops = pauseBetweenDrops;
    try {
      listener = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot listen on 127.0.0.1", e);
    }
    start(this::accept);
  }

  /** Puts one in front of a simulator; dripping bytes are 50 ms apart. */
  public static FaultyProxy of(Simulator simulator) {
    return new FaultyProxy(simulator.port(), Duration.ofMillis(50));
  }

  /** Base URL. */
  public String url() {
    return "http://127.0.0.1:" + listener.getLocalPort();
  }

  /** Lets trouble happen to the next reads, after what was added before. */
  public synchronized void add(Trouble trouble, int times) {
    for (int i = 0; i < times; i++) {
      script.addLast(trouble);
    }
  }

  /** Forgets all that is planned. */
  public synchronized void clear() {
    script.clear();
  }

  /** Whether trouble is still to come. */
  public synchronized boolean pending() {
    return !script.isEmpty();
  }

  /** As if what is behind it had died: connections end, and each new one is reset. */
  public void die() throws IOException {
    dead = true;
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  /** What had died is back. */
  public void revive() {
    dead = false;
  }

  private synchronized Trouble next(String request) {
    return request.contains(Requests.READ) ? script.pollFirst() : null;
  }

  private void accept() {
    try {
      while (true) {
        Socket connection = listener.accept();
        sockets.add(connection);
        start(() -> serve(connection));
      }
    } catch (IOException closed) {
      // the proxy is closed
    }
  }

  private void serve(Socket client) {
    try (client) {
      String request = readRequest(new BufferedInputStream(client.getInputStream()));
      Trouble trouble = dead ? Trouble.RESET : next(request);
      if (trouble == Trouble.HALF_OPEN) {
        client.getInputStream().read();
      } else if (trouble != Trouble.RESET) {
        byte[] answer = answer(request);
        write(answer, trouble, client.getOutputStream());
      }
      if (trouble == Trouble.RESET || trouble == Trouble.CUT) {
        // Closing then resets the connection in place of an orderly end.
        client.setSoLinger(true, 0);
      }
    } catch (IOException | InterruptedException gone) {
      // the client hung up, or the proxy is closed
    } finally {
      sockets.remove(client);
    }
  }

  private void write(byte[] answer, Trouble trouble, OutputStream out)
      throws IOException, InterruptedException {
    int atOnce = answer.length;
    if (trouble == Trouble.CUT) {
      atOnce = answer.length - 1;
    } else if (trouble == Trouble.DRIPPING) {
      atOnce = new String(answer, StandardCharsets.ISO_8859_1).indexOf("\r\n\r\n") + 4;
    }
    out.write(answer, 0, atOnce);
    out.flush();
    for (int i = atOnce; trouble == Trouble.DRIPPING && i < answer.length; i++) {
      TimeUnit.NANOSECONDS.sleep(pauseBetweenDrops.toNanos());
      out.write(answer[i]);
      out.flush();
    }
  }

  private byte[] answer(String request) throws IOException {
    try (Socket server = new Socket(InetAddress.getByName("127.0.0.1"), target)) {
      sockets.add(server);
      String once =
          request
              .replaceFirst("(?i)\r\nconnection: [^\r]*", "")
              .replaceFirst("\r\n", "\r\nConnection: close\r\n");
      server.getOutputStream().write(once.getBytes(StandardCharsets.ISO_8859_1));
      byte[] answer = server.getInputStream().readAllBytes();
      sockets.remove(server);
      // Otherwise the client may take the connection for one that is kept, and lose a request.
      return new String(answer, StandardCharsets.ISO_8859_1)
          .replaceFirst("\r\n", "\r\nConnection: close\r\n")
          .getBytes(StandardCharsets.ISO_8859_1);
    }
  }

  /** Head and body; each byte as the character of its number. */
  private static String readRequest(InputStream in) throws IOException {
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    String head = "";
    while (!head.endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("no request");
      }
      request.write(next);
      head = request.toString(StandardCharsets.ISO_8859_1);
    }
    Matcher length = LENGTH.matcher(head);
    if (length.find()) {
      request.writeBytes(in.readNBytes(Integer.parseInt(length.group(1))));
    }
    return request.toString(StandardCharsets.ISO_8859_1);
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task, "faulty-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  /** Ends all connections, those that hang too. */
  @Override
  public void close() {
    try {
      listener.close();
      for (Socket socket : sockets) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
