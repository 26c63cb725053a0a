// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.simulator.Audit;
import io.github.datahose.simulator.Fault;
import io.github.datahose.simulator.Login;
import io.github.datahose.simulator.SimulatorKeys;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Ordinary trouble at the vendor's side, in a real worker, and what the log tells of it. */
class HealingIT {
  private final ConnectCluster cluster = ConnectCluster.shared();

  @Test
  void invariant10TroubleHealsWithoutARestartAndTheLogHoldsNoSecretAndNoMessage() {
    cluster.rest().setLogLevel("io.github.datahose", "TRACE");
    try (LiveConnector connector =
        new LiveConnector(cluster, "healing")
            .set("symphony.retry.backoff.max.ms", "1000")
            .start()) {
      connector.simulator().produce(200, Set.of("MESSAGESENT"));
      connector.awaitAllAcknowledged();

      connector.simulator().expireTokens();
      connector.simulator().produce(200, Set.of("MESSAGESENT"));
      connector.awaitAllAcknowledged();
      assertThat(connector.simulator().logins())
          .as("two kinds of token, by the check and twice by the task")
          .hasSize(6);

      List<Fault> faults =
          List.of(
              Fault.status(503).times(3),
              Fault.status(429).header("Retry-After", "1"),
              Fault.htmlPage(),
              Fault.malformedJson(),
              Fault.truncated(500),
              Fault.lostAnswer(),
              Fault.closed(),
              Fault.withoutAckId());
      for (Fault fault : faults) {
        connector.simulator().faults().add(fault);
        connector.simulator().produce(200, Set.of("MESSAGESENT"));
      }
      connector.awaitAllAcknowledged();
      LiveConnector.eventually("all faults are over")
          .until(() -> !connector.simulator().faults().pending());
      cluster.rest().awaitRunning("healing", 1);
      Audit audit = connector.audit();
      assertThat(audit.ok()).as("%s", audit).isTrue();

      assertThat(cluster.worker().log())
          .contains("[healing|task-0] Reader 0 of feed all (tag healing.all)");
      assertThat(secretsOf(connector)).filteredOn(cluster.worker().log()::contains).isEmpty();
    } finally {
      cluster.rest().setLogLevel("io.github.datahose", "INFO");
    }
  }

  /** The lines of the private key, all tokens, and the texts of all messages. */
  private static List<String> secretsOf(LiveConnector connector) {
    Stream<String> keyLines =
        SimulatorKeys.privateKey().lines().filter(line -> !line.startsWith("-----"));
    Stream<String> tokens = connector.simulator().logins().stream().map(Login::token);
    List<String> texts =
        connector.records().stream()
            .map(record -> Topics.value(record).at("/payload/messageSent/message/message"))
            .map(JsonNode::asText)
            .filter(text -> !text.isBlank())
            .distinct()
            .toList();
    assertThat(texts).hasSizeGreaterThan(100);
    return Stream.of(keyLines, tokens, texts.stream()).flatMap(Function.identity()).toList();
  }
}
