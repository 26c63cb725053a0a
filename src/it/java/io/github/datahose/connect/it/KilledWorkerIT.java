// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.it;

import static io.github.datahose.launch.WorkerFixture.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.WorkerFixture;
import io.github.datahose.launch.WorkerFixture.Guarantee;
import io.github.datahose.launch.WorkerProcess;
import io.github.datahose.simulator.SimulatorOptions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Workers, and a broker, that are killed where it hurts, with events flowing. */
class KilledWorkerIT {
  /** Exactly-once delivery requires more than 20 s, and this machine might be slow. */
  private static final SimulatorOptions TIMES =
      WorkerFixture.shortTimes().visibility(Duration.ofSeconds(22));

  @ParameterizedTest
  @EnumSource
  @Execution(ExecutionMode.CONCURRENT)
  @Tag("invariant-7")
  void invariant7LosesNothingWhenKilledAndRepeatsNothingWithExactlyOnce(Guarantee guarantee) {
    String name = guarantee.name("killed");
    try (ConnectCluster cluster =
            guarantee.start(ConnectCluster.named(name).on(ConnectCluster.shared().broker()));
        WorkerFixture connector = new WorkerFixture(cluster, name, TIMES).start()) {
      CompletableFuture<Void> production = connector.produceAtRate(12_000, 600);
      connector.awaitMoreAcknowledged(500);
      connector.killInTheMiddleOfABatch();
      comeBack(connector);
      connector.awaitMoreAcknowledged(500);
      connector.killBetweenCommitAndAcknowledgement();
      comeBack(connector);
      connector.awaitMoreAcknowledged(500);
      connector.killInTheMiddleOfABatch();
      comeBack(connector);
      production.join();
      connector.awaitAllAcknowledged();
      assertThat(connector.totals().redelivered()).as("the kills hit batches").isPositive();
      connector.assertHolds(guarantee);
    }
  }

  @Test
  @Tag("invariant-7")
  void invariant7DeliversOnceAfterTakeoverAndKilledBrokerWithExactlyOnce() {
    try (ConnectCluster cluster =
            ConnectCluster.named("taken-over").workers(2).exactlyOnce().start();
        WorkerFixture connector =
            new WorkerFixture(cluster, "taken-over", TIMES)
                // A single broker that aborts a transaction while it starts may skip its markers:
                // the offsets topic then has a transaction without an end, at which readers wait.
                .set("producer.override.transaction.timeout.ms", "120000")
                .start()) {
      CompletableFuture<Void> production = connector.produceAtRate(6_000, 300);
      connector.awaitMoreAcknowledged(500);
      WorkerProcess dead = owner(connector);
      connector.awaitBatchInFlight();
      dead.kill();
      // Nobody reads before the group has noticed.
      connector.simulator().returnUnacknowledged();
      connector.awaitMoreAcknowledged(500);
      eventually("the other worker has the task").until(() -> owner(connector) != dead);
      cluster.broker().kill();
      cluster.broker().start();
      production.join();
      // Kafka might reject a transaction whose state it has lost, which fails the task.
      connector.restartUntilAllIsAcknowledged();
      assertThat(connector.totals().redelivered()).as("the kill hit a batch").isPositive();
      connector.assertAllThereOnce();
    }
  }

  /** The visibility timeout ends while the worker is stopped, as on the real feed. */
  private static void comeBack(WorkerFixture connector) {
    connector.simulator().returnUnacknowledged();
    connector.cluster().worker().start();
    connector.cluster().worker().awaitReady();
  }

  private static WorkerProcess owner(WorkerFixture connector) {
    String id = connector.rest().status(connector.name()).at("/tasks/0/worker_id").asText();
    return connector.cluster().workers().stream()
        .filter(worker -> worker.url().getAuthority().equals(id))
        .findFirst()
        .orElseThrow();
  }
}
