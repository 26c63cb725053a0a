// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.datahose.simulator.SimulatorClient.Reply;
import io.github.datahose.simulator.SimulatorOptions.ContentExport;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an agent says of itself, what is recorded of requests, and a further agent of the pod. */
class SimulatorAgentTest extends SimulatorFixture {

  private static final String EXTENDED = "/agent/v3/health/extended";

  private final FurtherAgent agent = simulator.furtherAgent();

  @AfterEach
  void closeFurtherAgent() {
    agent.close();
  }

  @Test
  void returnsHealthAndVersionWithoutLogin() throws Exception {
    SimulatorClient nobody = new SimulatorClient(simulator.url(), null);
    behave(options -> options.agentVersion("24.12.4-913"));
    assertThat(nobody.get("/agent/v3/health").text()).isEqualTo("{\"status\":\"UP\"}");
    assertThat(nobody.get(EXTENDED).json().path("version").asText()).isEqualTo("24.12.4-913");
    assertThat(nobody.get("/agent/v1/info").json().path("version").asText())
        .startsWith("Agent-24.12.4-913-Linux-");
  }

  @ParameterizedTest
  @CsvSource({"UP, 200, UP, UP", "DOWN, 503, DOWN, DOWN", "ABSENT, 200, UP, ''"})
  void returns503ForHealthWhenContentExportAccountIsDown(
      ContentExport state, int status, String health, String account) throws Exception {
    behave(options -> options.contentExport(state));
    Reply reply = client.get(EXTENDED);
    assertThat(reply.status()).isEqualTo(status);
    assertThat(reply.json().path("status").asText()).isEqualTo(health);
    assertThat(reply.json().at("/users/ceservice/status").asText()).isEqualTo(account);
    assertThat(reply.json().at("/users/ceservice").has("message")).isEqualTo(status == 503);
  }

  @ParameterizedTest
  @CsvSource({"20.14.1-77, 404", "22.6.5-402, 400", "22.9.1, 200"})
  void supportsDatahoseFrom22x6AndRequiresFiltersBefore22x7(String version, int status)
      throws Exception {
    behave(options -> options.agentVersion(version));
    assertThat(read().status()).isEqualTo(status);
  }

  @Test
  void returns404ForUnknownPathsAndMethods() throws Exception {
    assertThat(client.get(Requests.READ).status()).isEqualTo(404);
    assertThat(client.get("/").status()).isEqualTo(404);
  }

  @Test
  void removesContextPathFromRecordedRequests() throws Exception {
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
  void recordsRequestsAsReceived() throws Exception {
    String body =
        "{\"type\":\"datahose\", \"tag\":\"recorded\",\"eventTypes\":[\"MESSAGESENT\"],"
            + "\"updatePresence\":true}";
    client.read(body);
    client.read("another", "");
    Requests reads = simulator.requests().readsOf("recorded");
    assertThat(reads.count()).isEqualTo(1);
    RecordedRequest read = reads.last();
    assertThat(read).hasToString("POST /agent/v5/events/read -> 200");
    assertThat(read.text()).isEqualTo(body);
    assertThat(read.header("SESSIONTOKEN")).isEqualTo(client.sessionToken);
    assertThat(read.json().path("updatePresence").asBoolean()).isTrue();
    assertThat(read.answeredAt()).isAfterOrEqualTo(read.receivedAt());
    assertThat(read.ackId()).isEmpty();
    assertThat(read.answerJson().path("events").isArray()).isTrue();
  }

  @Test
  void keepsOnlyNewestRequests() throws Exception {
    try (Simulator forgetful = Simulator.start(SimulatorOptions.defaults().recordedRequests(3))) {
      SimulatorClient asking = new SimulatorClient(forgetful.url(), null);
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
  void servesAndAcknowledgesFeedsOfPodAtFurtherAgent() throws Exception {
    read();
    produce(1);
    Reply reply = client.at(agent.url()).read("tag", "");
    assertThat(reply.messageIds()).hasSize(1);
    client.read("tag", reply.ackId());
    assertThat(totals().acknowledged()).isOne();
    assertThat(agent.requests().reads().count()).isOne();
    assertThat(simulator.requests().reads().count()).isEqualTo(2);
  }

  @Test
  void keepsFaultsOfFurtherAgentSeparateAndOffersNoLogin() throws Exception {
    agent.faults().add(Fault.status(503));
    assertThat(read().status()).isEqualTo(200);
    assertThat(client.at(agent.url()).read("tag", "").status()).isEqualTo(503);
    assertThat(client.at(agent.url()).post(Requests.SESSION_LOGIN, "{}").status()).isEqualTo(404);
  }

  @Test
  void keepsVersionAndHealthOfFurtherAgentSeparate() throws Exception {
    behave(options -> options.simplifiedKeyDelivery(true));
    agent.reconfigure(options -> options.agentVersion("24.10.1").contentExport(ContentExport.DOWN));
    client.login();
    client.keyManagerToken = "";
    SimulatorClient further = client.at(agent.url());
    assertThat(further.get(EXTENDED).status()).isEqualTo(503);
    assertThat(further.get(EXTENDED).json().path("version").asText()).isEqualTo("24.10.1");
    assertThat(client.get(EXTENDED).status()).isEqualTo(200);
    assertThat(read().status()).isEqualTo(200);
    assertThat(further.read("tag", "").status()).as("wants both tokens").isEqualTo(401);
    behave(options -> options.batchSize(1));
    agent.reconfigure(options -> options);
    produce(2);
    assertThat(further.read("tag", "").messageIds()).hasSize(1);
  }

  @Test
  void losesNoEventsWhenFurtherAgentStops() throws Exception {
    behave(options -> options.longPoll(Duration.ofSeconds(20)));
    SimulatorClient further = client.at(agent.url());
    CompletableFuture<Throwable> read =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                further.read("tag", "");
                return null;
              } catch (Exception e) {
                return e;
              }
            });
    await().until(() -> !totals().feeds().isEmpty());
    agent.close();
    assertThat(read.join()).isNotNull();
    produce(1);
    assertThat(totals().delivered()).isZero();
  }
}
