// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.it;

import static io.github.datahose.launch.WorkerFixture.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.WorkerFixture;
import io.github.datahose.launch.WorkerFixture.Guarantee;
import io.github.datahose.simulator.Fault;
import io.github.datahose.simulator.FaultyProxy;
import io.github.datahose.simulator.FaultyProxy.Trouble;
import io.github.datahose.simulator.SimulatorKeys;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The failure table as a user sees it, in a real worker up to REST; row by row it is held by
 * FailureTableTest. Beside each other, since they wait.
 */
@Execution(ExecutionMode.CONCURRENT)
class FailureRowsIT {
  private final ConnectCluster cluster = ConnectCluster.shared();

  @Test
  @Tag("invariant-9")
  void invariant9FailsTaskWithNextStepWhenEntitlementIsMissing() {
    assertFailsUntilRestarted(
        connector("no-entitlement"),
        Fault.status(403),
        "Reader 0 of feed all (tag no-entitlement.all) cannot read the feed",
        "returned HTTP 403",
        "'can create datahose feeds' and 'can read from datahose feeds'");
  }

  @Test
  @Tag("invariant-9")
  void invariant9FailsTaskAndNamesOptionWhenResponseIsTooLarge() {
    assertFailsUntilRestarted(
        connector("over-limit").set("datahose.max.response.bytes", "1000000"),
        Fault.status(200).body(new byte[1_000_001]),
        "returned more than 1000000 bytes",
        "Raise datahose.max.response.bytes");
  }

  @Test
  @Tag("invariant-9")
  void invariant9FailsTaskWithNextStepWhenPodDoesNotKnowKey() {
    try (WorkerFixture connector =
        connector("wrong-key")
            .set("symphony.private.key", SimulatorKeys.anotherPrivateKey())
            .set("datahose.connection.check", "false")) {
      connector.apply();
      assertThat(connector.failure())
          .contains("Reader 0 of feed all (tag wrong-key.all) cannot read the feed")
          .contains("Check symphony.username and the private key");
      assertThat(cluster.rest().status(connector.name()).at("/connector/state").asText())
          .isEqualTo("RUNNING");
      assertThat(connector.simulator().requests().reads().count()).isZero();
    }
  }

  @Test
  @Tag("invariant-9")
  void invariant9DeliversEachEventOnceDespiteTransientFailures() {
    try (WorkerFixture connector = connector("transient-failures");
        FaultyProxy proxy = FaultyProxy.of(connector.simulator())) {
      connector.set("symphony.agent.url", proxy.url()).start();
      connector.bring(50);
      connector.simulator().expireTokens();
      connector.bring(50);
      assertThat(connector.simulator().logins())
          .as("two kinds of token, by the check and twice by the task")
          .hasSize(6);
      for (Trouble trouble : List.of(Trouble.RESET, Trouble.CUT)) {
        proxy.add(trouble, 3);
        connector.bring(50);
      }
      for (Fault fault :
          List.of(
              Fault.status(503).times(5),
              Fault.status(429).header("Retry-After", "1"),
              Fault.htmlPage().times(5),
              Fault.malformedJson(),
              Fault.truncated(500),
              Fault.lostAnswer(),
              Fault.withoutAckId())) {
        connector.simulator().faults().add(fault);
        connector.bring(50);
      }
      eventually("all failures are over")
          .until(() -> !proxy.pending() && !connector.simulator().faults().pending());
      connector.bring(50);
      connector.awaitRunning();
      connector.assertAllThereOnce();
      String task = "[transient-failures|task-0]";
      assertThat(connector.log("INFO", task, "agent 127.0.0.1:", " of version")).isNotEmpty();
      assertThat(connector.log("WARN", task, "connection lost")).isNotEmpty();
      assertThat(connector.log("INFO", task, "Reads succeed again after ")).isNotEmpty();
    }
  }

  /** The topic does not exist, and no client may create it: the producer blocks indefinitely. */
  @ParameterizedTest
  @EnumSource
  @Tag("invariant-9")
  void invariant9LogsMissingTopicAndDeliversAllWhenItExists(Guarantee guarantee) {
    try (WorkerFixture connector = guarantee.connector("no-topic").withoutTopicCreation().start()) {
      connector.produce(50);
      connector.awaitLog(" WARN ", "has not confirmed 50 records");
      assertThat(connector.log(" WARN ", "has not confirmed 50 records"))
          .allMatch(line -> line.contains("Topics: [" + connector.name() + "]"));
      assertThat(connector.totals().delivered()).isEqualTo(50);
      assertThat(connector.totals().acknowledged()).isZero();
      connector.awaitRunning();

      connector.stop();
      // The worker abandons a task whose producer blocks, and ends it by closing the producer.
      connector.awaitNoReader();
      assertThat(connector.ackIdsAfterResume(1)).hasSize(1);
      assertThat(connector.totals().acknowledged()).isZero();

      connector.cluster().createTopic(connector.name());
      connector.awaitAllAcknowledged();
      connector.assertAllThereInOrder(50);
    }
  }

  private WorkerFixture connector(String name) {
    return new WorkerFixture(cluster, name)
        .set("symphony.retry.backoff.ms", "100")
        .set("symphony.retry.backoff.max.ms", "2000");
  }

  private static void assertFailsUntilRestarted(
      WorkerFixture connector, Fault fault, String... sentence) {
    try (connector) {
      connector.start().bring(50);
      connector.simulator().faults().add(fault.times(Integer.MAX_VALUE));
      assertThat(connector.failure()).contains(sentence);
      connector.simulator().faults().clear();
      connector.restart();
      connector.bring(50);
      connector.assertAllThereOnce();
    }
  }
}
