// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;

/** Listens, records each request, passes it to its handler, and sends the response. */
final class SimulatorServer {

  static {
    // Without it, each response on a reused connection waits about 40 ms for an ACK. The JDK reads
    // it once.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  /** Handles requests of one kind. */
  interface Endpoint {
    Answer answer(RecordedRequest request) throws Refusal, InterruptedException;
  }

  private final Supplier<SimulatorOptions> options;
  private final Map<String, Endpoint> endpoints;
  private final Faults faults;
  private final Requests.Log log;
  private final ExecutorService threads;
  private final HttpServer server;

  /** Set only with HTTPS. */
  private final HttpServer certificateServer;

  /**
   * Starts to listen.
   *
   * @param endpoints handlers by method and path, such as {@code "GET /agent/v1/info"}
   */
  SimulatorServer(
      Supplier<SimulatorOptions> options,
      Map<String, Endpoint> endpoints,
      Faults faults,
      Requests.Log log) {
    this.options = options;
    this.endpoints = endpoints;
    this.faults = faults;
    this.log = log;
    AtomicInteger number = new AtomicInteger();
    // One thread for each waiting read.
    threads =
        Executors.newCachedThreadPool(
            task -> {
              Thread thread = new Thread(task, "simulator-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    SimulatorOptions current = options.get();
    server = listen(current.port, current, false);
    certificateServer = current.identity == null ? null : listen(0, current, true);
  }

  /**
   * Listens on a port.
   *
   * @param needsCertificate whether the handshake requires a client certificate; otherwise it is
   *     optional
   */
  private HttpServer listen(int port, SimulatorOptions current, boolean needsCertificate) {
    HttpServer listening;
    InetSocketAddress address = new InetSocketAddress(current.host, port);
    try {
      if (current.identity == null) {
        listening = HttpServer.create(address, 0);
      } else {
        HttpsServer secured = HttpsServer.create(address, 0);
        secured.setHttpsConfigurator(clientAuthentication(current, needsCertificate));
        listening = secured;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot listen on " + current.host + ":" + port + ", choose another port", e);
    }
    listening.setExecutor(threads);
    listening.createContext("/", this::handle);
    listening.start();
    return listening;
  }

  private HttpsConfigurator clientAuthentication(
      SimulatorOptions current, boolean needsCertificate) {
    return new HttpsConfigurator(current.identity.context(options)) {
      @Override
      public void configure(HttpsParameters connection) {
        SSLParameters parameters = getSSLContext().getDefaultSSLParameters();
        parameters.setProtocols(new String[] {options.get().tlsVersion});
        if (needsCertificate) {
          parameters.setNeedClientAuth(true);
        } else {
          parameters.setWantClientAuth(true);
        }
        connection.setSSLParameters(parameters);
      }
    };
  }

  int port() {
    return server.getAddress().getPort();
  }

  /** Returns the base URL, without a trailing slash. */
  String url() {
    return url(server);
  }

  /** Returns the same for the port that requires a client certificate. */
  String certificateUrl() {
    if (certificateServer == null) {
      throw new IllegalStateException("Only with HTTPS is there a port for client certificates");
    }
    return url(certificateServer);
  }

  private String url(HttpServer listening) {
    SimulatorOptions current = options.get();
    String scheme = current.identity == null ? "http" : "https";
    int port = listening.getAddress().getPort();
    return scheme + "://" + current.host + ":" + port + current.contextPath;
  }

  /** Ends all connections and threads. */
  void close() {
    server.stop(0);
    if (certificateServer != null) {
      certificateServer.stop(0);
    }
    threads.shutdownNow();
    try {
      threads.awaitTermination(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      RecordedRequest request = record(exchange);
      Answer answer = answer(request);
      if (!request.path().startsWith(Control.PATH)) {
        log.answered(request, answer, options.get().clock.instant());
      }
      send(answer, exchange);
    }
  }

  private RecordedRequest record(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    String context = options.get().contextPath;
    String path = exchange.getRequestURI().getPath();
    String query = exchange.getRequestURI().getRawQuery();
    Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    headers.putAll(exchange.getRequestHeaders());
    RecordedRequest request =
        new RecordedRequest(
            exchange.getRequestMethod(),
            path.startsWith(context) ? path.substring(context.length()) : "outside of " + context,
            query == null ? "" : query,
            Collections.unmodifiableMap(headers),
            body,
            clientCertificate(exchange),
            options.get().clock.instant(),
            new RecordedRequest.Outcome());
    if (!request.path().startsWith(Control.PATH)) {
      log.add(request);
    }
    return request;
  }

  private static X509Certificate clientCertificate(HttpExchange exchange) {
    try {
      return exchange instanceof HttpsExchange secured
          ? (X509Certificate) secured.getSSLSession().getPeerCertificates()[0]
          : null;
    } catch (SSLPeerUnverifiedException without) {
      return null;
    }
  }

  private Answer answer(RecordedRequest request) {
    try {
      return faults.apply(request, () -> ordinaryAnswer(request));
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
      return Answer.NONE;
    } catch (RuntimeException bug) {
      return Answer.error(500, "The simulator failed: " + bug);
    }
  }

  private Answer ordinaryAnswer(RecordedRequest request) throws InterruptedException {
    Endpoint endpoint = endpoints.get(request.method() + " " + request.path());
    if (endpoint == null) {
      return Answer.error(404, "Not found");
    }
    try {
      return endpoint.answer(request);
    } catch (Refusal refusal) {
      return refusal.answer();
    }
  }

  private static void send(Answer answer, HttpExchange exchange) throws IOException {
    if (answer.status() == Answer.NO_ANSWER) {
      return;
    }
    answer.headers().forEach(exchange.getResponseHeaders()::set);
    int length = answer.body().length;
    exchange.sendResponseHeaders(answer.status(), length == 0 ? -1 : length);
    exchange.getResponseBody().write(answer.body(), 0, answer.sent());
    if (answer.whole()) {
      exchange.getResponseBody().close();
    }
  }
}
