// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.it;

import static io.github.datahose.connect.it.LiveConnector.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.simulator.Audit;
import io.github.datahose.simulator.Fault;
import io.github.datahose.simulator.FaultyProxy;
import io.github.datahose.simulator.FaultyProxy.Trouble;
import io.github.datahose.simulator.SimulatorKeys;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The failure table as a user sees it, in a real worker up to REST; row by row it is held by
 * FailureTableTest. Beside each other, since they wait.
 */
@Execution(ExecutionMode.CONCURRENT)
class FailureRowsIT {

  private final ConnectCluster cluster = ConnectCluster.shared();

  @Test
  void invariant9AMissingEntitlementFailsTheTaskWithASentenceAndARestartLosesNothing() {
    try (LiveConnector connector = connector("no-entitlement").start()) {
      produceAndAwait(connector);
      connector.simulator().faults().add(Fault.status(403).times(Integer.MAX_VALUE));
      assertThat(traceOfFailure(connector))
          .contains("Reader 0 of feed all (tag no-entitlement.all) cannot be read")
          .contains("was answered with 403")
          .contains("'can create datahose feeds' and 'can read from datahose feeds'");
      assertHealsByARestart(connector);
    }
  }

  @Test
  void invariant9AnAnswerOverTheLimitFailsTheTaskAndTheSentenceNamesTheOption() {
    try (LiveConnector connector =
        connector("over-limit").set("datahose.max.response.bytes", "1000000").start()) {
      produceAndAwait(connector);
      connector
          .simulator()
          .faults()
          .add(Fault.status(200).body(new byte[1_000_001]).times(Integer.MAX_VALUE));
      assertThat(traceOfFailure(connector))
          .contains("was answered with more than 1000000 bytes")
          .contains("Raise datahose.max.response.bytes");
      assertHealsByARestart(connector);
    }
  }

  @Test
  void invariant9AKeyThatThePodDoesNotKnowFailsTheTaskWithASentence() {
    try (LiveConnector connector =
        connector("wrong-key")
            .set("symphony.private.key", SimulatorKeys.anotherPrivateKey())
            .set("datahose.connection.check", "false")) {
      connector.apply(1);
      assertThat(traceOfFailure(connector))
          .contains("Reader 0 of feed all (tag wrong-key.all) cannot be read")
          .contains("Check symphony.username and the private key");
      assertThat(cluster.rest().status(connector.name()).at("/connector/state").asText())
          .isEqualTo("RUNNING");
      assertThat(connector.simulator().requests().reads().count()).isZero();
    }
  }

  @Test
  void invariant9TransientFailuresLeaveTheTaskRunningAndLoseAndDuplicateNothing() {
    try (LiveConnector connector = connector("transient-failures");
        FaultyProxy proxy = FaultyProxy.of(connector.simulator())) {
      connector.set("symphony.agent.url", proxy.url()).start();
      produceAndAwait(connector);
      connector.simulator().expireTokens();
      produceAndAwait(connector);
      assertThat(connector.simulator().logins())
          .as("two kinds of token, by the check and twice by the task")
          .hasSize(6);
      for (Trouble trouble : new Trouble[] {Trouble.RESET, Trouble.CUT}) {
        proxy.add(trouble, 3);
        produceAndAwait(connector);
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
        produceAndAwait(connector);
      }
      eventually("all failures are over")
          .until(() -> !proxy.pending() && !connector.simulator().faults().pending());
      produceAndAwait(connector);
      cluster.rest().awaitRunning(connector.name(), 1);
      assertAuditIsGood(connector);
      assertThat(cluster.worker().log().lines())
          .filteredOn(line -> line.contains("[transient-failures|task-0]"))
          .anyMatch(
              line ->
                  line.contains("INFO")
                      && line.matches(".*agent 127\\.0\\.0\\.1:\\d+ of version.*"))
          .anyMatch(line -> line.contains("WARN") && line.contains("the connection broke"))
          .anyMatch(line -> line.contains("INFO") && line.contains("is read again, after "));
    }
  }

  private LiveConnector connector(String name) {
    return new LiveConnector(cluster, name)
        .set("symphony.retry.backoff.ms", "100")
        .set("symphony.retry.backoff.max.ms", "2000");
  }

  private static void produceAndAwait(LiveConnector connector) {
    connector.simulator().produce(50, Set.of("MESSAGESENT"));
    connector.awaitAllAcknowledged();
  }

  private String traceOfFailure(LiveConnector connector) {
    JsonNode task =
        eventually("the failure of " + connector.name())
            .atMost(Duration.ofMinutes(4))
            .until(
                () -> cluster.rest().status(connector.name()).path("tasks").path(0),
                status -> status.path("state").asText().equals("FAILED"));
    return task.path("trace").asText();
  }

  private static void assertHealsByARestart(LiveConnector connector) {
    connector.simulator().faults().clear();
    connector.restart();
    produceAndAwait(connector);
    assertAuditIsGood(connector);
  }

  private static void assertAuditIsGood(LiveConnector connector) {
    Audit audit = connector.audit();
    assertThat(audit.lost()).as("%s", audit).isZero();
    assertThat(audit.duplicated()).as("%s", audit).isZero();
  }
}
