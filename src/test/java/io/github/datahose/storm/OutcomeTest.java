// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.storm;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.simulator.Audit;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutcomeTest {
  private static final Audit WELL = audit(100, 0, 0, 0);

  @Test
  void aRunWithoutALossAndADoubleIsWell() {
    for (Mode mode : Mode.values()) {
      assertThat(outcome(mode, WELL, null).complaint()).isEmpty();
    }
  }

  @Test
  void lossesUnknownRecordsAndMissingAcknowledgementsAreNeverWell() {
    for (Mode mode : Mode.values()) {
      assertThat(outcome(mode, audit(100, 1, 0, 0), null).complaint()).contains("lost");
      assertThat(outcome(mode, audit(100, 0, 0, 1), null).complaint()).contains("nobody produced");
      assertThat(outcome(mode, audit(99, 0, 0, 0), null).complaint()).contains("only 99");
      assertThat(outcome(mode, WELL, "stuck").complaint()).contains("stuck");
    }
  }

  @Test
  void doublesAreWellAtLeastOnceAsFarAsTheFeedRedelivered() {
    assertThat(outcome(Mode.EXACTLY_ONCE, audit(100, 0, 1, 0), null).complaint())
        .contains("0 at most");
    assertThat(outcome(Mode.AT_LEAST_ONCE, audit(100, 0, 7, 0), null).complaint()).isEmpty();
    assertThat(outcome(Mode.AT_LEAST_ONCE, audit(100, 0, 8, 0), null).complaint())
        .contains("7 at most");
  }

  @Test
  void theLineOfTheReportHasTheMedianAndTheLongestRecovery() {
    assertThat(outcome(Mode.EXACTLY_ONCE, WELL, null).row())
        .containsEntry("recoveryMedianMs", 20L)
        .containsEntry("recoveryMaxMs", 30L);
  }

  @Test
  void theStormComplainsOfTheRunsThatAreNotWell() {
    assertThat(
            Storm.complaints(
                List.of(
                    outcome(Mode.AT_LEAST_ONCE, WELL, null),
                    outcome(Mode.EXACTLY_ONCE, audit(100, 1, 0, 0), null))))
        .singleElement()
        .asString()
        .startsWith("all-at-once, exactly-once: lost, for example [message]");
  }

  private static Outcome outcome(Mode mode, Audit audit, String trouble) {
    return new Outcome(
        Scenario.allAtOnce(), mode, 3, audit, 7, 50, List.of(30L, 10L, 20L), trouble);
  }

  private static Audit audit(long acknowledged, long lost, long duplicated, long unknown) {
    return new Audit(
        100,
        100 - lost + duplicated,
        acknowledged,
        lost,
        duplicated,
        0,
        unknown,
        List.of("message"));
  }
}
