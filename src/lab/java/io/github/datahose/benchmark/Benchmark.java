// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import io.github.datahose.launch.Build;
import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.Jvm;
import io.github.datahose.launch.SimulatorProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures the connector in a real worker beside the vendor's SDK and a loop written by hand. Fails
 * when a ratio is under half of its target; whether the targets themselves are met, the report
 * says.
 *
 * <p>System properties: {@code quick} for fewer cells and shorter runs, {@code avro} for
 * Confluent's Avro converter. Writes the report {@code benchmark}, and plots beside it.
 */
public final class Benchmark {

  private static final String NAME = "benchmark";

  private final Plan plan;
  private final SimulatorProcess pod;
  private final ConnectCluster cluster;
  private final Contenders contenders;
  private final Lineup lineup;
  private final Runs runs;

  private Benchmark(
      Plan plan, SimulatorProcess pod, ConnectCluster cluster, Contenders contenders) {
    this.plan = plan;
    this.pod = pod;
    this.cluster = cluster;
    this.contenders = contenders;
    runs = new Runs(pod);
    lineup = new Lineup(plan, contenders);
  }

  /** Runs it; see the class. */
  public static void main(String[] arguments) throws IOException {
    String quick = System.getProperty("quick", "false");
    double load = Machine.load();
    Path directory = Build.newDirectory("benchmark-simulator");
    try (AvroRegistry registry = AvroRegistry.startIfWanted();
        SimulatorProcess pod =
            SimulatorProcess.start(
                Jvm.current().with("-Xmx1500m"),
                directory.resolve("simulator.log"),
                "--feed-limit=1000",
                "--recorded-requests=0",
                "--visibility-ms=" + Duration.ofMinutes(5).toMillis());
        ConnectCluster cluster =
            cluster(NAME, registry != null)
                .brokerProperty("log.retention.check.interval.ms", "5000")
                .start();
        ConnectCluster exactlyOnce =
            cluster(NAME + "-exactly-once", false).on(cluster.broker()).exactlyOnce().start();
        Contenders contenders = new Contenders(pod, cluster, exactlyOnce, registry)) {
      boolean avro = registry != null;
      Plan plan = quick.equals("false") ? Plan.full(avro) : Plan.quick(avro);
      new Benchmark(plan, pod, cluster, contenders).run(load);
    }
  }

  /** As an operator has it, but for what makes a single node start fast. */
  private static ConnectCluster.Builder cluster(String name, boolean avro) {
    ConnectCluster.Builder builder =
        ConnectCluster.named(name)
            .jvm(Jvm.current())
            .workerProperty("offset.flush.interval.ms", "60000");
    TaskByHand.addTo(builder);
    if (avro) {
      AvroRegistry.addConverter(builder);
    }
    return builder;
  }

  private void run(double load) throws IOException {
    lineup.all().forEach(runs::awaitReading);
    SameBytes.require(runs, cluster.topics(), lineup);
    Parts parts = parts();
    Rounds rounds = new Rounds(plan, contenders, lineup, runs);
    rounds.measure(cluster.bootstrapServers());
    requireNothingLost();
    List<Row> restarts = restarts();
    BenchmarkReport report = new BenchmarkReport(plan, rounds, lineup);
    boolean ok = report.write(parts, restarts, Machine.describe(load));
    System.out.println(report.table());
    if (!ok) {
      throw new IllegalStateException("A ratio is under half of its target, see the report");
    }
  }

  /** What a batch costs besides reading, by its size. */
  private Parts parts() {
    String name = "alone";
    cluster.createTopic(name);
    List<String> batches =
        plan.cells().stream().map(Cell::batch).distinct().map(String::valueOf).toList();
    List<String> words =
        List.of(
            cluster.bootstrapServers(),
            lineup.get(Lineup.CONNECTOR).topic(),
            name,
            String.join(",", batches),
            String.valueOf(plan.seconds() / 2));
    return Parts.parse(OwnProcess.run(cluster.directory(), name, Alone.class, words));
  }

  private List<Row> restarts() {
    Contender connector = contenders.connector("started and stopped", Lineup.TUNED_TEXT);
    runs.awaitReading(connector);
    return new Restarts(runs, cluster, connector).rows(plan.restarts(), pod.url());
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
}
