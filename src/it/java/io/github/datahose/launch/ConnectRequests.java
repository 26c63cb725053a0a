// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.launch;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.function.Predicate;

/**
 * Requests with JSON to a Connect worker, and what their answers mean. Safe for use by several
 * threads.
 */
final class ConnectRequests {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration REQUEST = Duration.ofSeconds(60);
  private static final Duration PROBE = Duration.ofSeconds(2);
  private static final Duration REBALANCE = Duration.ofSeconds(30);
  private static final Duration INTERVAL = Duration.ofMillis(100);

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();
  private final URI worker;

  ConnectRequests(URI worker) {
    this.worker = worker;
  }

  boolean workerIsReady() {
    try {
      int health = exchange("GET", "/health", null, PROBE).statusCode();
      return health == 200 || (health == 404 && takesRequests());
    } catch (UncheckedIOException e) {
      return false;
    }
  }

  /** Sends it again for a while when the worker expects a rebalance, which it says with 500. */
  JsonNode send(String method, String path, Object body) {
    return again(
        method,
        path,
        body,
        r -> r.statusCode() == 500 && r.body().contains("rebalance is expected"));
  }

  /** Sends it again for a while when the workers are rebalancing (409). */
  JsonNode change(String method, String path, Object body) {
    return again(method, path, body, r -> r.statusCode() == 409);
  }

  private JsonNode again(
      String method, String path, Object body, Predicate<HttpResponse<String>> notNow) {
    HttpResponse<String> response =
        await(method + " " + path)
            .atMost(REBALANCE)
            .pollDelay(Duration.ZERO)
            .pollInterval(INTERVAL)
            .until(() -> exchange(method, path, body, REQUEST), notNow.negate()::test);
    return success(method + " " + path, response);
  }

  /**
   * Before Kafka 3.9 there is no {@code /health}. This request is only answered once the worker has
   * joined.
   */
  private boolean takesRequests() {
    HttpResponse<String> unknown = exchange("GET", "/connectors/-/config", null, PROBE);
    // While the worker starts, the web server itself says 404, in HTML.
    return unknown.statusCode() == 404 && unknown.body().contains("error_code");
  }

  private static JsonNode success(String request, HttpResponse<String> response) {
    if (response.statusCode() / 100 != 2) {
      throw new ConnectRestException(request, response.statusCode(), response.body());
    }
    try {
      return response.body().isEmpty() ? JSON.nullNode() : JSON.readTree(response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private HttpResponse<String> exchange(String method, String path, Object body, Duration timeout) {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(worker.resolve(path))
              .timeout(timeout)
              .header("Content-Type", "application/json")
              .method(
                  method,
                  body == null
                      ? BodyPublishers.noBody()
                      : BodyPublishers.ofString(JSON.writeValueAsString(body)))
              .build();
      return client.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted in a request to Connect", e);
    }
  }
}
