// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.WorkerProcess;
import io.github.datahose.simulator.Audit;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A worker that is killed where it hurts, with events flowing, and started again. */
class KilledWorkerIT {
  private static final Set<String> MESSAGES = Set.of("MESSAGESENT");

  @ParameterizedTest
  @EnumSource
  void invariant7KillsLoseNothingAndWithExactlyOnceRepeatNothing(Guarantee guarantee) {
    String name = guarantee.name("killed");
    try (ConnectCluster cluster = worker(guarantee, name);
        LiveConnector connector = new LiveConnector(cluster, name)) {
      connector.start();
      Kill kill = new Kill(connector, cluster.worker());
      CompletableFuture<Void> production =
          connector.simulator().produceAtRate(12_000, 600, MESSAGES);
      connector.awaitMoreAcknowledged(500);
      kill.inTheMiddleOfABatch();
      startAgain(cluster.worker());
      connector.awaitMoreAcknowledged(500);
      kill.betweenCommitAndAcknowledgement();
      // It is away until the simulator gives the batch out again.
      LiveConnector.awaitVisibilityTimeout();
      startAgain(cluster.worker());
      connector.awaitMoreAcknowledged(500);
      kill.inTheMiddleOfABatch();
      startAgain(cluster.worker());
      production.join();
      connector.awaitAllAcknowledged();

      assertThat(connector.totals().redelivered()).as("the kills hit batches").isPositive();
      Audit audit = connector.audit();
      assertThat(audit.lost()).as("%s", audit).isZero();
      assertThat(audit.unknown()).as("%s", audit).isZero();
      if (guarantee == Guarantee.EXACTLY_ONCE) {
        assertThat(audit.duplicated()).as("%s", audit).isZero();
      }
    }
  }

  private static void startAgain(WorkerProcess worker) {
    worker.start();
    worker.awaitReady();
  }

  private static ConnectCluster worker(Guarantee guarantee, String name) {
    ConnectCluster.Builder worker = ConnectCluster.named(name).on(ConnectCluster.shared().broker());
    return (guarantee == Guarantee.EXACTLY_ONCE ? worker.exactlyOnce() : worker).start();
  }
}
