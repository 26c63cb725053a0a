// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.it;

import static io.github.datahose.connect.it.LiveConnector.eventually;

import io.github.datahose.launch.WorkerProcess;
import io.github.datahose.simulator.Fault;
import io.github.datahose.simulator.LedgerSnapshot;
import java.time.Duration;

/** Kills the worker of a connector ({@code kill -9}) where it hurts, with events flowing. */
public record Kill(LiveConnector connector, WorkerProcess worker) {

  /** Events were given out that nobody has acknowledged. */
  public void inTheMiddleOfABatch() {
    eventually("a batch in flight").pollInterval(Duration.ofMillis(1)).until(this::isInFlight);
    worker.kill();
  }

  /** The batch is in Kafka, the read that would say so to the simulator is answered with 503. */
  public void betweenCommitAndAcknowledgement() {
    connector.simulator().faults().add(Fault.status(503).times(Integer.MAX_VALUE));
    eventually("a refused acknowledgement")
        .until(() -> isInFlight() && connector.simulator().requests().reads().last().faulted());
    worker.kill();
    connector.simulator().faults().clear();
  }

  private boolean isInFlight() {
    LedgerSnapshot totals = connector.totals();
    return totals.delivered() > totals.acknowledged();
  }
}
