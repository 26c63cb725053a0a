// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import io.github.datahose.launch.Build;
import io.github.datahose.launch.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Writes what came out: the table and a plot for each latency. */
final class BenchmarkReport {

  private final Plan plan;
  private final Results<Outcome> results;
  private final LatencyRows latencies;
  private final List<String> contenders;
  private final Report report = new Report("benchmark");

  BenchmarkReport(Plan plan, Rounds rounds, Lineup lineup) {
    this.plan = plan;
    results = rounds.results();
    latencies = new LatencyRows(rounds.latencies(), plan.paced());
    contenders = lineup.all().stream().map(Contender::name).toList();
  }

  /** The table, once it is written. */
  String table() {
    return report.table();
  }

  /**
   * Writes it.
   *
   * @param parts see {@link Targets#rows}
   * @param restarts lines about starting and stopping
   * @return whether no ratio is under half of its target
   */
  boolean write(Parts parts, List<Row> restarts, String machine) throws IOException {
    List<Row> rows = new ArrayList<>(new Targets(results, plan.cells()).rows(parts));
    rows.addAll(latencies.ratios());
    rows.addAll(latencies.millis());
    rows.addAll(restarts);
    measured("events/s", Outcome::eventsPerSecond, contenders, rows);
    List<String> fixedCost = List.of(Lineup.CONNECTOR, Lineup.BY_HAND);
    measured("ms for a cycle, median", Outcome::cycleMillis, fixedCost, rows);
    measured("ms for a cycle, 99th percentile", Outcome::slowCycleMillis, fixedCost, rows);
    rows.forEach(row -> report.row(row.cells()));
    boolean ok = Row.noneCollapsed(rows);
    report.write(
        ok,
        machine
            + "\n\nMedians of "
            + plan.rounds()
            + " runs of about "
            + plan.seconds()
            + " s, interleaved; spread: the smallest and the largest."
            + (plan.avro() ? "" : " Not run: Avro (-Davro)."));
    for (int latency : plan.cells().stream().mapToInt(Cell::latencyMillis).distinct().toArray()) {
      List<Cell> cells =
          plan.cells().stream().filter(cell -> cell.latencyMillis() == latency).toList();
      Path file = Build.directory().resolve("reports").resolve("benchmark-" + latency + "ms.svg");
      String title = "Events a second, " + latency + " ms of added latency";
      Files.writeString(file, RatePlot.svg(title, contenders, cells, results));
    }
    return ok;
  }

  private void measured(
      String unit, ToDoubleFunction<Outcome> what, List<String> names, List<Row> rows) {
    for (Cell cell : plan.cells()) {
      for (String name : names) {
        if (results.has(name, cell)) {
          Spread spread = Spread.of(results.values(name, cell, what));
          rows.add(new Row(unit + ": " + name + ", " + cell, spread, null));
        }
      }
    }
  }
}
