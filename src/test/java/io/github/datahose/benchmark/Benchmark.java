// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import io.github.datahose.launch.Build;
import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.JavaProcess;
import io.github.datahose.launch.Jvm;
import io.github.datahose.launch.SimulatorProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures the connector in a real worker beside the vendor's SDK and a loop written by hand. Fails
 * when a ratio is under half of its target; whether the targets themselves are met, the report
 * says.
 *
 * <p>System property {@code quick} for fewer cells and shorter runs. Writes the report {@code
 * benchmark}, and plots beside it.
 */
public final class Benchmark {

  private static final String NAME = "benchmark";

  private final Plan plan;
  private final ConnectCluster cluster;
  private final Contenders contenders;
  private final Lineup lineup;
  private final Runs runs;
  private final PacedRuns pacedRuns;
  private final String podUrl;
  private final Results<Outcome> results = new Results<>();
  private final Results<Latency> latencies = new Results<>();
  private final Map<String, Double> rates = new HashMap<>();

  private Benchmark(
      Plan plan, SimulatorProcess pod, ConnectCluster cluster, Contenders contenders) {
    this.plan = plan;
    this.cluster = cluster;
    this.contenders = contenders;
    podUrl = pod.url();
    runs = new Runs(pod);
    pacedRuns = new PacedRuns(runs, cluster.bootstrapServers());
    lineup = new Lineup(plan, contenders);
  }

  /** Runs it; see the class. */
  public static void main(String[] arguments) throws IOException {
    String quick = System.getProperty("quick", "false");
    Plan plan = quick.equals("false") ? Plan.full() : Plan.quick();
    double load = Machine.load();
    Path directory = Build.newDirectory("benchmark-simulator");
    try (SimulatorProcess pod =
            SimulatorProcess.start(
                Jvm.current().with("-Xmx1500m"),
                directory.resolve("simulator.log"),
                "--feed-limit=1000",
                "--recorded-requests=0",
                "--visibility-ms=" + Duration.ofMinutes(5).toMillis());
        ConnectCluster cluster =
            cluster(NAME).brokerProperty("log.retention.check.interval.ms", "5000").start();
        ConnectCluster exactlyOnce =
            cluster(NAME + "-exactly-once").on(cluster.broker()).exactlyOnce().start();
        Contenders contenders = new Contenders(pod, cluster, exactlyOnce)) {
      new Benchmark(plan, pod, cluster, contenders).run(load);
    }
  }

  /** As an operator has it, but for what makes a single node start fast. */
  private static ConnectCluster.Builder cluster(String name) {
    return ConnectCluster.named(name)
        .jvm(Jvm.current())
        .workerProperty("offset.flush.interval.ms", "60000");
  }

  private void run(double load) throws IOException {
    lineup.all().forEach(runs::awaitReading);
    SameBytes.require(runs, cluster.topics(), lineup);
    Parts parts = parts();
    for (Contender each : lineup.in(new Cell(100, 0))) {
      runs.warmUp(each, new Cell(100, 0), plan.warmUpSeconds());
      print("warm: " + each);
    }
    plan.cells().forEach(this::measure);
    plan.paced().forEach(this::measurePaced);
    requireNothingLost();
    List<Row> restarts = restarts();
    BenchmarkReport report = new BenchmarkReport(plan, results, latencies, lineup);
    boolean ok = report.write(parts, restarts, Machine.describe(load));
    print(report.table());
    if (!ok) {
      throw new IllegalStateException("A ratio is under half of its target, see the report");
    }
  }

  private void measure(Cell cell) {
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
      print(
          cell
              + ": "
              + each
              + ": "
              + Spread.rounded(spread.median())
              + " events/s, "
              + spread.range());
    }
  }

  private void measurePaced(Cell cell) {
    for (int round = 0; round < plan.rounds(); round++) {
      for (String name : plan.pacedContenders()) {
        Latency latency = pacedRuns.run(lineup.get(name), cell, plan.pacedBatches());
        latencies.add(name, cell, latency);
        contenders.requireAlive();
      }
    }
    print(cell + ": latency measured");
  }

  private List<Row> restarts() {
    Contender connector = contenders.connector("started and stopped", Lineup.TUNED_TEXT);
    runs.awaitReading(connector);
    return new Restarts(runs, cluster, connector).rows(plan.restarts(), podUrl);
  }

  /** What a batch costs besides reading, by its size. */
  private Parts parts() {
    List<String> batches =
        plan.cells().stream().map(Cell::batch).distinct().map(String::valueOf).toList();
    String topic = "alone";
    cluster.createTopic(topic);
    List<String> words =
        List.of(
            cluster.bootstrapServers(),
            lineup.get(Lineup.CONNECTOR).topic(),
            topic,
            String.join(",", batches),
            String.valueOf(plan.seconds() / 2));
    JavaProcess process = OwnProcess.start(cluster.directory(), topic, Alone.class, words);
    if (process.awaitExit() != 0) {
      process.requireAlive();
    }
    return Parts.parse(process.output().lines());
  }

  private void requireNothingLost() {
    List<String> wrong = new ArrayList<>();
    for (Contender each : lineup.all()) {
      if (each.topic() != null && each.exactOffsets()) {
        long there = cluster.topics().offsets(each.topic());
        if (there != runs.acknowledged(each)) {
          wrong.add(each + " acknowledged " + runs.acknowledged(each) + " and wrote " + there);
        }
      }
    }
    if (!wrong.isEmpty()) {
      throw new IllegalStateException("Not comparable: " + wrong);
    }
  }

  private static void print(String text) {
    System.out.println(text);
  }
}
