// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

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

  private final Results<Outcome> results;
  private final List<Cell> cells;
  private final List<Row> rows = new ArrayList<>();

  Targets(Results<Outcome> results, List<Cell> cells) {
    this.results = results;
    this.cells = cells;
  }

  /**
   * All lines.
   *
   * @param parts what a batch costs besides reading
   */
  List<Row> rows(Parts parts) {
    for (Cell cell : cells) {
      boolean near = cell.latencyMillis() == 0;
      Double ten = cell.batch() >= LARGE ? VENDOR_DEFAULTS : null;
      Double three = cell.batch() >= LARGE ? VENDOR : null;
      ratio(Lineup.CONNECTOR_DEFAULTS, Lineup.VENDOR_DEFAULTS, cell, ten);
      ratio(Lineup.CONNECTOR_STRUCT, Lineup.VENDOR, cell, three);
      ratio(Lineup.CONNECTOR, Lineup.BY_HAND, cell, near ? BY_HAND : BY_HAND_FAR);
      ratio(
          Lineup.CONNECTOR_EXACTLY_ONCE,
          Lineup.BY_HAND_TRANSACTIONAL,
          cell,
          near ? TRANSACTIONAL : null);
    }
    ratio(Lineup.CONNECTOR_FIVE_FEEDS, Lineup.CONNECTOR, Plan.SMALL_AND_FAR, FIVE);
    ratio(Lineup.CONNECTOR_FIVE_READERS, Lineup.CONNECTOR, Plan.SMALL_AND_FAR, FIVE);
    for (Cell cell : cells) {
      ratio(Lineup.CONNECTOR_EXACTLY_ONCE, Lineup.CONNECTOR, cell, null);
    }
    for (Cell cell : cells) {
      ratio(Lineup.CONNECTOR, Lineup.TASK_BY_HAND, cell, null);
      ratio(Lineup.TASK_BY_HAND, Lineup.BY_HAND, cell, null);
      ratio(Lineup.CONNECTOR_EXACTLY_ONCE, Lineup.TASK_BY_HAND_EXACTLY_ONCE, cell, null);
      ratio(Lineup.TASK_BY_HAND_EXACTLY_ONCE, Lineup.BY_HAND_TRANSACTIONAL, cell, null);
    }
    for (Cell cell : cells) {
      ratio(Lineup.CONNECTOR_AVRO, Lineup.CONNECTOR_STRUCT, cell, null);
    }
    for (Cell cell : cells) {
      shareOfTheSum(cell, parts.sum(cell.batch()));
    }
    for (Cell cell : cells) {
      parts(cell, parts.of(cell.batch()));
    }
    return rows;
  }

  private void ratio(String one, String other, Cell cell, Double target) {
    if (results.has(one, cell) && results.has(other, cell)) {
      Spread spread = Spread.ratio(rates(one, cell), rates(other, cell));
      rows.add(new Row(one + " / " + other + ", " + cell, spread, target));
    }
  }

  /** How near the connector is to doing nothing but what must be done, one thing after another. */
  private void shareOfTheSum(Cell cell, double alone) {
    if (Double.isNaN(alone) || !results.has(Lineup.READING_ALONE, cell)) {
      return;
    }
    double possible = cell.batch() * 1e3 / (reading(cell).median() + alone);
    List<Double> shares =
        rates(Lineup.CONNECTOR, cell).stream().map(rate -> rate / possible).toList();
    rows.add(new Row("connector, share of the sum of its parts, " + cell, Spread.of(shares), null));
  }

  /** The terms of that sum; but for reading they have nothing to do with the latency. */
  private void parts(Cell cell, Map<String, Spread> alone) {
    if (results.has(Lineup.READING_ALONE, cell)) {
      rows.add(new Row("ms for a batch alone: read, " + cell, reading(cell), null));
    }
    if (cell.latencyMillis() == 0) {
      alone.forEach(
          (part, millis) ->
              rows.add(new Row("ms for a batch alone: " + part + ", " + cell, millis, null)));
    }
  }

  private Spread reading(Cell cell) {
    return Spread.of(
        rates(Lineup.READING_ALONE, cell).stream().map(rate -> cell.batch() * 1e3 / rate).toList());
  }

  private List<Double> rates(String contender, Cell cell) {
    return results.values(contender, cell, Outcome::eventsPerSecond);
  }
}
