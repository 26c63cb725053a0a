// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.datahose.connect.reader.CapturedLog;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigValue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What validation tells besides the errors, and what else a worker may ask beforehand. */
class ConfigValidationTest {

  private final CapturedLog log = new CapturedLog();

  @AfterEach
  void stopCapturing() {
    log.close();
  }

  @Test
  void aMisspeltOptionIsToldToTheLogWithTheNameOfTheConnector() {
    assertThat(faults(Given.valid("datahose.feeed.all.readers", "2"))).isEmpty();
    assertThat(log.text())
        .containsOnlyOnce(
            "Config of compliance: datahose.feeed.all.readers is not an option of this version and"
                + " has no effect: check its spelling")
        .contains("WARN");
  }

  @Test
  void soItIsWhereTheConfigIsRefusedSinceTheOptionThatWasMeantIsMissing() {
    Map<String, String> properties = Given.valid("symphony.user.name", "bot");
    properties.remove("symphony.username");
    assertThat(faults(properties)).containsExactly("symphony.username");
    assertThat(log.text()).contains("Config of compliance: symphony.user.name is not an option");
  }

  @Test
  void whateverIsInTheNamesAWarningIsOneLine() {
    Map<String, String> properties = Given.valid("record.a\n\u0085\u2028\u202e\ud800b", "");
    properties.put("name", "c\u2029d");
    faults(properties);
    assertThat(log.text().lines()).singleElement().asString().contains("c d", "record.a b");
    properties.remove("name");
    faults(properties);
    assertThat(log.text()).contains("Config of a connector without a name: record.a b");
  }

  @Test
  void whateverIsInTheNamesAnErrorIsOneLine() {
    Map<String, String> properties =
        Given.valid("record.a\u0085\u202eb", "-----BEGIN PRIVATE KEY-----");
    assertThat(ConfigValidation.answers(properties))
        .flatExtracting(ConfigValue::errorMessages)
        .singleElement()
        .asString()
        .startsWith("record.a b is not an option of this version");
    assertThatThrownBy(() -> new DatahoseConfig(properties))
        .hasMessageStartingWith("record.a b is not an option of this version");
  }

  private static List<String> faults(Map<String, String> properties) {
    properties.put("datahose.connection.check", "false");
    return ConfigValidation.answers(properties, "test-agent", Duration.ofSeconds(10)).stream()
        .filter(answer -> !answer.errorMessages().isEmpty())
        .map(ConfigValue::name)
        .toList();
  }
}
