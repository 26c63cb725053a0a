// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigDef;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Variables that the worker could not put a value in the place of. */
class ConfigVariablesTest {
  private static final List<String> VARIABLES =
      List.of(
          "${file:/opt/kafka/secrets/symphony.properties:private.key}",
          "${directory:/opt/kafka/secrets:symphony-private-key.pem}",
          "${env:SYMPHONY_PRIVATE_KEY}",
          " ${vault:a/b?c=d:e} ");

  static Stream<String> options() {
    return Stream.concat(
        DatahoseConfig.definition().names().stream(),
        Stream.of("event.types", "scopes", "topic", "readers")
            .map(option -> "datahose.feed.all." + option));
  }

  @ParameterizedTest
  @MethodSource("options")
  void oneThatIsLeftIsToldOnItsOptionWithWhereToLook(String option) {
    for (String variable : VARIABLES) {
      Map<String, String> properties = Given.valid(option, variable);
      if (option.equals("symphony.private.key.path")) {
        properties.remove("symphony.private.key");
      }
      assertThat(Given.onlyFault(properties, option))
          .startsWith(option + " is still a variable: this worker has no config provider")
          .contains("config.providers", "worker-secrets.properties", "allowed.paths")
          .doesNotContain(variable.strip());
    }
  }

  @Test
  void oneInTheMidstOfAValueIsTold() {
    assertThat(
            Given.onlyFault(
                Given.valid("symphony.pod.url", "https://${env:POD}.symphony.com"),
                "symphony.pod.url"))
        .contains("is still a variable");
    assertThat(
            Given.onlyFault(
                Given.valid("datahose.event.types", "MESSAGESENT,${env:TYPES}"),
                "datahose.event.types"))
        .contains("is still a variable");
  }

  @Test
  void aPasswordMayLookAsIfItHeldOne() {
    assertThat(DatahoseConfig.definition().configKeys().get("symphony.private.key").type)
        .isEqualTo(ConfigDef.Type.PASSWORD);
    assertThat(Given.faults(Given.valid("symphony.private.key", "hun${te:r}2")).toString())
        .contains("is not PEM text");
  }

  @Test
  void ourOwnPlaceholdersAreNone() {
    Given.assertValid(Given.valid("topic", "symphony.${feed}.${type}"));
  }
}
