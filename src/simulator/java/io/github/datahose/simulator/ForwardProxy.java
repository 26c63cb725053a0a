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
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An HTTP proxy as companies have them: requests with a whole URL, tunnels by CONNECT, Basic login.
 * It alone knows hosts that end in {@code .test}, and takes them for this machine, so that what
 * reaches them came through it. Thread-safe.
 */
public final class ForwardProxy implements AutoCloseable {

  private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *(\\d+)");
  private static final Pattern AUTHORIZATION =
      Pattern.compile("(?i)\r\nproxy-authorization: *([^\r]*)");
  private static final String FOR_THE_PROXY = "(?i)\r\n(proxy-[a-z]+|connection): [^\r]*";

  /**
   * What it was asked.
   *
   * @param line the request line, such as {@code CONNECT host:443 HTTP/1.1}
   * @param authorization value of {@code Proxy-Authorization}, or null
   * @param head all of the request but its body
   */
  public record Asked(String line, String authorization, String head) {

    /** Whether it was for a tunnel. */
    public boolean isTunnel() {
      return line.startsWith("CONNECT ");
    }
  }

  private final String host;
  private final ServerSocket listener;
  private final List<Asked> asked = new CopyOnWriteArrayList<>();
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final Set<Socket> clients = ConcurrentHashMap.newKeySet();
  private volatile String wanted;
  private volatile String challenge;
  private volatile int refusal;
  private volatile Callable<?> beforeRefusal = () -> null;

  private ForwardProxy(String host, int port) {
    this.host = host;
    try {
      listener = new ServerSocket(port, 50, InetAddress.getByName(host));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot listen on " + host + ":" + port + ", choose another port", e);
    }
    start(this::accept);
  }

  /** Starts one that wants no login, on a free port of 127.0.0.1. */
  public static ForwardProxy start() {
    return start("127.0.0.1", 0);
  }

  /** Starts one that wants no login on an address; port 0 takes a free one. */
  public static ForwardProxy start(String host, int port) {
    return new ForwardProxy(host, port);
  }

  /** Wants this login from now on; answers 407 without it. */
  public ForwardProxy requireLogin(String username, String password) {
    challenge = "Basic realm=\"proxy\"";
    wanted =
        "Basic "
            + Base64.getEncoder()
                .encodeToString((username + ":" + password).getBytes(StandardCharsets.UTF_8));
    return this;
  }

  /** Wants a login of a kind that nobody here knows. */
  public ForwardProxy requireLoginBy(String scheme) {
    challenge = scheme;
    wanted = scheme + " unknown";
    return this;
  }

  /** Does this before each answer 407 from now on; one that fails costs the connection. */
  public ForwardProxy beforeEachRefusal(Callable<?> action) {
    beforeRefusal = action;
    return this;
  }

  /** Answers whatever would open a tunnel with this status from now on; 0 opens them again. */
  public ForwardProxy refuseTunnels(int status) {
    refusal = status;
    return this;
  }

  /** Its URL. */
  public String url() {
    return "http://" + host + ":" + port();
  }

  /** The port it listens on. */
  public int port() {
    return listener.getLocalPort();
  }

  /** All that it was asked, in order. */
  public List<Asked> asked() {
    return asked;
  }

  /** Connections of clients that are open now, tunnels and others. */
  public int connections() {
    return clients.size();
  }

  private void accept() {
    try {
      while (true) {
        Socket connection = listener.accept();
        clients.add(connection);
        sockets.add(connection);
        start(() -> serve(connection));
      }
    } catch (IOException closed) {
      // the proxy is closed
    }
  }

  private void serve(Socket client) {
    try (client) {
      InputStream in = new BufferedInputStream(client.getInputStream());
      String head = readHead(in);
      while (head != null && answer(head, in, client)) {
        head = readHead(in);
      }
    } catch (IOException gone) {
      // one side hung up, or the proxy is closed
    } finally {
      clients.remove(client);
      sockets.remove(client);
    }
  }

  /** Whether the connection takes a further request. */
  private boolean answer(String head, InputStream in, Socket client) throws IOException {
    String line = head.substring(0, head.indexOf("\r\n"));
    Matcher authorization = AUTHORIZATION.matcher(head);
    String login = authorization.find() ? authorization.group(1) : null;
    Asked request = new Asked(line, login, head);
    asked.add(request);
    Matcher length = LENGTH.matcher(head);
    byte[] body = length.find() ? in.readNBytes(Integer.parseInt(length.group(1))) : new byte[0];
    if (wanted != null && !wanted.equals(login)) {
      try {
        beforeRefusal.call();
      } catch (Exception e) {
        throw new IOException(e);
      }
      return refuse(407, "Proxy-Authenticate: " + challenge + "\r\n", client);
    }
    if (!request.isTunnel()) {
      forward(head, body, client);
      return false;
    }
    if (refusal != 0) {
      return refuse(refusal, "", client);
    }
    tunnel(line.split(" ")[1], in, client);
    return false;
  }

  private static boolean refuse(int status, String header, Socket client) throws IOException {
    write(client, "HTTP/1.1 " + status + " No\r\n" + header + "Content-Length: 0\r\n\r\n");
    return true;
  }

  /** With the path alone, as an origin wants it, and without what was for the proxy. */
  private void forward(String head, byte[] body, Socket client) throws IOException {
    URI url = URI.create(head.split(" ")[1]);
    String path = url.getRawPath() + (url.getRawQuery() == null ? "" : "?" + url.getRawQuery());
    try (Socket target = connect(url.getHost(), url.getPort() < 0 ? 80 : url.getPort())) {
      write(
          target,
          head.replaceFirst(" [^ ]+ ", Matcher.quoteReplacement(" " + path + " "))
              .replaceAll(FOR_THE_PROXY, "")
              .replaceFirst("\r\n", "\r\nConnection: close\r\n"));
      target.getOutputStream().write(body);
      closeWhenGone(client, target);
      passOn(new BufferedInputStream(target.getInputStream()), client.getOutputStream());
      sockets.remove(target);
    }
  }

  /** Says that the connection ends with the answer: the client would lose its next request. */
  private static void passOn(InputStream answer, OutputStream client) throws IOException {
    int next = answer.read();
    while (next >= 0) {
      client.write(next);
      if (next == '\n') {
        client.write("Connection: close\r\n".getBytes(StandardCharsets.US_ASCII));
        answer.transferTo(client);
      }
      next = answer.read();
    }
  }

  private void tunnel(String hostAndPort, InputStream in, Socket client) throws IOException {
    int colon = hostAndPort.lastIndexOf(':');
    String host = hostAndPort.substring(0, colon);
    try (Socket target = connect(host, Integer.parseInt(hostAndPort.substring(colon + 1)))) {
      write(client, "HTTP/1.1 200 Connection established\r\n\r\n");
      OutputStream out = target.getOutputStream();
      start(
          () -> {
            try (client;
                target) {
              in.transferTo(out);
            } catch (IOException gone) {
              // told by closing both
            }
          });
      target.getInputStream().transferTo(client.getOutputStream());
      sockets.remove(target);
    }
  }

  /** A client that hangs up ends the wait for its answer, too. */
  private static void closeWhenGone(Socket client, Socket target) {
    start(
        () -> {
          try (target) {
            client.getInputStream().read();
          } catch (IOException gone) {
            // told by closing
          }
        });
  }

  private Socket connect(String host, int port) throws IOException {
    InetAddress address =
        host.endsWith(".test") ? InetAddress.getByName("127.0.0.1") : InetAddress.getByName(host);
    Socket target = new Socket(address, port);
    sockets.add(target);
    return target;
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().flush();
  }

  /** Up to the blank line, each byte as the character of its number; null at the end. */
  private static String readHead(InputStream in) throws IOException {
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
    return head;
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task, "forward-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  /** Ends all connections, and takes no more. */
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
