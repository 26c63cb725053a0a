// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.storm;

import io.github.datahose.launch.BrokerProcess;
import io.github.datahose.launch.ConnectCluster;
import java.time.Duration;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.connect.transforms.predicates.Predicate;

/**
 * What the workers promise, and the visibility timeout that the simulated feeds have with it.
 *
 * <p>With exactly-once it must be longer than 20 s. The connector treats an acknowledgment with a
 * response within 20 s of its batch's arrival as in time, since the agent's own visibility timeout
 * is 30 s, and then drops the batch's identities from its offsets. A feed with a timeout of 2 s
 * would break that assumption, and a double would say nothing about the connector. 22 s hold it:
 * the simulator starts to count when it takes the batch from the queue, which is earlier than the
 * connector's count by the time that the answer needs to arrive, milliseconds on one machine.
 * Earlier redeliveries happen only when they cannot violate the assumption: while the task is
 * stopped ({@link Strikes}). At least once nothing depends on it, and the timeout is short, so that
 * batches are redelivered in the middle of the flow, too.
 */
enum Mode {
  AT_LEAST_ONCE("at-least-once", IsolationLevel.READ_UNCOMMITTED, Duration.ofSeconds(2)),
  EXACTLY_ONCE("exactly-once", IsolationLevel.READ_COMMITTED, Duration.ofSeconds(22));

  private final String label;
  private final IsolationLevel isolation;
  private final Duration visibility;

  Mode(String label, IsolationLevel isolation, Duration visibility) {
    this.label = label;
    this.isolation = isolation;
    this.visibility = visibility;
  }

  /** The name in the report, in names of connectors, and in names of topics. */
  String label() {
    return label;
  }

  /** What the consumer of the audit reads: at least once every record counts. */
  IsolationLevel isolation() {
    return isolation;
  }

  Duration visibility() {
    return visibility;
  }

  /** Whether connectors have a ledger: it is for exactly-once only. */
  boolean hasLedger() {
    return this == EXACTLY_ONCE;
  }

  /** Starts a worker of this kind. */
  ConnectCluster cluster(String name, BrokerProcess broker) {
    ConnectCluster.Builder worker =
        ConnectCluster.named(name + "-" + label)
            .on(broker)
            .plugin(Predicate.class, HashedMessageId.class);
    return (this == EXACTLY_ONCE ? worker.exactlyOnce() : worker).start();
  }
}
