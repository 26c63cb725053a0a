// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What all runs gave, those of a contender in a cell in their order. Not thread-safe. */
final class Results {

  private final Map<Key, List<Double>> values = new HashMap<>();

  /** What is measured, by the names of the report; the last two at a steady pace. */
  enum Measure {
    RATE("events/s"),
    CYCLE("ms for a cycle, median"),
    SLOW_CYCLE("ms for a cycle, 99th percentile"),
    LATENCY("latency p50 ms"),
    SLOW_LATENCY("latency p99 ms");

    private final String text;

    Measure(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
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
}
