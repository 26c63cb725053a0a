// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.github.datahose.benchmark.Results.Measure;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResultsTest {

  private final Results results = new Results();

  @Test
  void hasRowForEachTarget() {
    List<Cell> cells = Plan.full(false).cells();
    for (Cell cell : cells) {
      Plan.full(false).in(cell).forEach(each -> results.add(Measure.RATE, each, cell, 100));
    }
    assertThat(results.rows(cells).stream().filter(row -> row.target() != null))
        .extracting(row -> row.name() + ": " + row.target())
        .containsExactly(
            "README's config / BDK, defaults, batches of 100: 10.0",
            "README's config / BDK, defaults, batches of 500: 10.0",
            "README's config / BDK, linger 0, batches of 100: 5.0",
            "README's config / BDK, linger 0, batches of 500: 5.0",
            "README's config / by hand, batches of 1, 20 ms: 0.95",
            "README's config / by hand, batches of 10, 20 ms: 0.95",
            "README's config / by hand, batches of 100, 20 ms: 0.95",
            "README's config / record.value=json, batches of 100: 0.6",
            "README's config / record.value=json, batches of 500: 0.6",
            "record.value=json / task by hand, batches of 1: 0.9",
            "record.value=json / task by hand, batches of 10: 0.9",
            "record.value=json / task by hand, batches of 100: 0.9",
            "record.value=json / task by hand, batches of 500: 0.9",
            "exactly once / task by hand, exactly once, batches of 1: 0.85",
            "exactly once / task by hand, exactly once, batches of 10: 0.85",
            "exactly once / task by hand, exactly once, batches of 100: 0.85",
            "exactly once / task by hand, exactly once, batches of 500: 0.85",
            "exactly once, ledger / exactly once, batches of 10: 0.95",
            "exactly once, ledger / exactly once, batches of 100: 0.95",
            "5 feeds / 1: 4.0",
            "5 readers / 1: 4.0");
  }

  @Test
  void reportsOtherSizesWithoutATarget() {
    Cell cell = new Cell(10, 0);
    results.add(Measure.RATE, Contender.README, cell, 300);
    results.add(Measure.RATE, Contender.BDK, cell, 100);
    results.add(Measure.SLOW_CYCLE, Contender.README, cell, 1.5);
    assertThat(results.rows(List.of(cell)))
        .extracting(Row::name, Row::value, Row::target)
        .containsExactly(
            tuple("README's config / BDK, linger 0, batches of 10", 3.0, null),
            tuple("events/s: README's config, batches of 10", 300.0, null),
            tuple("events/s: BDK, linger 0, batches of 10", 100.0, null),
            tuple("ms for a cycle, 99th percentile: README's config, batches of 10", 1.5, null));
  }
}
