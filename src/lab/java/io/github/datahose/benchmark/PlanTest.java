// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PlanTest {

  private static final Plan FULL = Plan.full(false);
  private static final Plan QUICK = Plan.quick(false);

  private static final List<String> TARGETS =
      List.of(
          Lineup.CONNECTOR,
          Lineup.BY_HAND,
          Lineup.CONNECTOR_EXACTLY_ONCE,
          Lineup.BY_HAND_TRANSACTIONAL,
          Lineup.CONNECTOR_STRUCT,
          Lineup.VENDOR,
          Lineup.CONNECTOR_DEFAULTS,
          Lineup.VENDOR_DEFAULTS,
          Lineup.CONNECTOR_FIVE_FEEDS,
          Lineup.CONNECTOR_FIVE_READERS);

  @Test
  void theWholePlanHasTheSizesWithAndWithoutLatency() {
    assertThat(FULL.cells())
        .extracting(Cell::toString)
        .containsExactly(
            "batches of 1",
            "batches of 10",
            "batches of 100",
            "batches of 500",
            "batches of 1, 20 ms",
            "batches of 10, 20 ms",
            "batches of 100, 20 ms",
            "batches of 500, 20 ms");
  }

  @Test
  void theWholePlanHasAllWhoseBytesAreCompared() {
    for (String name : SameBytes.COMPARED) {
      assertThat(FULL.cells()).as(name).anyMatch(cell -> FULL.has(name, cell));
    }
  }

  @Test
  void theQuickPlanLeavesOutNobodyThatATargetSpeaksOf() {
    for (String name : TARGETS) {
      assertThat(QUICK.cells()).as(name).anyMatch(cell -> QUICK.has(name, cell));
    }
  }

  @Test
  void theQuickPlanHasInACellOnlyThoseThatATargetSpeaksOfThereAndReadingAlone() {
    assertThat(names(QUICK, new Cell(10, 0)))
        .containsExactlyInAnyOrder(
            Lineup.READING_ALONE,
            Lineup.CONNECTOR,
            Lineup.BY_HAND,
            Lineup.CONNECTOR_EXACTLY_ONCE,
            Lineup.BY_HAND_TRANSACTIONAL);
    assertThat(names(QUICK, new Cell(100, 0)))
        .contains(Lineup.VENDOR, Lineup.VENDOR_DEFAULTS)
        .doesNotContain(Lineup.VENDOR_LOSING_DATA, Lineup.CONNECTOR_FIVE_FEEDS);
    assertThat(names(QUICK, Plan.SMALL_AND_FAR))
        .containsExactlyInAnyOrder(
            Lineup.READING_ALONE,
            Lineup.CONNECTOR,
            Lineup.BY_HAND,
            Lineup.CONNECTOR_FIVE_FEEDS,
            Lineup.CONNECTOR_FIVE_READERS);
  }

  @Test
  void theWholePlanHasAllWithoutLatencyButThoseWithSeveralFeedsAndReaders() {
    assertThat(names(FULL, new Cell(1, 0)))
        .hasSize(Lineup.NAMES.size() - 3)
        .doesNotContain(
            Lineup.CONNECTOR_FIVE_FEEDS, Lineup.CONNECTOR_FIVE_READERS, Lineup.CONNECTOR_AVRO);
    assertThat(names(FULL, new Cell(100, 20)))
        .containsExactlyInAnyOrder(
            Lineup.READING_ALONE,
            Lineup.CONNECTOR,
            Lineup.BY_HAND,
            Lineup.TASK_BY_HAND,
            Lineup.CONNECTOR_EXACTLY_ONCE,
            Lineup.BY_HAND_TRANSACTIONAL,
            Lineup.TASK_BY_HAND_EXACTLY_ONCE);
  }

  @Test
  void whoIsMeasuredAtASteadyPaceTakesPart() {
    for (Plan plan : List.of(FULL, QUICK)) {
      assertThat(plan.cells()).containsAll(plan.paced());
      assertThat(plan.pacedContenders())
          .contains(Lineup.CONNECTOR, Lineup.BY_HAND)
          .allMatch(name -> plan.paced().stream().allMatch(cell -> plan.has(name, cell)));
    }
    assertThat(FULL.pacedContenders())
        .contains(Lineup.CONNECTOR_EXACTLY_ONCE, Lineup.BY_HAND_TRANSACTIONAL);
  }

  @Test
  void avroTakesPartOnlyWhenItIsAskedFor() {
    for (Plan plan : List.of(Plan.full(true), Plan.quick(true))) {
      assertThat(names(plan, new Cell(10, 0))).contains(Lineup.CONNECTOR_AVRO);
      assertThat(names(plan, Plan.SMALL_AND_FAR)).doesNotContain(Lineup.CONNECTOR_AVRO);
    }
  }

  private static List<String> names(Plan plan, Cell cell) {
    return Lineup.NAMES.stream().filter(name -> plan.has(name, cell)).toList();
  }
}
