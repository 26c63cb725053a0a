// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PlanTest {

  private static final Plan FULL = Plan.full(false);
  private static final Plan QUICK = Plan.quick(false);

  @Test
  void theWholePlanHasTheSizesWithAndWithoutLatencyAndAllContenders() {
    assertThat(FULL.cells().toString())
        .isEqualTo(
            "[batches of 1, batches of 10, batches of 100, batches of 500, batches of 1, 20 ms,"
                + " batches of 10, 20 ms, batches of 100, 20 ms, batches of 500, 20 ms]");
    assertThat(Plan.full(true).all()).hasSize(Contender.values().length - 1);
    assertThat(FULL.all()).doesNotContain(Contender.CONNECTOR_AVRO);
    assertThat(FULL.in(new Cell(1, 0))).doesNotContain(Contender.CONNECTOR_FIVE_FEEDS);
    assertThat(FULL.in(new Cell(100, 20))).doesNotContain(Contender.VENDOR);
  }

  @Test
  void theQuickPlanHasInACellOnlyThoseThatATargetSpeaksOfThereAndReadingAlone() {
    assertThat(QUICK.in(new Cell(10, 0)))
        .containsExactly(
            Contender.READING_ALONE,
            Contender.CONNECTOR,
            Contender.BY_HAND,
            Contender.CONNECTOR_EXACTLY_ONCE,
            Contender.BY_HAND_TRANSACTIONAL);
  }

  @Test
  void whoIsMeasuredAtASteadyPaceTakesPart() {
    for (Plan plan : List.of(FULL, QUICK)) {
      assertThat(plan.cells()).containsAll(plan.paced());
      assertThat(plan.paced())
          .allSatisfy(cell -> assertThat(plan.in(cell)).containsAll(plan.inPaced()));
    }
  }
}
