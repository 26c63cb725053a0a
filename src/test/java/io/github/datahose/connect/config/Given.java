// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.datahose.simulator.SimulatorKeys;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;

/** Properties of a connector, and what the examination says of them. */
final class Given {
  private Given() {}

  /** The least that is valid, with further pairs of option and value; a null value is put, too. */
  static Map<String, String> valid(String... further) {
    Map<String, String> properties = new HashMap<>();
    properties.put("name", "compliance");
    properties.put("symphony.pod.url", "https://acme.symphony.com");
    properties.put("symphony.username", "datahose-bot");
    properties.put("symphony.private.key", SimulatorKeys.privateKey());
    properties.put("topic", "symphony");
    for (int i = 0; i < further.length; i += 2) {
      properties.put(further[i], further[i + 1]);
    }
    return properties;
  }

  static Map<String, String> without(String... options) {
    Map<String, String> properties = valid();
    List.of(options).forEach(properties::remove);
    return properties;
  }

  static List<FeedConfig> feeds(String... further) {
    return new DatahoseConfig(valid(further)).feeds();
  }

  static void assertValid(Map<String, String> properties) {
    assertThat(faults(properties)).isEmpty();
    assertThat(new DatahoseConfig(properties)).isNotNull();
  }

  /** The message of the one and only fault, which stands on this option and names it. */
  static String onlyFault(Map<String, String> properties, String option) {
    List<ConfigValue> faults = faults(properties);
    assertThat(faults).extracting(ConfigValue::name).containsExactly(option);
    assertThat(faults.get(0).errorMessages()).hasSize(1);
    String message = faults.get(0).errorMessages().get(0);
    assertThat(message).startsWith(option + " ");
    ConfigException thrown =
        catchThrowableOfType(ConfigException.class, () -> new DatahoseConfig(properties));
    assertThat(thrown).hasMessage(message);
    return message;
  }

  static List<ConfigValue> faults(Map<String, String> properties) {
    return ConfigValidation.answers(properties).stream()
        .filter(answer -> !answer.errorMessages().isEmpty())
        .toList();
  }

  static ConfigValue answer(Map<String, String> properties, String option) {
    return ConfigValidation.answers(properties).stream()
        .filter(answer -> answer.name().equals(option))
        .findFirst()
        .orElseThrow();
  }
}
