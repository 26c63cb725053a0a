// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.runbook;

import static io.github.datahose.connect.it.LiveConnector.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.connect.it.Guarantee;
import io.github.datahose.simulator.Audit;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** From one reader to three and back, with events flowing from an agent that is 20 ms away. */
class ReadersRunbookIT {
  @ParameterizedTest
  @EnumSource
  void moreReadersAndFewerLoseNothingAndRepeatNothing(Guarantee guarantee) {
    try (Stage stage = Stage.in(guarantee.cluster()).start();
        Runbook runbook = Runbook.of("More readers", stage.shell())) {
      stage.simulator().reconfigure(pod -> pod.batchSize(10).latency(Duration.ofMillis(20)));
      long lines = stage.linesOfLog();
      stage.refuseAnAcknowledgement();
      runbook.run("more");
      stage.awaitRestart();
      stage.takeReadsAgain();
      stage.awaitMore();
      eventually("reads of three readers at a time")
          .until(() -> stage.simulator().requests().reads().waiting().count() == 3);
      assertThat(stage.log(lines)).anyMatch(line -> line.contains("Reader 2 of feed all"));

      stage.refuseAnAcknowledgement();
      runbook.run("back");
      stage.awaitRestart();
      stage.takeReadsAgain();
      stage.awaitMore();
      Audit audit = stage.audit(Stage.TOPIC);
      assertThat(audit.duplicated()).as("%s", audit).isZero();
      assertThat(stage.totals(Stage.TAG).feeds()).hasSize(1);
    }
  }
}
