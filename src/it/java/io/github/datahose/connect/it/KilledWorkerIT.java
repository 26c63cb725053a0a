// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.WorkerFixture;
import io.github.datahose.launch.WorkerFixture.Guarantee;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A worker that is killed where it hurts, with events flowing, and started again. */
class KilledWorkerIT {
  @ParameterizedTest
  @EnumSource
  @Execution(ExecutionMode.CONCURRENT)
  void invariant7KillsLoseNothingAndWithExactlyOnceRepeatNothing(Guarantee guarantee) {
    String name = guarantee.name("killed");
    try (ConnectCluster cluster =
            guarantee.start(ConnectCluster.named(name).on(ConnectCluster.shared().broker()));
        WorkerFixture connector = new WorkerFixture(cluster, name).start()) {
      CompletableFuture<Void> production = connector.produceAtRate(12_000, 600);
      connector.awaitMoreAcknowledged(500);
      connector.killInTheMiddleOfABatch();
      startAgain(cluster);
      connector.awaitMoreAcknowledged(500);
      connector.killBetweenCommitAndAcknowledgement();
      // It is away until the simulator gives the batch out again.
      WorkerFixture.awaitVisibilityTimeout();
      startAgain(cluster);
      connector.awaitMoreAcknowledged(500);
      connector.killInTheMiddleOfABatch();
      startAgain(cluster);
      production.join();
      connector.awaitAllAcknowledged();
      assertThat(connector.totals().redelivered()).as("the kills hit batches").isPositive();
      connector.assertHolds(guarantee);
    }
  }

  private static void startAgain(ConnectCluster cluster) {
    cluster.worker().start();
    cluster.worker().awaitReady();
  }
}
