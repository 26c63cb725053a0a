// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PlanTest {

  private static final Plan FULL = Plan.full(false);
  private static final Plan QUICK = Plan.quick(false);

  @Test
  void includesAllSizesLatenciesAndContendersInFullPlan() {
    assertThat(FULL.cells().toString())
        .isEqualTo(
            "[batches of 1, batches of 10, batches of 100, batches of 500, batches of 1, 20 ms,"
                + " batches of 10, 20 ms, batches of 100, 20 ms, batches of 500, 20 ms]");
    assertThat(Plan.full(true).all()).containsExactly(Contender.values());
    assertThat(FULL.all()).doesNotContain(Contender.AVRO);
    assertThat(FULL.in(new Cell(10, 0)))
        .contains(Contender.LEDGER)
        .doesNotContain(Contender.FIVE_FEEDS);
    assertThat(FULL.in(new Cell(500, 0))).doesNotContain(Contender.LEDGER);
    assertThat(FULL.in(new Cell(100, 20))).doesNotContain(Contender.BDK, Contender.TASK_BY_HAND);
  }

  @ParameterizedTest
  @EnumSource
  void includesEachTargetOnceInQuickPlan(Comparison comparison) {
    boolean hasTarget = FULL.cells().stream().anyMatch(cell -> comparison.target(cell) != null);
    assertThat(QUICK.cells().stream().filter(cell -> comparison.target(cell) != null))
        .hasSize(hasTarget ? 1 : 0)
        .allSatisfy(cell -> assertThat(QUICK.in(cell)).contains(comparison.one, comparison.other));
  }

  @Test
  void includesOnlyContendersWithTargetInQuickPlan() {
    assertThat(QUICK.in(Cell.SMALL_AND_FAR))
        .containsExactly(
            Contender.BY_HAND, Contender.README, Contender.FIVE_FEEDS, Contender.FIVE_READERS);
  }
}
