// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.launch;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.StreamSupport;

/**
 * The REST interface of a Connect worker. What changes something repeats a request that was
 * answered with 409 (the workers are rebalancing) for half a minute. All methods throw {@link
 * ConnectRestException} on any other answer than success, and {@link UncheckedIOException} when the
 * worker cannot be reached; the {@code await} methods repeat both until their deadline. Safe for
 * use by several threads.
 */
public final class ConnectRest {
  private static final Duration DEADLINE = Duration.ofSeconds(60);
  private static final Duration INTERVAL = Duration.ofMillis(100);

  private final ConnectRequests requests;

  /** Speaks to the worker at this URL. */
  public ConnectRest(URI worker) {
    requests = new ConnectRequests(worker);
  }

  /**
   * Whether the worker has joined its group and takes requests. False when it cannot be reached.
   */
  public boolean isReady() {
    return requests.workerIsReady();
  }

  /** Creates a connector or changes its configuration: {@code PUT /connectors/<name>/config}. */
  public JsonNode putConfig(String connector, Map<String, String> config) {
    return requests.change("PUT", connector(connector) + "/config", config);
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
    Map<String, List<String>> errors = new TreeMap<>();
    for (JsonNode option : validate(config).path("configs")) {
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
    requests.change("PUT", connector(connector) + "/pause", null);
  }

  /** Resumes a paused or stopped connector. */
  public void resume(String connector) {
    requests.change("PUT", connector(connector) + "/resume", null);
  }

  /** Stops a connector; its tasks go. */
  public void stop(String connector) {
    requests.change("PUT", connector(connector) + "/stop", null);
  }

  /** Restarts a connector and all its tasks, or with {@code onlyFailed} those that failed. */
  public void restart(String connector, boolean onlyFailed) {
    requests.change(
        "POST", connector(connector) + "/restart?includeTasks=true&onlyFailed=" + onlyFailed, null);
  }

  /** Deletes a connector; its offsets stay. */
  public void delete(String connector) {
    requests.change("DELETE", connector(connector), null);
  }

  /** The stored offsets, {@code {"offsets": [{"partition": {...}, "offset": {...}}]}}. */
  public JsonNode offsets(String connector) {
    return request("GET", connector(connector) + "/offsets", null);
  }

  /**
   * Alters offsets of a stopped connector; the body is of the shape that {@link #offsets} answers.
   */
  public JsonNode patchOffsets(String connector, Object body) {
    return requests.change("PATCH", connector(connector) + "/offsets", body);
  }

  /** Forgets all offsets of a stopped connector. */
  public JsonNode deleteOffsets(String connector) {
    return requests.change("DELETE", connector(connector) + "/offsets", null);
  }

  /** Sets a logger's level in this worker. */
  public void setLogLevel(String logger, String level) {
    request("PUT", "/admin/loggers/" + logger, Map.of("level", level));
  }

  /**
   * Waits until a connector and exactly so many tasks are in a state; tasks of a stopped one are
   * gone, so 0.
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
    return requests.send(method, path, body);
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
