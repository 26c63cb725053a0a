// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TargetsTest {

  private static final Cell NEAR = new Cell(100, 0);
  private static final Cell FAR = Plan.SMALL_AND_FAR;

  private static final Parts PARTS =
      Parts.parse(
          Stream.of(
              Parts.line(100, "parse", List.of(0.25)), Parts.line(100, "produce", List.of(0.75))));

  private final Results<Outcome> results = new Results<>();

  @Test
  void theVendorsLoopHasTargetsForLargeBatchesOnly() {
    Cell small = new Cell(10, 0);
    for (Cell cell : List.of(small, NEAR)) {
      measured(Lineup.CONNECTOR_DEFAULTS, cell, 110);
      measured(Lineup.VENDOR_DEFAULTS, cell, 10);
      measured(Lineup.CONNECTOR_STRUCT, cell, 20);
      measured(Lineup.VENDOR, cell, 10);
    }
    assertThat(rows(small, NEAR))
        .extracting(Row::target, Row::met)
        .containsExactly(
            tuple(null, null), tuple(null, null), tuple(10.0, true), tuple(3.0, false));
  }

  @Test
  void theLoopByHandMustBeReachedMoreNearlyWhenTheAgentIsFar() {
    for (Cell cell : List.of(NEAR, FAR)) {
      measured(Lineup.CONNECTOR, cell, 95);
      measured(Lineup.BY_HAND, cell, 100);
    }
    assertThat(rows(NEAR, FAR)).extracting(Row::target).containsExactly(0.9, 0.98);
    assertThat(rows(NEAR, FAR)).extracting(Row::met).containsExactly(true, false);
  }

  @Test
  void exactlyOnceHasATargetBesideTransactionsByHandAndNoneBesideAtLeastOnce() {
    measured(Lineup.CONNECTOR, NEAR, 100);
    measured(Lineup.CONNECTOR_EXACTLY_ONCE, NEAR, 50);
    measured(Lineup.BY_HAND_TRANSACTIONAL, NEAR, 50);
    assertThat(rows(NEAR)).extracting(Row::target).containsExactly(0.9, null);
    assertThat(rows(NEAR)).extracting(row -> row.spread().median()).containsExactly(1.0, 0.5);
  }

  @Test
  void fiveFeedsAndFiveReadersStandBesideOne() {
    measured(Lineup.CONNECTOR, FAR, 100);
    measured(Lineup.CONNECTOR_FIVE_FEEDS, FAR, 450);
    measured(Lineup.CONNECTOR_FIVE_READERS, FAR, 350);
    assertThat(rows(FAR)).extracting(Row::met).containsExactly(true, false);
  }

  @Test
  void theSumOfThePartsIsReadingAndWhatWasMeasuredAlone() {
    measured(Lineup.READING_ALONE, NEAR, 100_000);
    measured(Lineup.CONNECTOR, NEAR, 40_000);
    List<Row> rows = new Targets(results, List.of(NEAR)).rows(PARTS);
    // 1 ms to read 100 events and 1 ms for the rest make 50,000 events a second.
    assertThat(rows.get(0).name()).contains("share");
    assertThat(rows.get(0).spread().median()).isEqualTo(0.8);
  }

  @Test
  void eachPartHasALineOfItsOwnAndReadingOneForEachLatency() {
    Cell far = new Cell(100, 20);
    measured(Lineup.READING_ALONE, NEAR, 100_000);
    measured(Lineup.READING_ALONE, far, 5_000);
    measured(Lineup.CONNECTOR, NEAR, 40_000);
    measured(Lineup.CONNECTOR, far, 4_000);
    assertThat(new Targets(results, List.of(NEAR, far)).rows(PARTS))
        .filteredOn(row -> row.name().startsWith("ms for a batch alone: "))
        .extracting(
            row -> row.name().substring("ms for a batch alone: ".length()),
            row -> row.spread().median())
        .containsExactly(
            tuple("read, batches of 100", 1.0),
            tuple("parse, batches of 100", 0.25),
            tuple("produce, batches of 100", 0.75),
            tuple("read, batches of 100, 20 ms", 20.0));
  }

  private List<Row> rows(Cell... cells) {
    return new Targets(results, List.of(cells)).rows(new Parts(Map.of()));
  }

  private void measured(String contender, Cell cell, double rate) {
    results.add(contender, cell, new Outcome(rate, 1, 1));
  }
}
