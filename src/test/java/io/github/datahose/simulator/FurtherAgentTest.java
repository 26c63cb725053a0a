// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.datahose.simulator.SimulatorOptions.ContentExport;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class FurtherAgentTest {

  private final Simulator simulator =
      Simulator.start(SimulatorOptions.defaults().longPoll(Duration.ZERO));
  private final FurtherAgent agent = simulator.furtherAgent();

  @AfterEach
  void stop() {
    agent.close();
    simulator.close();
  }

  @Test
  void servesTheFeedsOfThePodAndTakesTheirAcknowledgements() throws Exception {
    SimulatorClient first = SimulatorClient.loggedIn(simulator);
    SimulatorClient further = first.at(agent.url());
    first.read("tag", "");
    simulator.produce(1, List.of("MESSAGESENT"));
    SimulatorClient.Reply reply = further.read("tag", "");
    assertThat(reply.messageIds()).hasSize(1);
    first.read("tag", reply.ackId());
    assertThat(simulator.ledger().totals().acknowledged()).isOne();
    assertThat(agent.requests().reads().count()).isOne();
    assertThat(simulator.requests().reads().count()).isEqualTo(2);
  }

  @Test
  void hasFaultsOfItsOwn() throws Exception {
    SimulatorClient first = SimulatorClient.loggedIn(simulator);
    agent.faults().add(Fault.status(503));
    assertThat(first.read("tag", "").status()).isEqualTo(200);
    assertThat(first.at(agent.url()).read("tag", "").status()).isEqualTo(503);
    assertThat(first.at(agent.url()).post(Requests.SESSION_LOGIN, "{}").status()).isEqualTo(404);
  }

  @Test
  void hasAVersionAndAHealthOfItsOwnAndTheRestOfThePods() throws Exception {
    simulator.reconfigure(options -> options.simplifiedKeyDelivery(true));
    agent.reconfigure(options -> options.agentVersion("24.10.1").contentExport(ContentExport.DOWN));
    SimulatorClient first = SimulatorClient.loggedIn(simulator);
    first.keyManagerToken = "";
    SimulatorClient further = first.at(agent.url());
    String health = "/agent/v3/health/extended";
    assertThat(further.get(health).status()).isEqualTo(503);
    assertThat(further.get(health).json().path("version").asText()).isEqualTo("24.10.1");
    assertThat(first.get(health).status()).isEqualTo(200);
    assertThat(first.read("tag", "").status()).isEqualTo(200);
    assertThat(further.read("tag", "").status()).as("wants both tokens").isEqualTo(401);
    simulator.reconfigure(options -> options.batchSize(1));
    agent.reconfigure(options -> options);
    simulator.produce(2, List.of("MESSAGESENT"));
    assertThat(further.read("tag", "").messageIds()).hasSize(1);
  }

  @Test
  void takesNoEventsWithItWhenItDies() throws Exception {
    simulator.reconfigure(options -> options.longPoll(Duration.ofSeconds(20)));
    SimulatorClient further = SimulatorClient.loggedIn(simulator).at(agent.url());
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
    await().until(() -> !simulator.ledger().totals().feeds().isEmpty());
    agent.close();
    assertThat(read.join()).isNotNull();
    simulator.produce(1, List.of("MESSAGESENT"));
    assertThat(simulator.ledger().totals().delivered()).isZero();
  }
}
