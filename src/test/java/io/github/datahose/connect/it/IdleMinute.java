// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.it;

import static org.awaitility.Awaitility.await;

import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.Jvm;
import io.github.datahose.launch.WorkerProcess;
import io.github.datahose.simulator.Requests;
import io.github.datahose.simulator.Simulator;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A program that measures what a minute without events costs: CPU of the worker, without and with
 * the connector, requests to the simulator, and log lines. Not a test; run it after {@code mvn
 * package}.
 */
final class IdleMinute {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private IdleMinute() {}

  /** Takes no arguments. */
  public static void main(String[] arguments) {
    try (ConnectCluster cluster = ConnectCluster.named("idle").jvm(Jvm.current()).start();
        LiveConnector connector =
            new LiveConnector(
                cluster, "idle", LiveConnector.shortTimes().longPoll(Duration.ofSeconds(25)))) {
      pass(MINUTE);
      print("worker without a connector", cluster.worker(), connector.simulator());
      connector.start();
      connector.simulator().produce(1_000, Set.of("MESSAGESENT"));
      connector.awaitAllAcknowledged();
      pass(MINUTE);
      print("worker with an idle connector", cluster.worker(), connector.simulator());
    }
  }

  private static void print(String what, WorkerProcess worker, Simulator simulator) {
    Instant begin = Instant.now();
    Duration cpu = cpu(worker);
    long lines = worker.log().lines().count();
    pass(MINUTE);
    Duration used = cpu(worker).minus(cpu);
    List<String> logged = worker.log().lines().skip(lines).toList();
    Requests requests =
        simulator.requests().where(request -> !request.receivedAt().isBefore(begin));
    Map<String, Long> byPath =
        requests.list().stream()
            .collect(Collectors.groupingBy(request -> request.path(), Collectors.counting()));
    System.out.printf(
        "%s, for a minute: %d ms of CPU, requests %s, log lines %d %s%n",
        what, used.toMillis(), byPath, logged.size(), logged);
  }

  private static Duration cpu(WorkerProcess worker) {
    return ProcessHandle.of(worker.pid())
        .flatMap(process -> process.info().totalCpuDuration())
        .orElseThrow();
  }

  private static void pass(Duration time) {
    await().pollDelay(time).atMost(time.multipliedBy(2)).until(() -> true);
  }
}
