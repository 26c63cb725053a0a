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
 * An HTTP proxy as companies have them: requests with a whole URL, tunnels by CONNECT, Basic login.
 * It alone knows hosts that end in {@code .test}, and takes them for this machine, so that what
 * reaches them came through it. Thread-safe.
 */
public final class ForwardProxy extends SocketServer {

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

  private final List<Asked> asked = new CopyOnWriteArrayList<>();
  private volatile String wanted;
  private volatile String challenge;
  private volatile int refusal;
  private volatile Callable<?> beforeRefusal = () -> null;

  private ForwardProxy(String host, int port) {
    super(host, port);
  }

  /** Starts one that wants no login, on a free port of 127.0.0.1. */
  public static ForwardProxy start() {
    return start("127.0.0.1", 0);
  }

  /** Starts one that wants no login on an address; port 0 takes a free one. */
  public static ForwardProxy start(String host, int port) {
    return started(new ForwardProxy(host, port));
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

  /** All that it was asked, in order. */
  public List<Asked> asked() {
    return asked;
  }

  /** Connections of clients that are open now, tunnels and others. */
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

  /** With the path alone, as an origin wants it, and without what was for the proxy. */
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
              // told by closing both
            }
          });
      target.getInputStream().transferTo(client.getOutputStream());
    }
  }

  private static String here(String host) {
    return host.endsWith(".test") ? "127.0.0.1" : host;
  }
}
