// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.agent;

import static io.github.datahose.connect.symphony.ClientUnderTest.HEALTH;
import static io.github.datahose.connect.symphony.ClientUnderTest.INFO;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.github.datahose.connect.reader.CapturedLog;
import io.github.datahose.connect.symphony.ClientUnderTest;
import io.github.datahose.simulator.Fault;
import io.github.datahose.simulator.FurtherAgent;
import io.github.datahose.simulator.RecordedRequest;
import io.github.datahose.simulator.Simulator;
import io.github.datahose.simulator.SimulatorOptions.ContentExport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Returns the log about an agent, and checks that the check has no other effect. */
@Timeout(120)
class AgentCheckTest {

  private static final HttpUrl AGENT = HttpUrl.get("https://agent.test");

  @AutoClose private final ClientUnderTest symphony = new ClientUnderTest();
  private final Simulator simulator = symphony.simulator;

  @Test
  void logsVersionOfHealthyAgentOnce() {
    simulator.reconfigure(options -> options.agentVersion("24.12.4-913"));
    assertThat(logOfACheck())
        .contains(
            "INFO",
            "Account settlement-bot with login by RSA key, pod 127.0.0.1:" + simulator.port(),
            "key manager 127.0.0.1:" + simulator.port(),
            "agent 127.0.0.1:" + simulator.port() + " of version 24.12.4",
            "(ceservice) UP")
        .doesNotContain("WARN");
    logOfACheck();
    assertThat(simulator.requests()).extracting(RecordedRequest::path).containsExactly(HEALTH);
    assertThat(simulator.requests().last().headers())
        .doesNotContainKeys("sessionToken", "keyManagerToken");
  }

  @ParameterizedTest
  @CsvSource({"DOWN,DOWN", "ABSENT,not configured"})
  void warnsOfUnhealthyContentExportAccount(ContentExport state, String words) {
    simulator.reconfigure(options -> options.contentExport(state));
    assertThat(logOfACheck())
        .contains("WARN", "content export account (ceservice) is " + words + ".")
        .contains("MESSAGESENT, MESSAGESUPPRESSED, SYMPHONYELEMENTSACTION")
        .contains("agent.privatekey.ceservice", "agent.certificate.ceservice")
        .as("what others wrote may hold a secret")
        .doesNotContain("Unable to authenticate");
  }

  @Test
  @Tag("invariant-7")
  void invariant7WarnsOnceWhenAgentVersionsDiffer() {
    simulator.reconfigure(options -> options.agentVersion("24.12.4-913"));
    try (FurtherAgent same = agent("24.12.4-915");
        FurtherAgent silent = agent("latest");
        FurtherAgent newer = agent("25.8.1");
        FurtherAgent newest = agent("25.9.0")) {
      assertThat(logOfACheck()).doesNotContain("WARN");
      assertThat(logOfACheck(same.url())).doesNotContain("WARN");
      assertThat(logOfACheck(silent.url())).doesNotContain("WARN");
      assertThat(logOfACheck(newer.url()))
          .containsOnlyOnce("WARN")
          .contains(
              "WARN io.github.datahose.connect.symphony.agent.AgentCheck - The agents have different versions: 127.0.0.1:"
                  + simulator.port()
                  + " has 24.12.4, "
                  + at(same)
                  + " has 24.12.4, "
                  + at(newer)
                  + " has 25.8.1. ",
              "With exactly-once delivery, ",
              "Use the same version for all agents.");
      assertThat(logOfACheck(newest.url())).as("once").doesNotContain("WARN");
    }
  }

  static List<Fault> whatStandsInPlaceOfHealth() {
    return List.of(
        Fault.status(403),
        Fault.status(404).body("<html>"),
        Fault.status(408),
        Fault.status(503).header("Retry-After", "0"),
        Fault.status(503).body("<html>"),
        Fault.redirect("http://sign-in.example.test"),
        Fault.htmlPage(),
        Fault.status(200).body(""),
        Fault.status(200).body("[]"),
        Fault.closed());
  }

  @ParameterizedTest
  @MethodSource("whatStandsInPlaceOfHealth")
  void usesInfoWhenHealthIsBlockedAndContinuesWhenBothAre(Fault fault) {
    symphony.spoil(HEALTH, fault);
    assertThat(logOfACheck())
        .contains("of version 25.8.1", "(ceservice) not reported")
        .doesNotContain("WARN");
    symphony.forgetClient();
    symphony.spoil(INFO, fault);
    assertThat(logOfACheck())
        .contains("agent 127.0.0.1:" + simulator.port() + " of unknown version")
        .doesNotContain("WARN");
    assertThat(simulator.requests().count()).isEqualTo(4);
  }

  @Test
  void takesAtMostFiveSeconds() {
    symphony.spoil(HEALTH, Fault.delayed(Duration.ofSeconds(25)));
    symphony.spoil(INFO, Fault.delayed(Duration.ofSeconds(25)));
    long begin = System.nanoTime();
    logOfACheck();
    assertThat(Duration.ofNanos(System.nanoTime() - begin))
        .isBetween(Duration.ofSeconds(4), Duration.ofSeconds(8));
  }

  @Test
  void endsAtOnceWhenClientIsClosed() throws Exception {
    symphony.spoil(HEALTH, Fault.delayed(Duration.ofSeconds(25)));
    HttpUrl agent = HttpUrl.get(simulator.url());
    CompletableFuture<Void> check =
        CompletableFuture.runAsync(() -> symphony.client().checkAgentOnce(agent));
    symphony.awaitWaiting(HEALTH);
    symphony.forgetClient();
    assertThat(check).succeedsWithin(Duration.ofSeconds(1));
    assertThat(simulator.requests().count()).isOne();
  }

  @ParameterizedTest
  @CsvSource({
    "24.12.4-913, 24.12.4, false",
    "Agent-24.10.1-815-Linux-4.14.314-237.533.amzn2.x86_64, 24.10.1, false",
    "Agent-2.55.0-SNAPSHOT-Linux-4.4.86+, 2.55.0, true",
    "Agent-24.12, 24.12, false",
    "24.12.12345678901234567890, 24.12.123456, false",
    "22.7, 22.7, false",
    "22.6, 22.6, true",
    "20.14.1, 20.14.1, true",
    "latest, '', false",
    "'', '', false",
    "99.1, 99.1, false"
  })
  void readsAllFormsOfVersionsAndWarnsOfOldOnes(String text, String version, boolean tooOld) {
    AgentHealth ofInfo =
        AgentHealth.of(
            MissingNode.getInstance(), new ObjectMapper().createObjectNode().put("version", text));
    assertThat(ofInfo).isEqualTo(new AgentHealth(version, ""));
    assertThat(ofInfo.warnings(AGENT))
        .hasSize(tooOld ? 1 : 0)
        .allMatch(
            warning ->
                warning.startsWith(
                    "The agent at agent.test:443 has version "
                        + version
                        + ". Datahose requires 22.7"));
  }

  @ParameterizedTest
  @CsvSource({
    "health-extended.200.json,UP,0",
    "health-extended.503.global-still-up.json,UP,0",
    "health-extended.503.ceservice-down.json,DOWN,1",
    "health-extended.200.ceservice-not-configured.json,not configured,1",
    "health-extended.200.agent-22.6.json,UP,1"
  })
  void readsStatusOfContentExportAccountOnly(String file, String state, int warnings)
      throws Exception {
    Path path = Path.of("src", "test", "resources", "responses", file);
    AgentHealth health =
        AgentHealth.of(
            new ObjectMapper().readTree(Files.readAllBytes(path)), MissingNode.getInstance());
    assertThat(health.contentExport()).isEqualTo(state);
    assertThat(health.warnings(AGENT)).hasSize(warnings);
  }

  @Test
  void findsNoProblemInResponseOfGuide() throws Exception {
    Matcher json =
        Pattern.compile("```json\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(Path.of("docs", "symphony-setup.md")));
    assertThat(json.find()).isTrue();
    AgentHealth health =
        AgentHealth.of(new ObjectMapper().readTree(json.group(1)), MissingNode.getInstance());
    assertThat(health).isEqualTo(new AgentHealth("24.12.4", "UP"));
    assertThat(health.warnings(AGENT)).isEmpty();
  }

  private FurtherAgent agent(String version) {
    return simulator.furtherAgent(options -> options.agentVersion(version));
  }

  private static String at(FurtherAgent other) {
    return other.url().substring("http://".length());
  }

  private String logOfACheck() {
    return logOfACheck(simulator.url());
  }

  private String logOfACheck(String agentUrl) {
    try (CapturedLog log = new CapturedLog()) {
      symphony.client().checkAgentOnce(HttpUrl.get(agentUrl));
      return log.text();
    }
  }
}
