// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.datahose.connect.config.option.FeedOptions;
import io.github.datahose.simulator.SimulatorKeys;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;

/** Properties of a connector, and assertions about their validation. */
final class Given {
  private static final Pattern REPEATED = Pattern.compile("(.)\\{(\\d+)}");

  private Given() {}

  /** Returns a minimal valid configuration, plus pairs of option and value, which can be null. */
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

  /** Returns a minimal valid configuration with an option that takes effect, also for the login. */
  static Map<String, String> effective(String option, String value) {
    Map<String, String> properties = valid(option, value);
    if (option.equals("symphony.private.key.path")) {
      properties.remove("symphony.private.key");
    } else if (option.matches("symphony.certificate.(path|content)")) {
      properties.remove("symphony.private.key");
      properties.put("symphony.auth.type", "certificate");
      properties.put("symphony.certificate.password", "hunter2hunter2");
    }
    return properties;
  }

  /** Returns a minimal valid configuration with changes. */
  static Map<String, String> changed(String changes) {
    return changed(valid(), changes);
  }

  /**
   * Applies changes to a configuration. Semicolons separate them: {@code option=value} sets an
   * option, {@code -option} removes it, and an option alone changes nothing. A character with a
   * number in braces is repeated that many times.
   */
  static Map<String, String> changed(Map<String, String> properties, String changes) {
    for (String change : changes.split(";")) {
      String[] parts = change.split("=", 2);
      String option = parts[0].strip();
      if (option.startsWith("-")) {
        properties.remove(option.substring(1));
      } else if (parts.length == 2) {
        properties.put(
            option,
            REPEATED
                .matcher(parts[1])
                .replaceAll(found -> found.group(1).repeat(Integer.parseInt(found.group(2)))));
      }
    }
    return properties;
  }

  static void assertValid(Map<String, String> properties) {
    assertThat(faults(properties)).isEmpty();
    assertThat(new DatahoseConfig(properties)).isNotNull();
  }

  /**
   * Asserts that the configuration with changes has exactly one error, on the option that is named
   * first, with these parts in its message, in this order.
   */
  static void assertFault(Map<String, String> properties, String changes, String says) {
    assertParts(onlyFault(changed(properties, changes), first(changes)), says);
  }

  /** Asserts the same for {@link #onlyFinding}, and returns the message. */
  static String assertFinding(Map<String, String> properties, String changes, String says) {
    String message = onlyFinding(changed(properties, changes), first(changes));
    assertParts(message, says);
    return message;
  }

  /** Returns the option that is named first. */
  static String first(String changes) {
    return changes.split("[;=]", 2)[0].strip().replaceFirst("^-", "");
  }

  static void assertParts(String message, String says) {
    assertThat(message).containsSubsequence(says.split(" \\.\\.\\. "));
  }

  /** Returns the message of the only error, which is on this option and names it. */
  static String onlyFault(Map<String, String> properties, String option) {
    String message = onlyAnswer(properties, option);
    ConfigException thrown =
        catchThrowableOfType(ConfigException.class, () -> new DatahoseConfig(properties));
    assertThat(thrown).hasMessage(message);
    return message;
  }

  /** Returns the only error of files and keys, which only validate reads; a task retries. */
  static String onlyFinding(Map<String, String> properties, String option) {
    assertThat(new DatahoseConfig(properties)).isNotNull();
    return onlyAnswer(properties, option);
  }

  private static String onlyAnswer(Map<String, String> properties, String option) {
    List<ConfigValue> faults = faults(properties);
    assertThat(faults).extracting(ConfigValue::name).containsExactly(option);
    assertThat(faults.get(0).value()).isNull();
    assertThat(faults.get(0).errorMessages()).hasSize(1);
    String message = faults.get(0).errorMessages().get(0);
    assertThat(message).startsWith(option + " ").doesNotContain("hunter");
    return message;
  }

  static List<ConfigValue> faults(Map<String, String> properties) {
    return DatahoseConfig.validate(properties).stream()
        .filter(answer -> !answer.errorMessages().isEmpty())
        .toList();
  }

  static ConfigValue answer(Map<String, String> properties, String option) {
    return DatahoseConfig.validate(properties).stream()
        .filter(answer -> answer.name().equals(option))
        .findFirst()
        .orElseThrow();
  }

  /** Returns the names of all options, including those of the feed {@code all}. */
  static Stream<String> options() {
    return Stream.concat(
        DatahoseConfig.definition().names().stream(),
        FeedOptions.ALL.stream().map(option -> FeedOptions.ofFeed("all", option.name())));
  }
}
