// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.simulator.SimulatorOptions.ContentExport;
import io.github.datahose.simulator.SimulatorOptions.EmptyAnswer;
import io.github.datahose.simulator.SimulatorOptions.StaleAckId;
import io.github.datahose.simulator.openapi.OpenApiCheck;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Everything the simulator ordinarily answers is as the vendor's OpenAPI files say. */
@Timeout(60)
class SimulatorConformanceTest {

  private Simulator simulator;
  private SimulatorClient client;

  @BeforeEach
  void start() throws Exception {
    simulator = Simulator.start(SimulatorOptions.defaults().longPoll(Duration.ZERO));
    client = SimulatorClient.loggedIn(simulator);
  }

  @AfterEach
  void conforms() {
    try (Simulator closing = simulator) {
      OpenApiCheck.assertConforms(closing.requests());
    }
  }

  @Test
  void loginsThatSucceedAndFail() throws Exception {
    assertThat(client.login(Requests.SESSION_LOGIN, "nonsense").status()).isEqualTo(401);
    assertThat(client.login(Requests.KEY_MANAGER_LOGIN, "nonsense").status()).isEqualTo(401);
    simulator.reconfigure(options -> options.simplifiedKeyDelivery(true));
    client.login();
    assertThat(simulator.logins()).hasSize(4);
  }

  @Test
  void healthInAllItsStates() throws Exception {
    client.get("/agent/v3/health");
    client.get("/agent/v1/info");
    for (ContentExport state : ContentExport.values()) {
      simulator.reconfigure(options -> options.contentExport(state));
      client.get("/agent/v3/health/extended");
    }
    assertThat(simulator.requests().answered(503).count()).isEqualTo(1);
  }

  @Test
  void eventsOfAllTypes() throws Exception {
    simulator.reconfigure(options -> options.batchSize(1_000));
    String[] types = simulator.types().toArray(String[]::new);
    client.read("tag", "", types);
    simulator.produce(2_000);
    SimulatorClient.Reply reply = client.read("tag", "", types);
    assertThat(client.read("tag", reply.ackId(), types).messageIds()).hasSize(1_000);
    assertThat(simulator.ledger().totals().delivered()).isEqualTo(2_000);
  }

  @Test
  void emptyAnswers() throws Exception {
    for (EmptyAnswer kind : List.of(EmptyAnswer.WITH_ACK_ID, EmptyAnswer.WITHOUT_ACK_ID)) {
      simulator.reconfigure(options -> options.emptyAnswer(kind));
      assertThat(client.read("tag", "").status()).isEqualTo(200);
    }
  }

  @Test
  void refusals() throws Exception {
    simulator.reconfigure(options -> options.staleAckId(StaleAckId.REFUSED).feedLimit(1));
    assertThat(client.read("tag", "").status()).isEqualTo(200);
    assertThat(client.read("tag", "bm9uc2Vuc2U=").status()).isEqualTo(400);
    assertThat(client.read("another", "").status()).isEqualTo(403);
    simulator.expireTokens();
    assertThat(client.read("tag", "").status()).isEqualTo(401);
  }

  @Test
  void undeclaredStatusesThatTheRealThingHasToo() throws Exception {
    for (int status : new int[] {429, 500, 502, 503, 504}) {
      simulator.faults().add(Fault.status(status));
      assertThat(client.read("tag", "").status()).isEqualTo(status);
    }
  }
}
