// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.github.datahose.benchmark.Results.Measure;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TargetsTest {

  private static final Cell NEAR = new Cell(100, 0);

  private final Results results = new Results();

  @ParameterizedTest
  @CsvSource({
    "CONNECTOR_DEFAULTS, VENDOR_DEFAULTS, 10, 0, 11, ",
    "CONNECTOR_DEFAULTS, VENDOR_DEFAULTS, 100, 0, 11, 10",
    "CONNECTOR_STRUCT, VENDOR, 10, 0, 2, ",
    "CONNECTOR_STRUCT, VENDOR, 100, 0, 2, 3",
    "CONNECTOR, BY_HAND, 100, 0, 0.95, 0.9",
    "CONNECTOR, BY_HAND, 10, 20, 0.95, 0.98",
    "CONNECTOR_EXACTLY_ONCE, BY_HAND_TRANSACTIONAL, 100, 0, 0.9, 0.9",
    "CONNECTOR_EXACTLY_ONCE, BY_HAND_TRANSACTIONAL, 10, 20, 0.9, ",
    "CONNECTOR_EXACTLY_ONCE, CONNECTOR, 100, 0, 0.5, ",
    "CONNECTOR, TASK_BY_HAND, 100, 0, 0.9, ",
    "CONNECTOR_FIVE_FEEDS, CONNECTOR, 10, 20, 4.5, 4",
    "CONNECTOR_FIVE_READERS, CONNECTOR, 10, 20, 3.5, 4",
  })
  void eachStandsBesideWhatItIsComparedWithAndItsTarget(
      Contender one, Contender other, int batch, int latency, double ratio, Double target) {
    Cell cell = new Cell(batch, latency);
    measured(one, cell, ratio * 100);
    measured(other, cell, 100);
    assertThat(rows(Map.of(), cell))
        .filteredOn(row -> row.name().contains(" / "))
        .extracting(Row::name, row -> Row.rounded(row.value()), Row::target)
        .containsExactly(tuple(one + " / " + other + ", " + cell, ratio, target));
    boolean compared =
        target == null || Plan.quick(false).in(cell).containsAll(List.of(one, other));
    assertThat(compared).as("the quick plan has who has a target").isTrue();
  }

  @Test
  void theSumOfThePartsIsReadingAndWhatWasMeasuredAlone() {
    Cell far = new Cell(100, 20);
    measured(Contender.READING_ALONE, NEAR, 100_000);
    measured(Contender.READING_ALONE, far, 5_000);
    measured(Contender.CONNECTOR, NEAR, 40_000);
    measured(Contender.CONNECTOR, far, 4_200);
    // 1 ms to read 100 events and 1 ms for the rest make 50,000 events a second.
    Map<String, List<Double>> alone =
        Map.of("parse, " + NEAR, List.of(0.25), "produce, " + NEAR, List.of(0.75));
    assertThat(rows(alone, NEAR, far))
        .filteredOn(row -> row.name().contains("alone: ") || row.name().contains("share"))
        .extracting(Row::name, row -> Row.rounded(row.value()))
        .containsExactlyInAnyOrder(
            tuple("connector, share of the sum of its parts, batches of 100", 0.8),
            tuple("connector, share of the sum of its parts, batches of 100, 20 ms", 0.882),
            tuple("ms for a batch alone: read, batches of 100", 1.0),
            tuple("ms for a batch alone: parse, batches of 100", 0.25),
            tuple("ms for a batch alone: produce, batches of 100", 0.75),
            tuple("ms for a batch alone: read, batches of 100, 20 ms", 20.0));
  }

  @Test
  void latenciesStandBesideTheLoopByHandWithoutATarget() {
    results.add(Measure.LATENCY, Contender.CONNECTOR, NEAR, 1);
    results.add(Measure.LATENCY, Contender.BY_HAND, NEAR, 0.5);
    assertThat(rows(Map.of(), NEAR))
        .extracting(Row::name, Row::value, Row::target)
        .containsExactly(
            tuple("latency p50: connector / by hand, batches of 100", 2.0, null),
            tuple("latency p50 ms: connector, batches of 100", 1.0, null),
            tuple("latency p50 ms: by hand, batches of 100", 0.5, null));
  }

  private List<Row> rows(Map<String, List<Double>> alone, Cell... cells) {
    return new Targets(results, List.of(cells)).rows(alone, List.of());
  }

  private void measured(Contender contender, Cell cell, double rate) {
    results.add(Measure.RATE, contender, cell, rate);
  }
}
