// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ValidateNeverThrowsTest {
  /** Bars separate them. */
  private static final List<String> VALUES =
      List.of(
          ("| |,|,,,|\n|\0|${|${}|${feed}|${type}|.|..|-1|0|5|45000|999999999999999999999999|NaN"
                  + "|true|a|a,b|a,a|all,rooms|İ|\uD800|MESSAGESENT|MESSAGE_SENT,x y|INTERNAL"
                  + "|https://|https://acme.symphony.com|http://[|https://a@b|interval|CERTİFICATE|FAİL|"
                  + "x".repeat(300))
              .split("\\|"));

  static List<String> values() {
    return VALUES;
  }

  private static Map<String, String> everywhere(String value) {
    Map<String, String> properties = new HashMap<>();
    keys().forEach(key -> properties.put(key, value));
    return properties;
  }

  private static List<String> keys() {
    List<String> keys = new ArrayList<>(DatahoseConfig.definition().names());
    keys.addAll(List.of("name", "transaction.boundary", "datahose.task.id", "tasks.max"));
    for (String feed : List.of("all", "a", "b", "rooms", "", "A", ".")) {
      for (String option : List.of("event.types", "scopes", "topic", "readers", "x", "")) {
        keys.add("datahose.feed." + feed + "." + option);
      }
    }
    keys.addAll(List.of("", " ", "datahose.feed.", "datahose.feed.a", "datahose.", "symphony.x"));
    return keys;
  }

  @Test
  void reportsRequiredOptionsWhenPropertiesAreMissing() {
    assertThat(Given.faults(Map.of()))
        .extracting(ConfigValue::name)
        .containsExactlyInAnyOrder(
            "symphony.pod.url", "symphony.username", "symphony.private.key", "topic");
    assertThat(Given.faults(null)).hasSize(4);
  }

  @Test
  void ignoresNullName() {
    assertThat(Given.faults(Given.valid(null, "x"))).isEmpty();
  }

  @Test
  void reportsErrorOnEachOptionWhenAllAreNull() {
    Map<String, String> properties = everywhere(null);
    assertThat(Given.faults(properties))
        .extracting(ConfigValue::name)
        .containsExactlyInAnyOrderElementsOf(DatahoseConfig.definition().names());
    assertThat(DatahoseConfig.supportsExactlyOnce(properties)).isFalse();
  }

  @ParameterizedTest
  @MethodSource("values")
  void doesNotThrowWhenAllOptionsHaveSameValue(String value) {
    assertAnsweredInOrder(everywhere(value));
  }

  @Test
  void doesNotThrowForRandomConfigurations() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    List<String> keys = keys();
    for (int round = 0; round < 3000; round++) {
      Map<String, String> properties = random.nextBoolean() ? Given.valid() : new HashMap<>();
      for (int i = random.nextInt(12); i > 0; i--) {
        properties.put(keys.get(random.nextInt(keys.size())), value(random));
      }
      try {
        assertAnsweredInOrder(properties);
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed + ", properties " + properties, e);
      }
    }
  }

  private static String value(Random random) {
    int choice = random.nextInt(VALUES.size() + 6);
    if (choice < VALUES.size()) {
      return VALUES.get(choice);
    }
    if (choice == VALUES.size()) {
      return null;
    }
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(40); i > 0; i--) {
      text.append((char) (random.nextInt(10) == 0 ? random.nextInt(65536) : random.nextInt(128)));
    }
    return text.toString();
  }

  /** Asserts one result and at most one error for each option, and that the constructor agrees. */
  private static void assertAnsweredInOrder(Map<String, String> properties) {
    List<ConfigValue> answers = DatahoseConfig.validate(properties);
    DatahoseConfig.supportsExactlyOnce(properties);
    assertThat(answers).extracting(ConfigValue::name).doesNotHaveDuplicates();
    assertThat(answers)
        .extracting(ConfigValue::name)
        .containsAll(DatahoseConfig.definition().names());
    assertThat(answers).allSatisfy(a -> assertThat(a.errorMessages()).hasSizeLessThan(2));
    Throwable thrown = catchThrowable(() -> new DatahoseConfig(properties));
    if (answers.stream().allMatch(answer -> answer.errorMessages().isEmpty())
        && properties.get("name") != null) {
      assertThat(thrown).isNull();
    } else if (thrown != null) {
      assertThat(thrown).isInstanceOf(ConfigException.class);
    }
  }
}
