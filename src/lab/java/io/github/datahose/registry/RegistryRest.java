// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** A schema registry by Confluent's API, as far as the lane needs it. Thread-safe. */
final class RegistryRest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI base;

  RegistryRest(URI base) {
    this.base = base;
  }

  /** An answer, whatever its status. */
  record Reply(int status, JsonNode body) {}

  /** Sets the compatibility of all subjects that have none of their own. */
  void setCompatibility(String level) {
    must("PUT", "/config", Map.of("compatibility", level));
  }

  /** Sets the compatibility of a subject. */
  void setCompatibility(String subject, String level) {
    must("PUT", "/config/" + encoded(subject), Map.of("compatibility", level));
  }

  /** Registers a schema; 409 is the answer to one that is not compatible. */
  Reply register(String subject, String schema) {
    return send("POST", "/subjects/" + encoded(subject) + "/versions", Map.of("schema", schema));
  }

  /** All subjects. */
  Set<String> subjects() {
    Set<String> subjects = new TreeSet<>();
    must("GET", "/subjects", null).forEach(name -> subjects.add(name.asText()));
    return subjects;
  }

  /** The number of versions that a subject has. */
  int versions(String subject) {
    return must("GET", "/subjects/" + encoded(subject) + "/versions", null).size();
  }

  /** The newest schema of a subject, as it was registered. */
  String latest(String subject) {
    String path = "/subjects/" + encoded(subject) + "/versions/latest";
    return must("GET", path, null).path("schema").asText();
  }

  private JsonNode must(String method, String path, Object body) {
    Reply reply = send(method, path, body);
    if (reply.status() != 200) {
      throw new IllegalStateException("The registry answered " + reply);
    }
    return reply.body();
  }

  private Reply send(String method, String path, Object body) {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(base + path))
              .header("Content-Type", "application/vnd.schemaregistry.v1+json")
              .method(
                  method,
                  body == null
                      ? BodyPublishers.noBody()
                      : BodyPublishers.ofString(JSON.writeValueAsString(body)))
              .build();
      HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
      return new Reply(response.statusCode(), JSON.readTree(response.body()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted in a request to the registry", e);
    }
  }

  private static String encoded(String subject) {
    return URLEncoder.encode(subject, StandardCharsets.UTF_8);
  }
}
