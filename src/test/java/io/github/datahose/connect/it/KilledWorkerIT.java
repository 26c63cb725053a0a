// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.it;

import static io.github.datahose.connect.it.LiveConnector.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.WorkerProcess;
import io.github.datahose.simulator.Audit;
import io.github.datahose.simulator.Fault;
import io.github.datahose.simulator.LedgerSnapshot;
import java.time.Duration;
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
      CompletableFuture<Void> production =
          connector.simulator().produceAtRate(12_000, 600, MESSAGES);
      connector.awaitMoreAcknowledged(500);
      killInTheMiddleOfABatch(connector, cluster.worker());
      startAgain(cluster.worker());
      connector.awaitMoreAcknowledged(500);
      killBetweenCommitAndAcknowledgement(connector, cluster.worker());
      startAgain(cluster.worker());
      connector.awaitMoreAcknowledged(500);
      killInTheMiddleOfABatch(connector, cluster.worker());
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

  private static void killInTheMiddleOfABatch(LiveConnector connector, WorkerProcess worker) {
    eventually("a batch in flight")
        .pollInterval(Duration.ofMillis(1))
        .until(() -> isInFlight(connector));
    worker.kill();
  }

  /**
   * The batch is in Kafka, the read that would say so to the simulator is answered with 503; then
   * the worker is away until the simulator gives the batch out again.
   */
  private static void killBetweenCommitAndAcknowledgement(
      LiveConnector connector, WorkerProcess worker) {
    connector.simulator().faults().add(Fault.status(503).times(Integer.MAX_VALUE));
    eventually("a refused acknowledgement")
        .until(
            () ->
                isInFlight(connector) && connector.simulator().requests().reads().last().faulted());
    worker.kill();
    connector.simulator().faults().clear();
    LiveConnector.awaitVisibilityTimeout();
  }

  private static boolean isInFlight(LiveConnector connector) {
    LedgerSnapshot totals = connector.totals();
    return totals.delivered() > totals.acknowledged();
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
