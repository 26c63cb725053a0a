// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.it;

import static io.github.datahose.connect.it.LiveConnector.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.simulator.Audit;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A topic that is not there and that nobody may create: the producer blocks, for ever. Beside each
 * other, since they wait.
 */
@Execution(ExecutionMode.CONCURRENT)
class MissingTopicIT {
  @ParameterizedTest
  @EnumSource
  void invariant9TheLogNamesTheTopicNothingIsAcknowledgedAndAllArrivesOnceItExists(
      Guarantee guarantee) {
    ConnectCluster cluster = guarantee.cluster();
    String name = guarantee.name("no-topic");
    try (LiveConnector connector =
        new LiveConnector(cluster, name)
            .unset("topic.creation.default.partitions")
            .unset("topic.creation.default.replication.factor")
            .start()) {
      connector.simulator().produce(50, Set.of("MESSAGESENT"));
      List<String> warnings =
          eventually("a warning").until(() -> warnings(cluster, name), lines -> !lines.isEmpty());
      assertThat(warnings).allMatch(line -> line.contains("Topics: [" + name + "]"));
      assertThat(connector.totals().delivered()).isEqualTo(50);
      assertThat(connector.totals().acknowledged()).isZero();
      cluster.rest().awaitRunning(name, 1);

      cluster.rest().stop(name);
      cluster.rest().awaitState(name, "STOPPED", 0);
      // The worker abandons a task whose producer blocks, and ends it by closing the producer.
      eventually("the end of the reader")
          .until(() -> new WorkerThreads(cluster.worker()).readersOf(name).isEmpty());
      int readsWhenStopped = connector.simulator().requests().reads().count();
      cluster.rest().resume(name);
      cluster.rest().awaitRunning(name, 1);
      eventually("it reads again")
          .until(() -> connector.simulator().requests().reads().count() > readsWhenStopped);
      assertThat(connector.totals().acknowledged()).isZero();

      cluster.createTopic(name);
      connector.awaitAllAcknowledged();
      Audit audit = connector.audit();
      assertThat(audit.ok()).as("%s", audit).isTrue();
    }
  }

  private static List<String> warnings(ConnectCluster cluster, String name) {
    return cluster
        .worker()
        .log()
        .lines()
        .filter(line -> line.contains(" WARN [" + name + "|task-0]"))
        .filter(line -> line.contains("waits for Kafka to confirm 50 records"))
        .toList();
  }
}
