// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.footprint;

import static org.awaitility.Awaitility.await;

import io.github.datahose.benchmark.Contenders;
import io.github.datahose.benchmark.LoopArguments;
import io.github.datahose.benchmark.OwnProcess;
import io.github.datahose.benchmark.VendorLoop;
import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.JavaProcess;
import io.github.datahose.launch.Jvm;
import io.github.datahose.simulator.Simulator;
import io.github.datahose.simulator.SimulatorOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What a feed costs that nobody writes to: processor time of a worker with the connector, beside
 * one without and the vendor's loop, all at the same time; and requests.
 */
final class IdleFeed {

  private static final Duration LONG_POLL = Duration.ofSeconds(25);

  /** Reads follow each other without a pause, so a long poll's length says how many there are. */
  private static final double READS_A_MINUTE = 3;

  private static final String NAME = "idle";
  private static final int WARM_UP_EVENTS = 1_000;

  private final Duration time;

  private IdleFeed(Duration time) {
    this.time = time;
  }

  /** Measures for so long, after as much time to settle, a minute at most. */
  static List<FootprintRow> rows(Duration time) {
    return new IdleFeed(time).rows();
  }

  private List<FootprintRow> rows() {
    SimulatorOptions options = SimulatorOptions.defaults().longPoll(LONG_POLL);
    try (Simulator pod = Simulator.start(options);
        Simulator vendorPod = Simulator.start(options);
        ConnectCluster without = cluster("footprint-idle-without").start();
        ConnectCluster with = cluster("footprint-idle").on(without.broker()).start()) {
      without.createTopic(NAME);
      with.rest().putConfig(NAME, ConnectorConfig.of(pod.url(), NAME, Map.of()));
      LoopArguments arguments =
          new LoopArguments(
              vendorPod.url(),
              without.bootstrapServers(),
              NAME,
              NAME + ".all",
              Contenders.TYPES,
              "linger-0");
      try (JavaProcess vendor =
          OwnProcess.start(
              without.directory(), "idle-vendor", VendorLoop.class, arguments.words())) {
        warmUp(pod);
        warmUp(vendorPod);
        pass(time.compareTo(Duration.ofMinutes(1)) > 0 ? Duration.ofMinutes(1) : time);
        return measure(without.worker().pid(), with.worker().pid(), vendor.pid(), pod, vendorPod);
      }
    }
  }

  private List<FootprintRow> measure(
      long without, long with, long vendor, Simulator pod, Simulator vendorPod) {
    Instant begin = Instant.now();
    Duration withoutBefore = cpu(without);
    Duration withBefore = cpu(with);
    Duration vendorBefore = cpu(vendor);
    pass(time);
    if (requests(pod, begin) == 0) {
      throw new IllegalStateException(
          "Nobody read within " + time + ": did the machine stand still? Run it again");
    }
    double withoutSeconds = aMinute(seconds(cpu(without).minus(withoutBefore)));
    double withSeconds = aMinute(seconds(cpu(with).minus(withBefore)));
    double vendorSeconds = aMinute(seconds(cpu(vendor).minus(vendorBefore)));
    return List.of(
        FootprintRow.of(
            "empty feed, s of CPU a minute: worker without a connector", withoutSeconds),
        FootprintRow.of("empty feed, s of CPU a minute: worker with the connector", withSeconds),
        FootprintRow.of(
            "empty feed, s of CPU a minute: the connector alone", withSeconds - withoutSeconds),
        FootprintRow.of("empty feed, s of CPU a minute: BDK", vendorSeconds),
        new FootprintRow(
            "empty feed, requests a minute: connector",
            aMinute(requests(pod, begin)),
            READS_A_MINUTE),
        FootprintRow.of("empty feed, requests a minute: BDK", aMinute(requests(vendorPod, begin))));
  }

  private double aMinute(double inAll) {
    return inAll * 60 / seconds(time);
  }

  private static int requests(Simulator pod, Instant begin) {
    return pod.requests().where(request -> !request.receivedAt().isBefore(begin)).count();
  }

  private static void warmUp(Simulator pod) {
    await("first read")
        .atMost(Duration.ofSeconds(60))
        .until(() -> !pod.ledger().totals().feeds().isEmpty());
    pod.produce(WARM_UP_EVENTS, Contenders.TYPES);
    await("events acknowledged")
        .atMost(Duration.ofSeconds(60))
        .until(() -> pod.ledger().totals().acknowledged() == WARM_UP_EVENTS);
  }

  /** As an operator has it, but for what makes a single node start fast. */
  private static ConnectCluster.Builder cluster(String name) {
    return ConnectCluster.named(name)
        .jvm(Jvm.current())
        .workerProperty("offset.flush.interval.ms", "60000")
        .workerProperty("heartbeat.interval.ms", "3000")
        .workerProperty("session.timeout.ms", "10000");
  }

  private static Duration cpu(long pid) {
    return ProcessHandle.of(pid)
        .flatMap(process -> process.info().totalCpuDuration())
        .orElseThrow();
  }

  private static double seconds(Duration time) {
    return time.toMillis() / 1e3;
  }

  private static void pass(Duration time) {
    await().pollDelay(time).atMost(time.multipliedBy(2)).until(() -> true);
  }
}
