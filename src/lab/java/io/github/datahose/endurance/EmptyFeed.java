// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.endurance;

import static org.awaitility.Awaitility.await;

import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.WorkerProcess;
import io.github.datahose.simulator.Simulator;
import io.github.datahose.simulator.SimulatorOptions;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a feed costs that brings no events: processor time of a worker with the connector beside one
 * without, at the same time, requests, and whether the worker holds more at the end.
 */
final class EmptyFeed {
  private static final String NAME = "endurance-empty";
  private static final Duration LONG_POLL = Duration.ofSeconds(25);

  /** Reads follow each other without a pause, so a long poll's length says how many there are. */
  private static final double READS_A_MINUTE = 3;

  private static final int WARM_UP_EVENTS = 1_000;
  private static final Duration WARM_UP = Duration.ofMinutes(1);

  private EmptyFeed() {}

  /** Measures for so long, after a minute to settle. */
  static List<Row> rows(Duration time) throws IOException {
    try (Simulator pod = Simulator.start(SimulatorOptions.defaults().longPoll(LONG_POLL));
        ConnectCluster without = worker(NAME + "-without").start();
        ConnectCluster with =
            Endurance.start(worker(NAME).on(without.broker()), NAME, pod.url(), Map.of());
        ProcessProbe probe = new ProcessProbe(with.worker())) {
      warmUp(pod);
      Map<Measure, Double> before = probe.sample();
      Instant begin = Instant.now();
      double withoutBefore = cpuSeconds(without.worker());
      double withBefore = cpuSeconds(with.worker());
      pass(time);
      double perMinute = 60.0 / time.toSeconds();
      double withoutTime = (cpuSeconds(without.worker()) - withoutBefore) * perMinute;
      double withTime = (cpuSeconds(with.worker()) - withBefore) * perMinute;
      int requests = pod.requests().where(each -> !each.receivedAt().isBefore(begin)).count();
      if (requests == 0) {
        throw new IllegalStateException(
            "The connector sent no request within " + time + ". Run the command again.");
      }
      List<Row> rows = new ArrayList<>();
      rows.add(Row.of("empty feed: requests a minute", requests * perMinute, READS_A_MINUTE));
      rows.add(Row.of("empty feed: s of processor time a minute, whole worker", withTime));
      rows.add(
          Row.of("empty feed: s of processor time a minute, connector", withTime - withoutTime));
      rows.addAll(Measure.rows("empty feed", List.of(before), List.of(probe.sample())));
      return rows;
    }
  }

  private static void warmUp(Simulator pod) {
    await("first read")
        .atMost(Duration.ofSeconds(60))
        .until(() -> !pod.ledger().totals().feeds().isEmpty());
    pod.produce(WARM_UP_EVENTS, pod.ledger().totals().feeds().get(0).eventTypes());
    await("events acknowledged")
        .atMost(Duration.ofSeconds(60))
        .until(() -> pod.ledger().totals().acknowledged() == WARM_UP_EVENTS);
    pass(WARM_UP);
  }

  /** As an operator has it, except for settings that let a single node start fast. */
  private static ConnectCluster.Builder worker(String name) {
    return ConnectCluster.named(name)
        .jvm(Endurance.JVM)
        .workerProperty("offset.flush.interval.ms", "60000")
        .workerProperty("heartbeat.interval.ms", "3000")
        .workerProperty("session.timeout.ms", "10000");
  }

  private static double cpuSeconds(WorkerProcess worker) {
    return ProcessHandle.of(worker.pid())
            .flatMap(process -> process.info().totalCpuDuration())
            .orElseThrow()
            .toMillis()
        / 1e3;
  }

  private static void pass(Duration time) {
    await().pollDelay(time).atMost(time.multipliedBy(2)).until(() -> true);
  }
}
