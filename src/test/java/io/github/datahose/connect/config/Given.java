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

/** Properties of a connector, and what their validation says. */
final class Given {
  private static final Pattern REPEATED = Pattern.compile("(.)\\{(\\d+)}");

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

  /** The least that is valid, where this option for the login, or any other option, has effect. */
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

  /** The least that is valid, changed. */
  static Map<String, String> changed(String changes) {
    return changed(valid(), changes);
  }

  /**
   * A config with changes, which semicolons separate: {@code option=value} sets an option, {@code
   * -option} takes it out, an option alone stays as it is. A character with a number in braces is
   * repeated so often.
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
   * Checks that the config with changes has one fault only, which stands on the option that is
   * named first and has these parts in its message, in this order.
   */
  static void assertFault(Map<String, String> properties, String changes, String says) {
    assertParts(onlyFault(changed(properties, changes), first(changes)), says);
  }

  /** The same of what {@link #onlyFinding} finds; returns the message. */
  static String assertFinding(Map<String, String> properties, String changes, String says) {
    String message = onlyFinding(changed(properties, changes), first(changes));
    assertParts(message, says);
    return message;
  }

  /** The option that is named first. */
  static String first(String changes) {
    return changes.split("[;=]", 2)[0].strip().replaceFirst("^-", "");
  }

  static void assertParts(String message, String says) {
    assertThat(message).containsSubsequence(says.split(" \\.\\.\\. "));
  }

  /** The message of the one and only fault, which stands on this option and names it. */
  static String onlyFault(Map<String, String> properties, String option) {
    String message = onlyAnswer(properties, option);
    ConfigException thrown =
        catchThrowableOfType(ConfigException.class, () -> new DatahoseConfig(properties));
    assertThat(thrown).hasMessage(message);
    return message;
  }

  /** The same where only validate looks, into files and keys: a running task tries, and waits. */
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

  /** The names of all options, those of the feed {@code all} among them. */
  static Stream<String> options() {
    return Stream.concat(
        DatahoseConfig.definition().names().stream(),
        FeedOptions.ALL.stream().map(option -> FeedOptions.ofFeed("all", option.name())));
  }
}
