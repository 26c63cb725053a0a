// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import io.github.datahose.benchmark.Results.Measure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The lines of the report: first what has a target, then the rest. */
final class Targets {

  private static final double VENDOR_DEFAULTS = 10;
  private static final double VENDOR = 3;
  private static final double BY_HAND = 0.9;
  private static final double BY_HAND_FAR = 0.98;
  private static final double TRANSACTIONAL = 0.9;
  private static final double FIVE = 4;

  /** Of the vendor's loop the targets are for large batches; small ones are reported. */
  static final int LARGE = 100;

  private final Results results;
  private final List<Cell> cells;
  private final List<Row> rows = new ArrayList<>();

  Targets(Results results, List<Cell> cells) {
    this.results = results;
    this.cells = cells;
  }

  /**
   * All lines.
   *
   * @param alone see {@link Alone}
   * @param restarts lines about starting and stopping
   */
  List<Row> rows(Map<String, List<Double>> alone, List<Row> restarts) {
    for (Cell cell : cells) {
      boolean near = cell.latencyMillis() == 0;
      boolean large = cell.batch() >= LARGE;
      rates(
          Contender.CONNECTOR_DEFAULTS,
          Contender.VENDOR_DEFAULTS,
          cell,
          large ? VENDOR_DEFAULTS : null);
      rates(Contender.CONNECTOR_STRUCT, Contender.VENDOR, cell, large ? VENDOR : null);
      rates(Contender.CONNECTOR, Contender.BY_HAND, cell, near ? BY_HAND : BY_HAND_FAR);
      rates(
          Contender.CONNECTOR_EXACTLY_ONCE,
          Contender.BY_HAND_TRANSACTIONAL,
          cell,
          near ? TRANSACTIONAL : null);
    }
    rates(Contender.CONNECTOR_FIVE_FEEDS, Contender.CONNECTOR, Plan.SMALL_AND_FAR, FIVE);
    rates(Contender.CONNECTOR_FIVE_READERS, Contender.CONNECTOR, Plan.SMALL_AND_FAR, FIVE);
    for (Cell cell : cells) {
      rates(Contender.CONNECTOR_EXACTLY_ONCE, Contender.CONNECTOR, cell, null);
    }
    for (Cell cell : cells) {
      rates(Contender.CONNECTOR, Contender.TASK_BY_HAND, cell, null);
      rates(Contender.TASK_BY_HAND, Contender.BY_HAND, cell, null);
      rates(Contender.CONNECTOR_EXACTLY_ONCE, Contender.TASK_BY_HAND_EXACTLY_ONCE, cell, null);
      rates(Contender.TASK_BY_HAND_EXACTLY_ONCE, Contender.BY_HAND_TRANSACTIONAL, cell, null);
    }
    for (Cell cell : cells) {
      rates(Contender.CONNECTOR_AVRO, Contender.CONNECTOR_STRUCT, cell, null);
    }
    for (Cell cell : cells) {
      shareOfTheSum(cell, alone);
    }
    for (Cell cell : cells) {
      add("ms for a batch alone: read, " + cell, reading(cell));
    }
    alone.forEach((part, millis) -> add("ms for a batch alone: " + part, millis));
    for (Measure measure : List.of(Measure.LATENCY, Measure.SLOW_LATENCY)) {
      for (Cell cell : cells) {
        String name = measure.toString().replace(" ms", ": ");
        Plan.PACED_PAIRS.forEach(
            pair -> ratio(name, measure, pair.get(0), pair.get(1), cell, null));
      }
    }
    measured(Measure.LATENCY, Contender.values());
    measured(Measure.SLOW_LATENCY, Contender.values());
    rows.addAll(restarts);
    measured(Measure.RATE, Contender.values());
    measured(Measure.CYCLE, Contender.CONNECTOR, Contender.BY_HAND);
    measured(Measure.SLOW_CYCLE, Contender.CONNECTOR, Contender.BY_HAND);
    return rows;
  }

  private void rates(Contender one, Contender other, Cell cell, Double target) {
    ratio("", Measure.RATE, one, other, cell, target);
  }

  private void ratio(
      String prefix, Measure measure, Contender one, Contender other, Cell cell, Double target) {
    List<Double> ofOne = results.of(measure, one, cell);
    List<Double> ofOther = results.of(measure, other, cell);
    if (!ofOne.isEmpty() && !ofOther.isEmpty()) {
      rows.add(Row.ratio(prefix + one + " / " + other + ", " + cell, ofOne, ofOther, target));
    }
  }

  /** How near the connector is to doing nothing but what must be done, one thing after another. */
  private void shareOfTheSum(Cell cell, Map<String, List<Double>> alone) {
    // But for reading the parts have nothing to do with the latency.
    String near = ", " + new Cell(cell.batch(), 0);
    List<List<Double>> parts = new ArrayList<>(List.of(reading(cell)));
    alone.forEach(
        (part, millis) -> parts.addAll(part.endsWith(near) ? List.of(millis) : List.of()));
    if (parts.size() > 1 && !reading(cell).isEmpty()) {
      double possible = cell.batch() * 1e3 / parts.stream().mapToDouble(Row::median).sum();
      add(
          "connector, share of the sum of its parts, " + cell,
          results.of(Measure.RATE, Contender.CONNECTOR, cell).stream()
              .map(rate -> rate / possible)
              .toList());
    }
  }

  /** Milliseconds that a batch takes when it is only read. */
  private List<Double> reading(Cell cell) {
    return results.of(Measure.RATE, Contender.READING_ALONE, cell).stream()
        .map(rate -> cell.batch() * 1e3 / rate)
        .toList();
  }

  private void measured(Measure measure, Contender... contenders) {
    for (Cell cell : cells) {
      for (Contender each : contenders) {
        add(measure + ": " + each + ", " + cell, results.of(measure, each, cell));
      }
    }
  }

  private void add(String name, List<Double> values) {
    if (!values.isEmpty()) {
      rows.add(Row.of(name, values));
    }
  }
}
