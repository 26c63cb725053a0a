// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.fge.jsonschema.core.exceptions.ProcessingException;
import com.github.fge.jsonschema.core.report.LogLevel;
import com.github.fge.jsonschema.main.JsonSchemaFactory;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Set;
import java.util.stream.StreamSupport;

/**
 * Validates resources against their OpenAPI schema, like an API server with Strimzi's definitions.
 * Unlike the server, which drops unknown fields, it rejects them.
 */
final class CustomResources {
  private static final List<String> DEFINITIONS =
      List.of("041-Crd-kafkaconnect.yaml", "047-Crd-kafkaconnector.yaml");

  private static final Set<String> ALTERNATIVES = Set.of("oneOf", "anyOf", "allOf", "not");

  private CustomResources() {}

  /** What is wrong with it; empty when nothing is. */
  static List<String> faults(JsonNode resource) throws IOException, ProcessingException {
    return StreamSupport.stream(
            JsonSchemaFactory.byDefault()
                .getJsonSchema(schema(resource))
                .validate(resource, true)
                .spliterator(),
            false)
        .filter(message -> message.getLogLevel().compareTo(LogLevel.ERROR) >= 0)
        .map(
            message ->
                message.asJson().path("instance").path("pointer") + ": " + message.getMessage())
        .toList();
  }

  private static JsonNode schema(JsonNode resource) throws IOException {
    for (String definition : DEFINITIONS) {
      try (InputStream yaml =
          CustomResources.class.getResourceAsStream("/kubernetes/strimzi/" + definition)) {
        JsonNode spec = Manifests.read(yaml).get(0).path("spec");
        for (JsonNode version : spec.path("versions")) {
          String apiVersion = spec.path("group").asText() + "/" + version.path("name").asText();
          if (resource.path("kind").equals(spec.at("/names/kind"))
              && resource.path("apiVersion").asText().equals(apiVersion)) {
            return strict(version.at("/schema/openAPIV3Schema"));
          }
        }
      }
    }
    throw new IllegalArgumentException(
        "no definition of " + resource.path("apiVersion") + " " + resource.path("kind"));
  }

  private static JsonNode strict(JsonNode schema) {
    if (schema.path("properties").isObject()
        && !schema.path("x-kubernetes-preserve-unknown-fields").asBoolean()) {
      ((ObjectNode) schema).put("additionalProperties", false);
    }
    schema
        .properties()
        .forEach(
            part -> {
              // The content of these only adds to their siblings.
              if (!ALTERNATIVES.contains(part.getKey()) && part.getValue().isContainerNode()) {
                strict(part.getValue());
              }
            });
    return schema;
  }
}
