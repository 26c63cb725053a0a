// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.connect.it.Guarantee;
import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.simulator.Audit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The connector goes to another worker cluster, with a batch in Kafka whose acknowledgement the pod
 * refused: the feed gives it out once more, and only the stored offset tells that it is there.
 */
class MoveRunbookIT {
  @ParameterizedTest
  @EnumSource
  void nothingComesTwiceWhenTheOffsetsAreTakenAlong(Guarantee target) {
    ConnectCluster to = target.cluster();
    try (Stage stage = Stage.in(otherThan(target)).start();
        Runbook runbook = Runbook.of("Move to another worker cluster", stage.shell())) {
      try {
        stage.shell().set("NEW_CONNECT", to.worker().url().toString());
        stage.refuseAnAcknowledgement();
        runbook.run("stop");
        stage.takeReadsAgain();
        long lines = to.worker().log().lines().count();
        runbook.run("start");
        runbook.run("clean");
        stage.awaitMore();

        Audit audit = stage.audit(Stage.TOPIC);
        assertThat(audit.duplicated()).as("%s", audit).isZero();
        assertThat(to.worker().log().lines().skip(lines))
            .anyMatch(
                line ->
                    line.contains("Reader 0 of feed all (tag symphony.all) STARTED: ")
                        && line.contains("with a stored offset"));
        assertThat(otherThan(target).rest().connectors()).doesNotContain(Stage.CONNECTOR);
      } finally {
        Stage.clean(to.rest());
      }
    }
  }

  @Test
  void withoutTheOffsetsTheLastAnswerComesTwice() {
    ConnectCluster to = Guarantee.EXACTLY_ONCE.cluster();
    try (Stage stage = Stage.in(Guarantee.AT_LEAST_ONCE.cluster()).start();
        Runbook runbook = Runbook.of("Move when the old cluster is gone", stage.shell())) {
      try {
        stage.shell().set("NEW_CONNECT", to.worker().url().toString());
        stage.shell().run("curl -s \"$CONNECT/connectors/symphony/config\" > symphony.json");
        long lastAnswer = stage.refuseAnAcknowledgement();
        // Gone means here that it does not run any more, and that nobody asks it for anything.
        stage.rest().stop(Stage.CONNECTOR);
        stage.rest().awaitState(Stage.CONNECTOR, "STOPPED", 0);
        stage.takeReadsAgain();
        long lines = to.worker().log().lines().count();
        runbook.run("start");
        stage.awaitMore();

        Audit audit = stage.audit(Stage.TOPIC);
        assertThat(lastAnswer).isPositive();
        assertThat(audit.duplicated()).as("%s", audit).isEqualTo(lastAnswer);
        assertThat(to.worker().log().lines().skip(lines))
            .anyMatch(
                line ->
                    line.contains("Reader 0 of feed all (tag symphony.all) STARTED: ")
                        && line.contains("without a stored offset"));
      } finally {
        Stage.clean(to.rest());
      }
    }
  }

  private static ConnectCluster otherThan(Guarantee target) {
    return Guarantee.values()[1 - target.ordinal()].cluster();
  }
}
