// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.it;

import static io.github.datahose.connect.it.LiveConnector.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.simulator.Fault;
import io.github.datahose.simulator.Login;
import io.github.datahose.simulator.Requests;
import io.github.datahose.simulator.SimulatorKeys;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
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
  void invariant10SaysWhatWasReadAtDebugWithTheLogContextAndWithoutSecretsOrText() {
    try (LiveConnector connector = new LiveConnector(cluster, NAME).start()) {
      bringEvents(connector, "before");
      assertThat(debugLines()).isEmpty();
      assertThat(lines(" READING: ")).singleElement().asString().contains(" INFO " + CONTEXT);

      cluster.rest().setLogLevel(LOGGER, "DEBUG");
      connector.simulator().expireTokens();
      connector
          .simulator()
          .faults()
          .add(Fault.status(503).body("{\"code\":503,\"message\":\"" + session(connector) + "\"}"));
      bringEvents(connector, "debug");
      String pod = "http://127\\.0\\.0\\.1:\\d+/|http://localhost:\\d+/";
      eventually("a line of a read with events")
          .until(
              () ->
                  debugLines().stream()
                      .anyMatch(
                          line ->
                              line.matches(
                                  ".*\\Q"
                                      + CONTEXT
                                      + "]\\E Reader 0 of feed all \\(tag debug-log\\.all\\): read of"
                                      + " the Datahose feed \\(\\S+, trace id \\w{6}\\) was answered with"
                                      + " 200 after \\d+ ms: [1-9]\\d* events, \\d+ bytes; ackId sent"
                                      + " (none|#[0-9a-f]{8}), got #[0-9a-f]{8}; agent ("
                                      + pod
                                      + ") .*\\[datahose-debug-log-all-0]")));
      assertThat(debugLines())
          .anyMatch(
              line -> line.matches(".*trace id \\w{6}\\) was answered with 503.*next try in .*"))
          .anyMatch(line -> line.matches(".*login at the pod \\(\\S+\\) was answered with 200 .*"))
          .anyMatch(line -> line.matches(".*login at the key manager \\(\\S+\\) was answered.*"))
          .anyMatch(line -> line.matches(".*batch of ackId #\\w{8} is settled \\d+ ms after .*"));
      eventually("offsets stored")
          .until(() -> debugLines().stream().anyMatch(line -> line.contains("stored the offsets")));

      cluster.rest().setLogLevel(LOGGER, "INFO");
      // Whatever was under way when the level changed.
      bringEvents(connector, "between");
      int before = debugLines().size();
      bringEvents(connector, "after");
      assertThat(debugLines()).hasSize(before);

      assertNoSecret(connector);
    }
    eventually("the last line")
        .until(() -> lines(" STOPPED: ").stream().anyMatch(line -> line.contains(CONTEXT)));
    assertThat(lines(" STARTED: "))
        .singleElement()
        .asString()
        .contains(CONTEXT, "starts as account " + SimulatorKeys.USERNAME);
  }

  private void assertNoSecret(LiveConnector connector) {
    String log = cluster.worker().log();
    assertThat(log).doesNotContain(SECRET);
    assertThat(connector.simulator().logins()).isNotEmpty();
    for (Login login : connector.simulator().logins()) {
      assertThat(log).doesNotContain(login.token().substring(0, 30));
    }
    connector
        .simulator()
        .requests()
        .to(Requests.SESSION_LOGIN)
        .forEach(
            login ->
                assertThat(log)
                    .doesNotContain(login.json().path("token").asText().substring(0, 30)));
    SimulatorKeys.privateKey().lines().forEach(line -> assertThat(log).doesNotContain(line));
    connector.simulator().requests().reads().list().stream()
        .map(read -> read.ackId())
        .filter(ackId -> !ackId.isEmpty())
        .forEach(ackId -> assertThat(log).doesNotContain(ackId));
  }

  private static String session(LiveConnector connector) {
    return connector.simulator().logins().get(0).token();
  }

  private static void bringEvents(LiveConnector connector, String part) {
    connector
        .simulator()
        .produceAll(
            IntStream.range(0, EVENTS)
                .mapToObj(
                    i ->
                        "{\"type\":\"MESSAGESENT\",\"messageId\":\"%s-%d\",\"payload\":{\"messageSent\":{\"message\":{\"message\":\"%s\"}}}}"
                            .formatted(part, i, SECRET))
                .toList());
    connector.awaitAllAcknowledged();
  }

  /** Of this connector's, without those of others that share the worker. */
  private List<String> debugLines() {
    return lines("").stream().filter(line -> line.contains(" DEBUG " + CONTEXT)).toList();
  }

  private List<String> lines(String words) {
    return cluster
        .worker()
        .log()
        .lines()
        .filter(line -> line.contains(CONTEXT) && line.contains(words))
        .filter(line -> line.contains("(" + LOGGER))
        .toList();
  }
}
