// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.datahose.simulator.SimulatorOptions.ContentExport;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SimulatorAgentTest {

  private Simulator simulator;
  private SimulatorClient client;

  @BeforeEach
  void start() {
    simulator = Simulator.start(SimulatorOptions.defaults().longPoll(Duration.ZERO));
    client = new SimulatorClient(simulator);
  }

  @AfterEach
  void stop() {
    simulator.close();
  }

  @Test
  void healthAndVersionNeedNoLogin() throws Exception {
    simulator.reconfigure(options -> options.agentVersion("24.12.4-913"));
    assertThat(client.get("/agent/v3/health").text()).isEqualTo("{\"status\":\"UP\"}");
    SimulatorClient.Reply extended = client.get("/agent/v3/health/extended");
    assertThat(extended.status()).isEqualTo(200);
    assertThat(extended.json().path("version").asText()).isEqualTo("24.12.4-913");
    assertThat(extended.json().at("/users/ceservice/status").asText()).isEqualTo("UP");
    assertThat(client.get("/agent/v1/info").json().path("version").asText())
        .startsWith("Agent-24.12.4-913-Linux-");
  }

  @Test
  void aContentExportAccountThatIsDownMakesHealth503() throws Exception {
    simulator.reconfigure(options -> options.contentExport(ContentExport.DOWN));
    SimulatorClient.Reply reply = client.get("/agent/v3/health/extended");
    assertThat(reply.status()).isEqualTo(503);
    assertThat(reply.json().path("status").asText()).isEqualTo("DOWN");
    JsonNode account = reply.json().at("/users/ceservice");
    assertThat(account.path("status").asText()).isEqualTo("DOWN");
    assertThat(account.path("message").asText()).isNotEmpty();
  }

  @Test
  void aMissingContentExportAccountStillIsUp() throws Exception {
    simulator.reconfigure(options -> options.contentExport(ContentExport.ABSENT));
    SimulatorClient.Reply reply = client.get("/agent/v3/health/extended");
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.json().path("status").asText()).isEqualTo("UP");
    assertThat(reply.json().path("users").has("ceservice")).isFalse();
  }

  @Test
  void anAgentBefore22x6HasNoDatahose() throws Exception {
    client.login();
    simulator.reconfigure(options -> options.agentVersion("20.14.1-77"));
    assertThat(client.read("tag", "").status()).isEqualTo(404);
    simulator.reconfigure(options -> options.agentVersion("22.6.5-402"));
    assertThat(client.read("tag", "").status()).isEqualTo(400);
    simulator.reconfigure(options -> options.agentVersion("22.9.1"));
    assertThat(client.read("tag", "").status()).isEqualTo(200);
  }

  @Test
  void unknownPathsAndMethodsAreNotFound() throws Exception {
    assertThat(client.get("/agent/v5/events/read").status()).isEqualTo(404);
    assertThat(client.get("/").status()).isEqualTo(404);
  }

  @Test
  void aContextPathStandsBeforeAllPathsAndNotInTheRecord() throws Exception {
    try (Simulator behindProxy =
        Simulator.start(
            SimulatorOptions.defaults().contextPath("/symphony").longPoll(Duration.ZERO))) {
      assertThat(behindProxy.url()).endsWith("/symphony");
      SimulatorClient proxied = SimulatorClient.loggedIn(behindProxy);
      assertThat(proxied.read("tag", "").status()).isEqualTo(200);
      assertThat(behindProxy.requests().reads().count()).isEqualTo(1);
    }
  }

  @Test
  void requestsAreRecordedAsTheyCame() throws Exception {
    client.login();
    String body =
        "{\"type\":\"datahose\", \"tag\":\"recorded\",\"eventTypes\":[\"MESSAGESENT\"],"
            + "\"updatePresence\":true}";
    client.read(body);
    client.read("another", "");
    Requests reads = simulator.requests().readsOf("recorded");
    assertThat(reads.count()).isEqualTo(1);
    RecordedRequest read = reads.last();
    assertThat(read.method()).isEqualTo("POST");
    assertThat(read.text()).isEqualTo(body);
    assertThat(read.header("SESSIONTOKEN")).isEqualTo(client.sessionToken);
    assertThat(read.json().path("updatePresence").asBoolean()).isTrue();
    assertThat(read.status()).isEqualTo(200);
    assertThat(read.answeredAt()).isAfterOrEqualTo(read.receivedAt());
    assertThat(read.ackId()).isEmpty();
    assertThat(read.answerJson().path("events").isArray()).isTrue();
  }

  @Test
  void onlyTheNewestRequestsAreRemembered() throws Exception {
    try (Simulator forgetful = Simulator.start(SimulatorOptions.defaults().recordedRequests(3))) {
      SimulatorClient asking = new SimulatorClient(forgetful);
      for (int i = 0; i < 5; i++) {
        asking.get("/agent/v3/health?" + i);
      }
      assertThat(forgetful.requests())
          .extracting(RecordedRequest::query)
          .containsExactly("2", "3", "4");
      assertThat(forgetful.forgottenRequests()).isEqualTo(2);
    }
  }

  @Test
  void latencyIsAddedToEachRead() throws Exception {
    client.login();
    simulator.reconfigure(options -> options.latency(Duration.ofMillis(150)));
    long begin = System.nanoTime();
    client.read("tag", "");
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(149));
  }
}
