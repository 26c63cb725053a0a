// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.launch;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.StreamSupport;

/**
 * The REST interface of a Connect worker. For 30 seconds, it repeats a request that returned HTTP
 * 409, or HTTP 500 with an expected rebalance: the workers are rebalancing. All methods throw
 * {@link ConnectRestException} on any other answer than success, and {@link UncheckedIOException}
 * when the worker cannot be reached; the {@code await} methods repeat both until their deadline.
 * Safe for use by several threads.
 */
public final class ConnectRest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration DEADLINE = Duration.ofSeconds(60);
  private static final Duration INTERVAL = Duration.ofMillis(100);
  private static final Duration REQUEST = Duration.ofSeconds(60);
  private static final Duration PROBE = Duration.ofSeconds(2);
  private static final Duration REBALANCE = Duration.ofSeconds(30);

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();
  private final URI worker;

  /** Speaks to the worker at this URL. */
  public ConnectRest(URI worker) {
    this.worker = worker;
  }

  /**
   * Whether the worker has joined its group and takes requests. False when it cannot be reached.
   */
  public boolean isReady() {
    try {
      int health = exchange("GET", "/health", null, PROBE).statusCode();
      return health == 200 || (health == 404 && takesRequests());
    } catch (UncheckedIOException e) {
      return false;
    }
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

  /** Creates a connector or changes its configuration: {@code PUT /connectors/<name>/config}. */
  public JsonNode putConfig(String connector, Map<String, String> config) {
    return request("PUT", connector(connector) + "/config", config);
  }

  /** The configuration as the worker stores it, secrets as variables. */
  public JsonNode config(String connector) {
    return request("GET", connector(connector) + "/config", null);
  }

  /** The whole answer to {@code PUT /connector-plugins/<class>/config/validate}. */
  public JsonNode validate(Map<String, String> config) {
    String type = config.get("connector.class");
    return request("PUT", "/connector-plugins/" + type + "/config/validate", config);
  }

  /** The errors that validation finds, by option; empty when the configuration is valid. */
  public Map<String, List<String>> validationErrors(Map<String, String> config) {
    return errors(validate(config));
  }

  /** The same of what {@link #validate} answered. */
  public static Map<String, List<String>> errors(JsonNode validation) {
    Map<String, List<String>> errors = new TreeMap<>();
    for (JsonNode option : validation.path("configs")) {
      JsonNode value = option.path("value");
      List<String> messages =
          StreamSupport.stream(value.path("errors").spliterator(), false)
              .map(JsonNode::asText)
              .toList();
      if (!messages.isEmpty()) {
        errors.put(value.path("name").asText(), messages);
      }
    }
    return errors;
  }

  /** The plugins that the worker found: {@code GET /connector-plugins}. */
  public JsonNode plugins() {
    return request("GET", "/connector-plugins", null);
  }

  /** The names of all connectors. */
  public List<String> connectors() {
    return StreamSupport.stream(request("GET", "/connectors", null).spliterator(), false)
        .map(JsonNode::asText)
        .toList();
  }

  /** {@code GET /connectors/<name>/status}. */
  public JsonNode status(String connector) {
    return request("GET", connector(connector) + "/status", null);
  }

  /** Pauses a connector; its tasks stay. Returns before it is done: see {@link #awaitState}. */
  public void pause(String connector) {
    request("PUT", connector(connector) + "/pause", null);
  }

  /** Resumes a paused or stopped connector. */
  public void resume(String connector) {
    request("PUT", connector(connector) + "/resume", null);
  }

  /** Stops a connector; its tasks go. */
  public void stop(String connector) {
    request("PUT", connector(connector) + "/stop", null);
  }

  /** Restarts a connector and all its tasks, or with {@code onlyFailed} those that failed. */
  public void restart(String connector, boolean onlyFailed) {
    request(
        "POST", connector(connector) + "/restart?includeTasks=true&onlyFailed=" + onlyFailed, null);
  }

  /** Deletes a connector; its offsets stay. */
  public void delete(String connector) {
    request("DELETE", connector(connector), null);
  }

  /** The stored offsets, {@code {"offsets": [{"partition": {...}, "offset": {...}}]}}. */
  public JsonNode offsets(String connector) {
    return request("GET", connector(connector) + "/offsets", null);
  }

  /**
   * Alters offsets of a stopped connector; the body is of the shape that {@link #offsets} answers.
   */
  public JsonNode patchOffsets(String connector, Object body) {
    return request("PATCH", connector(connector) + "/offsets", body);
  }

  /** Forgets all offsets of a stopped connector. */
  public JsonNode deleteOffsets(String connector) {
    return request("DELETE", connector(connector) + "/offsets", null);
  }

  /** Sets a logger's level in this worker. */
  public void setLogLevel(String logger, String level) {
    request("PUT", "/admin/loggers/" + logger, Map.of("level", level));
  }

  /**
   * Waits until a connector and exactly so many tasks are in a state; 0 for a stopped connector,
   * which has no tasks.
   */
  public JsonNode awaitState(String connector, String state, int tasks) {
    return awaitThat(
        connector + " " + state + " with " + tasks + " tasks",
        () -> {
          JsonNode status = status(connector);
          long there =
              StreamSupport.stream(status.path("tasks").spliterator(), false)
                  .filter(task -> state.equals(task.path("state").asText()))
                  .count();
          return state.equals(status.path("connector").path("state").asText())
                  && there == tasks
                  && status.path("tasks").size() == tasks
              ? status
              : MissingNode.getInstance();
        });
  }

  /** Waits until a connector and exactly so many tasks run. */
  public JsonNode awaitRunning(String connector, int tasks) {
    return awaitState(connector, "RUNNING", tasks);
  }

  /** Waits until one of its tasks has failed and answers the failure's stack trace. */
  public String awaitFailedTask(String connector) {
    return awaitThat(
            connector + " with a failed task",
            () ->
                StreamSupport.stream(status(connector).path("tasks").spliterator(), false)
                    .filter(task -> "FAILED".equals(task.path("state").asText()))
                    .map(task -> task.path("trace"))
                    .findFirst()
                    .orElse(MissingNode.getInstance()))
        .asText();
  }

  /** Waits until a connector is no longer known. */
  public void awaitGone(String connector) {
    awaitThat(
        connector + " gone",
        () -> {
          try {
            status(connector);
            return MissingNode.getInstance();
          } catch (ConnectRestException e) {
            return e.status() == 404 ? NullNode.getInstance() : MissingNode.getInstance();
          }
        });
  }

  /**
   * Sends any request; {@code body} is written as JSON, or none when null. Answers JSON null for an
   * empty body.
   */
  public JsonNode request(String method, String path, Object body) {
    HttpResponse<String> response =
        await(method + " " + path)
            .atMost(REBALANCE)
            .pollDelay(Duration.ZERO)
            .pollInterval(INTERVAL)
            .until(() -> exchange(method, path, body, REQUEST), answer -> !isRebalancing(answer));
    if (response.statusCode() / 100 != 2) {
      throw new ConnectRestException(method + " " + path, response.statusCode(), response.body());
    }
    try {
      return response.body().isEmpty() ? JSON.nullNode() : JSON.readTree(response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isRebalancing(HttpResponse<String> answer) {
    return answer.statusCode() == 409
        || (answer.statusCode() == 500 && answer.body().contains("rebalance is expected"));
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

  private static JsonNode awaitThat(String what, Callable<JsonNode> question) {
    return await(what)
        .atMost(DEADLINE)
        .pollDelay(Duration.ZERO)
        .pollInterval(INTERVAL)
        .ignoreExceptionsMatching(
            e -> e instanceof ConnectRestException || e instanceof UncheckedIOException)
        .until(question, answer -> !answer.isMissingNode());
  }

  private static String connector(String name) {
    return "/connectors/" + name;
  }
}
