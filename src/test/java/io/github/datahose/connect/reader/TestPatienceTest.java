// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.reader;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The integration tests alone shorten what the connector waits. */
class TestPatienceTest {

  @Test
  @Tag("invariant-9")
  void invariant9UsesTimesOfFailureTableWithoutTestProperty() {
    assertThat(System.getProperty(TestPatience.DIVISOR)).isNull();
    assertThat(RetryPolicy.REFUSED_AT_MOST).isEqualTo(Duration.ofMinutes(2));
    assertThat(RetryPolicy.ADDED_AT_MOST).isEqualTo(Duration.ofSeconds(30));
    assertThat(ConfirmationWait.UNCONFIRMED_AT_FIRST).isEqualTo(Duration.ofSeconds(30));
  }

  @ParameterizedTest
  @CsvSource({"10, PT12S", "1, PT2M", "0, PT2M", "-3, PT2M", "soon, PT2M", ", PT2M"})
  void dividesByIntegerAndIgnoresOtherValues(String divisor, Duration expected) {
    assertThat(TestPatience.of(Duration.ofMinutes(2), divisor)).isEqualTo(expected);
  }
}
