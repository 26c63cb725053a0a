// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/** A schema registry by Confluent's API, as far as this test needs it. Thread-safe. */
final class RegistryRest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final MediaType TYPE = MediaType.get("application/vnd.schemaregistry.v1+json");

  private final OkHttpClient client = new OkHttpClient();
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
    RequestBody content =
        body == null ? null : RequestBody.create(JSON.valueToTree(body).toString(), TYPE);
    Request request = new Request.Builder().url(base + path).method(method, content).build();
    try (Response response = client.newCall(request).execute()) {
      return new Reply(response.code(), JSON.readTree(response.body().string()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String encoded(String subject) {
    return URLEncoder.encode(subject, StandardCharsets.UTF_8);
  }
}
