// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.containers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** What {@code docker-compose.yml} says. The one place that names the images. */
record ComposeFile(JsonNode root) {
  static final Path PATH = Path.of("docker-compose.yml");

  static ComposeFile read() throws IOException {
    return new ComposeFile(new YAMLMapper().readTree(PATH.toFile()));
  }

  /** The services by name. */
  Map<String, JsonNode> services() {
    Map<String, JsonNode> services = new TreeMap<>();
    root.path("services")
        .properties()
        .forEach(service -> services.put(service.getKey(), service.getValue()));
    return services;
  }

  /** The image of a service. */
  String image(String service) {
    return root.path("services").path(service).path("image").asText();
  }
}
