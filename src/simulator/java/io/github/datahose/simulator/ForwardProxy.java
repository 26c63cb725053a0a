// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An HTTP proxy as in companies: requests with an absolute URL, tunnels by CONNECT, Basic login.
 * Only the proxy resolves host names that end in {@code .test}, to this machine, so that requests
 * to them prove that they used the proxy. Thread-safe.
 */
public final class ForwardProxy extends SocketServer {

  private static final Pattern AUTHORIZATION =
      Pattern.compile("(?i)\r\nproxy-authorization: *([^\r]*)");
  private static final String FOR_THE_PROXY = "(?i)\r\n(proxy-[a-z]+|connection): [^\r]*";

  /**
   * A request to the proxy.
   *
   * @param line the request line, such as {@code CONNECT host:443 HTTP/1.1}
   * @param authorization the value of {@code Proxy-Authorization}, or null
   * @param head the request without its body
   */
  public record Asked(String line, String authorization, String head) {

    /** Returns whether the request opens a tunnel. */
    public boolean isTunnel() {
      return line.startsWith("CONNECT ");
    }
  }

  private final List<Asked> asked = new CopyOnWriteArrayList<>();
  private volatile String wanted;
  private volatile String challenge;
  private volatile int refusal;
  private volatile Callable<?> beforeRefusal = () -> null;

  private ForwardProxy(String host, int port) {
    super(host, port);
  }

  /** Starts a proxy without a login, on a free port of 127.0.0.1. */
  public static ForwardProxy start() {
    return start("127.0.0.1", 0);
  }

  /** Starts a proxy without a login on an address; port 0 selects a free port. */
  public static ForwardProxy start(String host, int port) {
    return started(new ForwardProxy(host, port));
  }

  /** Requires this login from now on; returns HTTP 407 without it. */
  public ForwardProxy requireLogin(String username, String password) {
    challenge = "Basic realm=\"proxy\"";
    wanted =
        "Basic "
            + Base64.getEncoder()
                .encodeToString((username + ":" + password).getBytes(StandardCharsets.UTF_8));
    return this;
  }

  /** Requires a login of an unknown scheme. */
  public ForwardProxy requireLoginBy(String scheme) {
    challenge = scheme;
    wanted = scheme + " unknown";
    return this;
  }

  /** Runs this before each HTTP 407 from now on; an exception closes the connection. */
  public ForwardProxy beforeEachRefusal(Callable<?> action) {
    beforeRefusal = action;
    return this;
  }

  /** Returns this status for each tunnel from now on; 0 opens tunnels again. */
  public ForwardProxy refuseTunnels(int status) {
    refusal = status;
    return this;
  }

  /** Returns all requests, in order. */
  public List<Asked> asked() {
    return asked;
  }

  /** Returns the number of open client connections, including tunnels. */
  public int connections() {
    return clients.size();
  }

  @Override
  boolean answer(Request request, InputStream in, Socket client) throws IOException {
    String head = request.head();
    Matcher authorization = AUTHORIZATION.matcher(head);
    String login = authorization.find() ? authorization.group(1) : null;
    Asked asking = new Asked(request.line(), login, head);
    asked.add(asking);
    if (wanted != null && !wanted.equals(login)) {
      try {
        beforeRefusal.call();
      } catch (Exception e) {
        throw new IOException(e);
      }
      return refuse(407, "Proxy-Authenticate: " + challenge + "\r\n", client);
    }
    if (!asking.isTunnel()) {
      forward(request, client);
      return false;
    }
    if (refusal != 0) {
      return refuse(refusal, "", client);
    }
    tunnel(head.split(" ")[1], in, client);
    return false;
  }

  private static boolean refuse(int status, String header, Socket client) throws IOException {
    write(client, "HTTP/1.1 " + status + " No\r\n" + header + "Content-Length: 0\r\n\r\n");
    return true;
  }

  /**
   * Returns the request for an origin server: with the path only, and without headers for the
   * proxy.
   */
  private void forward(Request request, Socket client) throws IOException {
    URI url = URI.create(request.head().split(" ")[1]);
    String path = url.getRawPath() + (url.getRawQuery() == null ? "" : "?" + url.getRawQuery());
    String head =
        request
            .head()
            .replaceFirst(" [^ ]+ ", Matcher.quoteReplacement(" " + path + " "))
            .replaceAll(FOR_THE_PROXY, "");
    int port = url.getPort() < 0 ? 80 : url.getPort();
    ask(here(url.getHost()), port, head, request.body(), client, client.getOutputStream());
  }

  private void tunnel(String hostAndPort, InputStream in, Socket client) throws IOException {
    int colon = hostAndPort.lastIndexOf(':');
    int port = Integer.parseInt(hostAndPort.substring(colon + 1));
    try (Socket target = connect(here(hostAndPort.substring(0, colon)), port)) {
      write(client, "HTTP/1.1 200 Connection established\r\n\r\n");
      OutputStream out = target.getOutputStream();
      start(
          () -> {
            try (client;
                target) {
              in.transferTo(out);
            } catch (IOException gone) {
              // Closing both connections signals it.
            }
          });
      target.getInputStream().transferTo(client.getOutputStream());
    }
  }

  private static String here(String host) {
    return host.endsWith(".test") ? "127.0.0.1" : host;
  }
}
