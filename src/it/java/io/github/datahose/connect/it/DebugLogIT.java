// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.it;

import static io.github.datahose.launch.WorkerFixture.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.WorkerFixture;
import io.github.datahose.simulator.Fault;
import io.github.datahose.simulator.Login;
import io.github.datahose.simulator.RecordedRequest;
import io.github.datahose.simulator.Requests;
import io.github.datahose.simulator.Simulator;
import io.github.datahose.simulator.SimulatorKeys;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a support case needs, by a level that is set while the worker runs. */
class DebugLogIT {
  private static final String LOGGER = "io.github.datahose.connect";
  private static final String NAME = "debug-log";
  private static final String CONTEXT = "[" + NAME + "|task-0";
  private static final String SECRET = "takeover";
  private static final int EVENTS = 20;

  private final ConnectCluster cluster = ConnectCluster.shared();

  @AfterEach
  void levelAsItWas() {
    cluster.rest().setLogLevel(LOGGER, "INFO");
  }

  @Test
  @Tag("invariant-10")
  void invariant10LogsReadsAtDebugWithoutSecretsOrText() {
    WorkerFixture connector = new WorkerFixture(cluster, NAME);
    try (connector) {
      Simulator simulator = connector.start().simulator();
      bringEvents(connector, "before");
      assertThat(debugLines(connector)).isEmpty();
      assertThat(lines(connector, " READING: ")).singleElement().asString().contains(" INFO ");

      cluster.rest().setLogLevel(LOGGER, "DEBUG");
      simulator.expireTokens();
      String token = simulator.logins().get(0).token();
      simulator
          .faults()
          .add(Fault.status(503).body("{\"code\":503,\"message\":\"" + token + "\"}"));
      bringEvents(connector, "debug");
      awaitDebugLine(
          connector,
          ".*\\Q"
              + CONTEXT
              + "]\\E Reader 0 of feed all \\(tag debug-log\\.all\\): read of the Datahose feed"
              + " \\(\\S+, trace id \\w{6}\\) returned HTTP 200 after \\d+ ms: [1-9]\\d* events,"
              + " \\d+ bytes; ackId sent (none|#[0-9a-f]{8}), received #[0-9a-f]{8}; agent"
              + " http://(127\\.0\\.0\\.1|localhost):\\d+/ .*\\[datahose-debug-log-all-0]");
      for (String line :
          List.of(
              ".*trace id \\w{6}\\) returned HTTP 503.*retrying in .*",
              ".*login to the pod \\(\\S+\\) returned HTTP 200 .*",
              ".*login to the key manager \\(\\S+\\) returned .*",
              ".*batch with ackId #\\w{8} is settled \\d+ ms after .*",
              ".*stored the offsets.*")) {
        awaitDebugLine(connector, line);
      }

      cluster.rest().setLogLevel(LOGGER, "INFO");
      // Whatever was under way when the level changed.
      bringEvents(connector, "between");
      int before = debugLines(connector).size();
      bringEvents(connector, "after");
      assertThat(debugLines(connector)).hasSize(before);
      assertNoSecret(simulator);
    }
    eventually("the last line").until(() -> !lines(connector, " STOPPED: ").isEmpty());
    assertThat(lines(connector, " STARTED: "))
        .singleElement()
        .asString()
        .contains("starts as account " + SimulatorKeys.USERNAME);
  }

  private void assertNoSecret(Simulator simulator) {
    String log = cluster.worker().log();
    Stream<String> tokens = simulator.logins().stream().map(Login::token);
    Stream<String> assertions =
        StreamSupport.stream(simulator.requests().to(Requests.SESSION_LOGIN).spliterator(), false)
            .map(login -> login.json().path("token").asText());
    assertThat(Stream.concat(tokens, assertions).map(token -> token.substring(0, 30)))
        .isNotEmpty()
        .noneMatch(log::contains);
    assertThat(SimulatorKeys.privateKey().lines()).noneMatch(log::contains);
    assertThat(simulator.requests().reads())
        .extracting(RecordedRequest::ackId)
        .filteredOn(ackId -> !ackId.isEmpty())
        .isNotEmpty()
        .noneMatch(log::contains);
    assertThat(log).doesNotContain(SECRET);
  }

  private static void bringEvents(WorkerFixture connector, String part) {
    connector.bring(
        IntStream.range(0, EVENTS)
            .mapToObj(
                i ->
                    "{\"type\":\"MESSAGESENT\",\"messageId\":\"%s-%d\",\"payload\":{\"messageSent\":{\"message\":{\"message\":\"%s\"}}}}"
                        .formatted(part, i, SECRET))
            .toList());
  }

  private static void awaitDebugLine(WorkerFixture connector, String pattern) {
    eventually("a line like " + pattern)
        .until(() -> debugLines(connector).stream().anyMatch(line -> line.matches(pattern)));
  }

  /** Of this connector's, without those of others that share the worker. */
  private static List<String> debugLines(WorkerFixture connector) {
    return lines(connector, " DEBUG " + CONTEXT);
  }

  private static List<String> lines(WorkerFixture connector, String words) {
    return connector.log(CONTEXT, words, "(" + LOGGER);
  }
}
