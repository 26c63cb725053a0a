// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.matrix;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/**
 * Which settings of its Kafka clients a worker lets a connector override, by the name of Kafka's
 * policy; with the lines and the overrides that the examples have for it.
 */
enum Overrides {
  /** Each setting; the default before Kafka 5. */
  ALL("All", null, "minimal.json", null),
  /** Those of a list; from Kafka 4.2. */
  ALLOWLIST("Allowlist", "worker-override-allowlist.properties", "exactly-once.json", "acks"),
  /** Those of the login to Kafka. */
  PRINCIPAL(
      "Principal", "worker-without-overrides.properties", "without-overrides.json", "linger.ms"),
  /** No setting. */
  NONE("None", "worker-without-overrides.properties", "without-overrides.json", "linger.ms");

  private static final Path CONFIG = Path.of("config");

  private final String policy;
  private final String workerLines;
  private final String example;
  private final String refused;

  Overrides(String policy, String workerLines, String example, String refused) {
    this.policy = policy;
    this.workerLines = workerLines;
    this.example = example;
    this.refused = refused;
  }

  /** The value of {@code connector.client.config.override.policy}. */
  String policy() {
    return policy;
  }

  /** A setting that a connector cannot override; null where it can override each. */
  String refused() {
    return refused;
  }

  /** What the worker has for it. */
  Map<String, String> workerProperties() {
    Properties lines = new Properties();
    if (workerLines != null) {
      try (Reader file = Files.newBufferedReader(CONFIG.resolve(workerLines))) {
        lines.load(file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    lines.setProperty("connector.client.config.override.policy", policy);
    Map<String, String> properties = new TreeMap<>();
    lines.forEach((name, value) -> properties.put((String) name, (String) value));
    return properties;
  }

  /** The overrides of the example that is for such workers. */
  Map<String, String> ofTheExample() {
    try {
      Map<String, String> config =
          new ObjectMapper()
              .readValue(
                  CONFIG.resolve(example).toFile(), new TypeReference<Map<String, String>>() {});
      config.keySet().removeIf(option -> !option.matches("(producer|consumer)[.]override[.].*"));
      return config;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
