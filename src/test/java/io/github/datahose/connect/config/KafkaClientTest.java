// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

/** The versions with a warning of CVE-2026-35554. ConfigRulesTest tests the warning. */
class KafkaClientTest {

  private static final String OPTION = "producer.override.delivery.timeout.ms";
  private static final Map<String, String> SET = Map.of(OPTION, "60000");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2.8.0",
        "3.7.2",
        "3.9.0",
        "3.9.1",
        "3.9.1-SNAPSHOT",
        "3.9.1.redhat-00003",
        "3.7.2.7.3.1.0-197",
        "4.0.0",
        "4.0.0-rc1",
        "4.0.1",
        "4.1.0",
        "4.1.1",
        "4.1.1-SNAPSHOT"
      })
  void warnsOfAffectedVersion(String version) {
    assertThat(KafkaClient.warning(SET, version))
        .startsWith(OPTION + " is set, and the Kafka client of this worker, " + version + ", has")
        .contains("3.9.2, 4.0.2, 4.1.2, and 4.2.0 are not affected")
        .doesNotContain("Confluent");
  }

  /** Confluent has its own patch numbers: 7.9.2 contains Kafka 3.9.1. */
  @ParameterizedTest
  @ValueSource(
      strings = {"7.7.0-ccs", "7.8.3-ce", "7.9.0-ccs", "7.9.2-ccs", "8.0.0-ccs", "8.1.1-ce"})
  void warnsOfAffectedConfluentVersion(String version) {
    assertThat(KafkaClient.warning(SET, version))
        .startsWith(OPTION + " is set, and the Kafka client of this worker, " + version + ", has")
        .contains("Confluent's release notes");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "3.9.2",
        "3.9.2-SNAPSHOT",
        "3.9.10",
        "3.10.0",
        "4.0.2",
        "4.0.3",
        "4.1.2",
        "4.1.10",
        "4.2.0",
        "4.10.0",
        "4.3.1",
        "5.0.0",
        "7.7.0",
        "8.2.0-ccs",
        "9.0.0-ce"
      })
  void doesNotWarnOfUnaffectedVersion(String version) {
    assertThat(KafkaClient.warning(SET, version)).isNull();
  }

  @ParameterizedTest
  @NullAndEmptySource
  @ValueSource(strings = {"unknown", "3", "3.9", "3.9.x", "v3.9.1", "3.9.99999999999", "-3.9.1"})
  void doesNotWarnOfUnknownVersion(String version) {
    assertThat(KafkaClient.warning(SET, version)).isNull();
  }

  @Test
  void doesNotWarnWhenNoBatchExpires() {
    assertThat(KafkaClient.warning(Map.of(), "3.9.1")).isNull();
    assertThat(KafkaClient.warning(Map.of(OPTION, " "), "3.9.1")).isNull();
    assertThat(KafkaClient.warning(Map.of(OPTION, " 2147483647 "), "3.9.1"))
        .as("the default of a worker")
        .isNull();
  }
}
