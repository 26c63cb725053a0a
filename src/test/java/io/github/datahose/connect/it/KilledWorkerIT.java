// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.it;

import static io.github.datahose.connect.it.LiveConnector.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.WorkerProcess;
import io.github.datahose.simulator.Audit;
import io.github.datahose.simulator.LedgerSnapshot;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A worker that is killed in the middle of a batch, with events flowing, and started again. */
class KilledWorkerIT {
  private static final int KILLS = 3;

  @ParameterizedTest
  @EnumSource
  void invariant7AKillInTheMiddleOfABatchLosesNothingAndWithExactlyOnceRepeatsNothing(
      Guarantee guarantee) {
    String name = guarantee.name("killed");
    try (ConnectCluster cluster = worker(guarantee, name);
        LiveConnector connector = new LiveConnector(cluster, name)) {
      connector.start();
      CompletableFuture<Void> production =
          connector.simulator().produceAtRate(12_000, 600, Set.of("MESSAGESENT"));
      for (int kill = 0; kill < KILLS; kill++) {
        connector.awaitMoreAcknowledged(500);
        killInTheMiddleOfABatch(connector, cluster.worker());
        cluster.worker().start();
        cluster.worker().awaitReady();
      }
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

  private static void killInTheMiddleOfABatch(LiveConnector connector, WorkerProcess worker) {
    eventually("a batch in flight")
        .pollInterval(Duration.ofMillis(1))
        .until(
            () -> {
              LedgerSnapshot totals = connector.totals();
              return totals.delivered() > totals.acknowledged();
            });
    worker.kill();
  }

  private static ConnectCluster worker(Guarantee guarantee, String name) {
    ConnectCluster.Builder worker = ConnectCluster.named(name).on(ConnectCluster.shared().broker());
    return (guarantee == Guarantee.EXACTLY_ONCE ? worker.exactlyOnce() : worker).start();
  }
}
