// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What all runs gave, those of a contender in a cell in their order. Not thread-safe. */
final class Results {

  private final Map<Key, List<Double>> values = new HashMap<>();

  /** What is measured, by the names of the report. */
  enum Measure {
    RATE("events/s"),
    SLOW_CYCLE("ms for a cycle, 99th percentile");

    private final String text;

    Measure(String text) {
      this.text = text;
    }
  }

  private record Key(Measure measure, Contender contender, Cell cell) {}

  void add(Measure measure, Contender contender, Cell cell, double value) {
    values.computeIfAbsent(new Key(measure, contender, cell), key -> new ArrayList<>()).add(value);
  }

  /** What a contender did in a cell; an empty list when it was not run there. */
  List<Double> of(Measure measure, Contender contender, Cell cell) {
    return values.getOrDefault(new Key(measure, contender, cell), List.of());
  }

  /** The lines of the report: ratios, then what each contender did. */
  List<Row> rows(List<Cell> cells) {
    List<Row> rows = new ArrayList<>();
    for (Comparison each : Comparison.values()) {
      for (Cell cell : cells) {
        List<Double> one = of(Measure.RATE, each.one, cell);
        List<Double> other = of(Measure.RATE, each.other, cell);
        if (each.isIn(cell) && !one.isEmpty() && !other.isEmpty()) {
          rows.add(Row.ratio(each.name(cell), one, other, each.target(cell)));
        }
      }
    }
    for (Measure measure : Measure.values()) {
      for (Cell cell : cells) {
        for (Contender each : Contender.values()) {
          List<Double> measured = of(measure, each, cell);
          if (!measured.isEmpty()) {
            rows.add(Row.of(measure.text + ": " + each + ", " + cell, measured));
          }
        }
      }
    }
    return rows;
  }
}
