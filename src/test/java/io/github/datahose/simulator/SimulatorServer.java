// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Listens, records each request, finds who answers it, and sends the answer. */
final class SimulatorServer {

  static {
    // Without it each answer on a kept connection waits some 40 ms for an ACK; read once by the
    // JDK.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  /** Answers one kind of request. */
  interface Endpoint {
    Answer answer(RecordedRequest request) throws Refusal, InterruptedException;
  }

  private final Supplier<SimulatorOptions> options;
  private final Map<String, Endpoint> endpoints;
  private final Faults faults;
  private final RequestLog log;
  private final HttpServer server;
  private final ExecutorService threads;

  /**
   * Starts to listen.
   *
   * @param endpoints by method and path, as in {@code "GET /agent/v1/info"}
   */
  SimulatorServer(
      Supplier<SimulatorOptions> options,
      Map<String, Endpoint> endpoints,
      Faults faults,
      RequestLog log) {
    this.options = options;
    this.endpoints = endpoints;
    this.faults = faults;
    this.log = log;
    SimulatorOptions current = options.get();
    try {
      server = HttpServer.create(new InetSocketAddress(current.host, current.port), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot listen on " + current.host + ":" + current.port + ", choose another port", e);
    }
    AtomicInteger number = new AtomicInteger();
    // As many threads as there are reads that wait.
    threads =
        Executors.newCachedThreadPool(
            task -> {
              Thread thread = new Thread(task, "simulator-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  /** Ends all connections and threads. */
  void close() {
    server.stop(0);
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
            options.get().clock.instant());
    if (!request.path().startsWith(Control.PATH)) {
      log.add(request);
    }
    return request;
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
