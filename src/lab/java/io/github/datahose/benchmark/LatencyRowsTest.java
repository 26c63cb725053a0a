// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import org.junit.jupiter.api.Test;

class LatencyRowsTest {

  private static final Cell CELL = new Cell(10, 0);

  @Test
  void eachStandsBesideTheLoopByHandWithoutATarget() {
    Results<Latency> results = new Results<>();
    results.add(Lineup.CONNECTOR, CELL, new Latency(1, 8));
    results.add(Lineup.BY_HAND, CELL, new Latency(0.5, 2));
    // Not beside anything, since the loop by hand with transactions was not run.
    results.add(Lineup.CONNECTOR_EXACTLY_ONCE, CELL, new Latency(3, 9));
    LatencyRows rows = new LatencyRows(results, List.of(CELL));
    assertThat(rows.ratios())
        .extracting(Row::name, row -> row.spread().median(), Row::target)
        .containsExactly(
            tuple("latency p50: connector / by hand, batches of 10", 2.0, null),
            tuple("latency p99: connector / by hand, batches of 10", 4.0, null));
    assertThat(rows.millis())
        .extracting(Row::name, row -> row.spread().median(), Row::target)
        .containsExactly(
            tuple("latency p50 ms: connector, batches of 10", 1.0, null),
            tuple("latency p50 ms: by hand, batches of 10", 0.5, null),
            tuple("latency p99 ms: connector, batches of 10", 8.0, null),
            tuple("latency p99 ms: by hand, batches of 10", 2.0, null));
  }
}
