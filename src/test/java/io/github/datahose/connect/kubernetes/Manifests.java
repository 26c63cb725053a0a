// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;

/** The examples for Kubernetes: YAML files with one or more resources each. */
final class Manifests {
  private static final Path DIRECTORY = Path.of("config", "kubernetes");
  private static final YAMLMapper YAML = new YAMLMapper(new YAMLFactory());

  private Manifests() {}

  /** All resources of all files. */
  static List<JsonNode> all() throws IOException {
    List<JsonNode> resources = new ArrayList<>();
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      for (Path file : files.filter(name -> name.toString().endsWith(".yaml")).sorted().toList()) {
        try (InputStream text = Files.newInputStream(file)) {
          resources.addAll(read(text));
        }
      }
    }
    return resources;
  }

  /** The only resource of a kind. */
  static JsonNode only(String kind) throws IOException {
    List<JsonNode> found =
        all().stream().filter(resource -> resource.path("kind").asText().equals(kind)).toList();
    if (found.size() != 1) {
      throw new IllegalStateException(found.size() + " resources of kind " + kind);
    }
    return found.get(0);
  }

  /** The connector's configuration for workers without an operator. */
  static JsonNode connector() throws IOException {
    return YAML.readTree(DIRECTORY.resolve("connector.json").toFile());
  }

  /** The lines of the worker without an operator. */
  static Properties workerProperties() throws IOException {
    Properties lines = new Properties();
    lines.load(new StringReader(only("ConfigMap").at("/data/worker.properties").asText()));
    return lines;
  }

  /** What the same worker's {@code KAFKA_OPTS} passes on to its Java. */
  static List<String> workerOptions() throws IOException {
    for (JsonNode variable : only("Deployment").at("/spec/template/spec/containers/0/env")) {
      if (variable.path("name").asText().equals("KAFKA_OPTS")) {
        return List.of(variable.path("value").asText().split(" "));
      }
    }
    throw new IllegalStateException("has no KAFKA_OPTS");
  }

  static List<JsonNode> read(InputStream yaml) throws IOException {
    return YAML.readerFor(JsonNode.class).<JsonNode>readValues(yaml).readAll();
  }
}
