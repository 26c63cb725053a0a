// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The lines of the report about {@link Latency}; none of them has a target. */
final class LatencyRows {

  /** Who is measured, each beside the loop by hand that writes as it does. */
  static final List<List<String>> PAIRS =
      List.of(
          List.of(Lineup.CONNECTOR, Lineup.BY_HAND),
          List.of(Lineup.CONNECTOR_EXACTLY_ONCE, Lineup.BY_HAND_TRANSACTIONAL));

  private static final List<Map.Entry<String, ToDoubleFunction<Latency>>> PERCENTILES =
      List.of(
          Map.entry("latency p50", Latency::medianMillis),
          Map.entry("latency p99", Latency::slowMillis));

  private final Results<Latency> results;
  private final List<Cell> cells;

  LatencyRows(Results<Latency> results, List<Cell> cells) {
    this.results = results;
    this.cells = cells;
  }

  /** How many times the one of a pair takes what the other does. */
  List<Row> ratios() {
    List<Row> rows = new ArrayList<>();
    forEach(
        (name, what, cell, pair) -> {
          Spread spread =
              Spread.ratio(
                  results.values(pair.get(0), cell, what), results.values(pair.get(1), cell, what));
          rows.add(new Row(name + ": " + String.join(" / ", pair) + ", " + cell, spread, null));
        });
    return rows;
  }

  /** The times themselves. */
  List<Row> millis() {
    List<Row> rows = new ArrayList<>();
    forEach(
        (name, what, cell, pair) -> {
          for (String contender : pair) {
            Spread spread = Spread.of(results.values(contender, cell, what));
            rows.add(new Row(name + " ms: " + contender + ", " + cell, spread, null));
          }
        });
    return rows;
  }

  private interface Line {
    void of(String name, ToDoubleFunction<Latency> what, Cell cell, List<String> pair);
  }

  private void forEach(Line line) {
    for (Map.Entry<String, ToDoubleFunction<Latency>> percentile : PERCENTILES) {
      for (Cell cell : cells) {
        PAIRS.stream()
            .filter(pair -> pair.stream().allMatch(name -> results.has(name, cell)))
            .forEach(pair -> line.of(percentile.getKey(), percentile.getValue(), cell, pair));
      }
    }
  }
}
