// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.endurance;

import static org.awaitility.Awaitility.await;

import io.github.datahose.launch.Build;
import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.Jvm;
import io.github.datahose.launch.SimulatorProcess;
import io.github.datahose.simulator.Audit;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Sends many events of all types through a worker with a heap of 512 MB, in batches of 500, as fast
 * as they go, and looks at what the worker holds. Each event must be in the topic once.
 *
 * <p>The first third of the samples is for warming up: code is compiled, classes are loaded, the
 * window of known events fills.
 */
final class ManyEvents {
  private static final String NAME = "endurance-events";
  private static final int SAMPLES = 12;
  private static final Duration STARTED = Duration.ofSeconds(60);
  private static final Duration LONGEST = Duration.ofHours(1);

  private ManyEvents() {}

  /** Measures with so many events. */
  static List<Row> rows(int events) throws IOException {
    try (SimulatorProcess pod =
            SimulatorProcess.start(
                Jvm.current().with("-Xmx1500m"),
                Build.newDirectory(NAME + "-simulator").resolve("simulator.log"),
                "--batch-size=500");
        ConnectCluster cluster =
            Endurance.start(
                ConnectCluster.named(NAME).jvm(Endurance.JVM), NAME, pod.url(), Map.of())) {
      await("first read").atMost(STARTED).until(() -> !pod.totals().feeds().isEmpty());
      long start = System.nanoTime();
      List<Map<Measure, Double>> samples = samples(events, pod, cluster);
      double seconds = (System.nanoTime() - start) / 1e9;
      List<Row> rows = new ArrayList<>();
      rows.add(Row.of(events + " events: events a second, samples included", events / seconds));
      rows.addAll(
          Measure.rows(
              events + " events",
              samples.subList(SAMPLES / 3, SAMPLES * 2 / 3),
              samples.subList(SAMPLES * 2 / 3, SAMPLES)));
      Audit audit = Audit.of(pod.ledger(), cluster.topics().entries(NAME));
      rows.add(Row.of(events + " events: missing in the topic", events - audit.inKafka(), 0));
      rows.add(Row.of(events + " events: lost", audit.lost(), 0));
      rows.add(Row.of(events + " events: duplicated", audit.duplicated(), 0));
      rows.add(Row.of(events + " events: out of order", audit.outOfOrder(), 0));
      rows.add(Row.of(events + " events: unknown", audit.unknown(), 0));
      return rows;
    }
  }

  private static List<Map<Measure, Double>> samples(
      int events, SimulatorProcess pod, ConnectCluster cluster) throws IOException {
    List<Map<Measure, Double>> samples = new ArrayList<>();
    try (ProcessProbe probe = new ProcessProbe(cluster.worker())) {
      // All of them at once, so that the worker never waits for events.
      pod.produce(events, events, pod.totals().feeds().get(0).eventTypes());
      for (int number = 1; number <= SAMPLES; number++) {
        long acknowledged = (long) events * number / SAMPLES;
        await(acknowledged + " events acknowledged")
            .atMost(LONGEST)
            .until(() -> pod.totals().acknowledged() >= acknowledged);
        Map<Measure, Double> sample = probe.sample();
        samples.add(sample);
        System.out.println(acknowledged + " events: " + sample);
      }
    }
    return samples;
  }
}
