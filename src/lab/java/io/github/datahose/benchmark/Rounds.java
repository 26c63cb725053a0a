// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * All measurements of a plan, cell by cell, and in a cell round by round over all contenders: what
 * disturbs the machine disturbs all. Not thread-safe.
 */
final class Rounds {

  private static final Cell WARM_UP = new Cell(100, 0);

  private final Plan plan;
  private final Contenders contenders;
  private final Lineup lineup;
  private final Runs runs;
  private final Results<Outcome> results = new Results<>();
  private final Results<Latency> latencies = new Results<>();
  private final Map<String, Double> rates = new HashMap<>();

  Rounds(Plan plan, Contenders contenders, Lineup lineup, Runs runs) {
    this.plan = plan;
    this.contenders = contenders;
    this.lineup = lineup;
    this.runs = runs;
  }

  /**
   * Measures it all, after a warm-up.
   *
   * @param bootstrapServers where the consumers read that tell the latency
   */
  void measure(String bootstrapServers) {
    for (Contender each : lineup.in(WARM_UP)) {
      runs.warmUp(each, WARM_UP, plan.warmUpSeconds());
      print("warm: " + each);
    }
    plan.cells().forEach(this::saturated);
    PacedRuns paced = new PacedRuns(runs, bootstrapServers);
    plan.paced().forEach(cell -> paced(paced, cell));
  }

  /** Of contenders that always had more to read. */
  Results<Outcome> results() {
    return results;
  }

  /** Of those that were given events at a steady pace. */
  Results<Latency> latencies() {
    return latencies;
  }

  private void saturated(Cell cell) {
    List<Contender> here = lineup.in(cell);
    for (Contender each : here) {
      rates.put(each.name(), runs.warmUp(each, cell, plan.seconds() / 3));
    }
    for (int round = 0; round < plan.rounds(); round++) {
      for (Contender each : here) {
        Outcome outcome = runs.run(each, cell, rates.get(each.name()), plan.seconds());
        rates.put(each.name(), outcome.eventsPerSecond());
        results.add(each.name(), cell, outcome);
        contenders.requireAlive();
      }
    }
    for (Contender each : here) {
      Spread spread = Spread.of(results.values(each.name(), cell, Outcome::eventsPerSecond));
      print(cell, each.name(), "events/s", spread);
    }
  }

  private void paced(PacedRuns paced, Cell cell) {
    for (int round = 0; round < plan.rounds(); round++) {
      for (String name : plan.pacedContenders()) {
        latencies.add(name, cell, paced.run(lineup.get(name), cell, plan.pacedBatches()));
        contenders.requireAlive();
      }
    }
    for (String name : plan.pacedContenders()) {
      Spread spread = Spread.of(latencies.values(name, cell, Latency::medianMillis));
      print(cell, name, "ms to a consumer", spread);
    }
  }

  private static void print(Cell cell, String name, String unit, Spread spread) {
    double median = Spread.rounded(spread.median());
    print(cell + ": " + name + ": " + median + " " + unit + ", " + spread.range());
  }

  private static void print(String text) {
    System.out.println(text);
  }
}
