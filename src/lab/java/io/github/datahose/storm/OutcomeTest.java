// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.storm;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.simulator.Audit;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutcomeTest {
  private static final Scenario TWO_WORKERS =
      Scenario.all().stream().filter(each -> each.workers() == 2).findFirst().orElseThrow();
  private static final Audit WELL = audit(100, 0, 0, 0);

  @Test
  void aRunWithoutALossAndADoubleIsWell() {
    for (Mode mode : Mode.values()) {
      assertThat(outcome(mode, WELL).complaint()).isEmpty();
    }
  }

  @Test
  void lossesUnknownRecordsAndMissingAcknowledgementsAreNeverWell() {
    for (Mode mode : Mode.values()) {
      assertThat(outcome(mode, audit(100, 1, 0, 0)).complaint()).contains("1 lost");
      assertThat(outcome(mode, audit(100, 0, 0, 1)).complaint()).contains("nobody produced");
      assertThat(outcome(mode, audit(99, 0, 0, 0)).complaint()).contains("only 99");
      assertThat(outcome(mode, WELL).with("stuck").complaint()).isEqualTo("stuck");
      TopicAudit misplaced = new TopicAudit(WELL, 40, 20, 7, List.of("misplaced"));
      assertThat(outcome(Scenario.allAtOnce(), mode, misplaced, 0).complaint())
          .isEqualTo("misplaced");
    }
  }

  @Test
  void doublesAreWellAtLeastOnceAsFarAsTheyWereInFlight() {
    assertThat(outcome(Mode.EXACTLY_ONCE, audit(100, 0, 1, 0)).complaint()).contains("0 at most");
    assertThat(outcome(Mode.AT_LEAST_ONCE, audit(100, 0, 7, 0)).complaint()).isEmpty();
    assertThat(outcome(Mode.AT_LEAST_ONCE, audit(100, 0, 8, 0)).complaint())
        .contains("8 duplicated, 7 at most");
  }

  @Test
  void aRunThatDidNotSeeWhatItIsAboutProvesNothing() {
    for (Mode mode : Mode.values()) {
      assertThat(complaint(Scenario.allAtOnce(), mode, 40, 0, 0)).contains("in flight");
      assertThat(complaint(Scenario.allAtOnce(), mode, 0, 7, 0)).contains("was dropped");
      assertThat(complaint(TWO_WORKERS, mode, 0, 7, 0)).contains("took over");
      assertThat(complaint(TWO_WORKERS, mode, 0, 7, 1)).isEmpty();
    }
  }

  @Test
  void aScenarioThatBrokeOffIsAnOutcomeThatIsNotWell() {
    Outcome outcome =
        Outcome.brokenOff(TWO_WORKERS, Mode.EXACTLY_ONCE, new IllegalStateException("no worker"));
    assertThat(outcome.complaint()).contains("broke off").contains("no worker");
    assertThat(outcome.row()).containsEntry("kills", 0).containsEntry("recoveryMaxMs", null);
  }

  @Test
  void theLineOfTheReportHasTheMedianAndTheLongestRecovery() {
    assertThat(outcome(Mode.EXACTLY_ONCE, WELL).row())
        .containsEntry("recoveryMedianMs", 20L)
        .containsEntry("recoveryMaxMs", 30L)
        .containsEntry("inKafka", 60L)
        .containsEntry("dropped", 40L);
  }

  @Test
  void theStormComplainsOfTheRunsThatAreNotWell() {
    assertThat(
            Storm.complaints(
                List.of(
                    outcome(Mode.AT_LEAST_ONCE, WELL),
                    outcome(Mode.EXACTLY_ONCE, audit(100, 1, 0, 0)))))
        .singleElement()
        .asString()
        .startsWith("all-at-once, exactly-once: 1 lost, for example [message]");
  }

  private static String complaint(
      Scenario scenario, Mode mode, long dropped, long inFlight, int takeOvers) {
    TopicAudit topics = new TopicAudit(WELL, dropped, 20, inFlight, List.of());
    return outcome(scenario, mode, topics, takeOvers).complaint();
  }

  private static Outcome outcome(Mode mode, Audit audit) {
    return outcome(Scenario.allAtOnce(), mode, new TopicAudit(audit, 40, 20, 7, List.of()), 0);
  }

  private static Outcome outcome(Scenario scenario, Mode mode, TopicAudit topics, int takeOvers) {
    return new Outcome(
        scenario, mode, 3, takeOvers, 0, topics, 50, List.of(30L, 10L, 20L), List.of());
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
