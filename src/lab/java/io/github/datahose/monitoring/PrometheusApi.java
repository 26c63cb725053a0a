// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What a Prometheus answers. Safe for use by several threads. */
final class PrometheusApi {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final HttpClient client = HttpClient.newHttpClient();
  private final String url;

  /** Speaks to the server with this base URL, without a slash at its end. */
  PrometheusApi(String url) {
    this.url = url;
  }

  /** One series of an answer and its value at the time of the question. */
  record Sample(Map<String, String> labels, double value) {}

  /** An alert that is pending or firing. */
  record Alert(String name, String state, Map<String, String> labels, String runbook) {}

  /** A rule as it was last evaluated; the error is empty when that went well. */
  record Rule(String name, String health, String error) {}

  /** Whether it takes queries. */
  boolean isReady() {
    try {
      return get("/-/ready").statusCode() == 200;
    } catch (UncheckedIOException e) {
      return false;
    }
  }

  /**
   * The answer to an expression, now.
   *
   * @throws IllegalArgumentException when it is wrong, with what Prometheus says about it
   */
  List<Sample> query(String expression) {
    JsonNode data =
        data("/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8));
    return elements(data.path("result"))
        .map(
            each ->
                new Sample(
                    texts(each.path("metric")),
                    Double.parseDouble(each.path("value").path(1).asText())))
        .toList();
  }

  /** All alerts that are pending or firing. */
  List<Alert> alerts() {
    return elements(data("/api/v1/alerts").path("alerts"))
        .map(
            each ->
                new Alert(
                    each.at("/labels/alertname").asText(),
                    each.path("state").asText(),
                    texts(each.path("labels")),
                    each.at("/annotations/runbook_url").asText()))
        .toList();
  }

  /** The names of the alerts that fire. */
  Set<String> firing() {
    return alerts().stream()
        .filter(alert -> alert.state().equals("firing"))
        .map(Alert::name)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** All rules that are loaded. */
  List<Rule> rules() {
    return elements(data("/api/v1/rules").path("groups"))
        .flatMap(group -> elements(group.path("rules")))
        .map(
            rule ->
                new Rule(
                    rule.path("name").asText(),
                    rule.path("health").asText(),
                    rule.path("lastError").asText()))
        .toList();
  }

  private JsonNode data(String path) {
    HttpResponse<String> response = get(path);
    try {
      JsonNode answer = JSON.readTree(response.body());
      if (!answer.path("status").asText().equals("success")) {
        throw new IllegalArgumentException(answer.path("error").asText());
      }
      return answer.path("data");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private HttpResponse<String> get(String path) {
    try {
      HttpRequest request = HttpRequest.newBuilder(URI.create(url + path)).timeout(TIMEOUT).build();
      return client.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted in a request to Prometheus", e);
    }
  }

  private static Map<String, String> texts(JsonNode object) {
    Map<String, String> texts = new TreeMap<>();
    object.properties().forEach(each -> texts.put(each.getKey(), each.getValue().asText()));
    return texts;
  }

  private static Stream<JsonNode> elements(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }
}
