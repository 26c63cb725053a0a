// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.datahose.connect.it.Guarantee;
import io.github.datahose.simulator.Audit;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Offsets that are forgotten, put back, and forgotten for one reader of two. */
class OffsetsRunbookIT {
  @ParameterizedTest
  @EnumSource
  void aResetRewindsNothingAndTheLastAnswersComeTwice(Guarantee guarantee) {
    try (Stage stage = Stage.in(guarantee.cluster()).set("datahose.feed.all.readers", "2").start();
        Runbook runbook = Runbook.of("Reset offsets", stage.shell())) {
      long lastAnswers = stage.refuseAnAcknowledgement();
      runbook.run("stop");
      JsonNode before = stage.rest().offsets(Stage.CONNECTOR);
      assertThat(before.path("offsets")).hasSize(2);

      runbook.run("one");
      assertThat(stored(stage)).singleElement().asString().endsWith("symphony.all/0");
      runbook.run("back");
      assertThat(stage.rest().offsets(Stage.CONNECTOR)).isEqualTo(before);
      runbook.run("all");
      assertThat(stored(stage)).isEmpty();

      stage.takeReadsAgain();
      runbook.run("resume");
      stage.awaitMore();
      Audit audit = stage.audit(Stage.TOPIC);
      assertThat(lastAnswers).isPositive();
      assertThat(audit.duplicated()).as("%s", audit).isEqualTo(lastAnswers);
    }
  }

  /** The readers that have an offset; for a moment the worker may list one that has none. */
  private static List<String> stored(Stage stage) {
    return stage.rest().offsets(Stage.CONNECTOR).findParents("partition").stream()
        .filter(each -> !each.path("offset").isNull())
        .map(each -> each.at("/partition/reader").asText())
        .toList();
  }
}
