// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.runbook;

import static io.github.datahose.connect.it.LiveConnector.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.connect.it.Guarantee;
import io.github.datahose.simulator.Audit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Another topic while events flow: each event is in one of the two, once. */
class TopicRunbookIT {
  private static final String OTHER_TOPIC = "symphony.chat";

  @ParameterizedTest
  @EnumSource
  void eachEventIsInOneOfTheTwoTopicsOnce(Guarantee guarantee) {
    try (Stage stage = Stage.in(guarantee.cluster()).start();
        Runbook runbook = Runbook.of("Write to another topic", stage.shell())) {
      stage.refuseAnAcknowledgement();
      runbook.run("change");
      stage.awaitRestart();
      stage.takeReadsAgain();
      stage.awaitMore();
      eventually("records in the new topic")
          .until(() -> stage.topics().names().contains(OTHER_TOPIC));
      int inTheOld = stage.topics().records(Stage.TOPIC).size();
      stage.awaitMore();
      assertThat(stage.topics().records(Stage.TOPIC)).hasSize(inTheOld);

      stage.refuseReads();
      runbook.run("back");
      stage.awaitRestart();
      stage.takeReadsAgain();
      eventually("records in the old topic again")
          .until(() -> stage.topics().records(Stage.TOPIC).size() > inTheOld);

      Audit audit = stage.audit(Stage.TOPIC, OTHER_TOPIC);
      assertThat(stage.topics().records(OTHER_TOPIC)).isNotEmpty();
      assertThat(audit.duplicated()).as("%s", audit).isZero();
    }
  }
}
