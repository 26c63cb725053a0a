// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.datahose.simulator.SimulatorOptions.EmptyAnswer;
import io.github.datahose.simulator.openapi.OpenApiCheck;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The check finds what is wrong; that it lets pass what is right is shown elsewhere. */
@Timeout(60)
class OpenApiCheckTest {

  private Simulator simulator;
  private SimulatorClient client;

  @BeforeEach
  void start() throws Exception {
    simulator = Simulator.start(SimulatorOptions.defaults().longPoll(Duration.ZERO));
    client = SimulatorClient.loggedIn(simulator);
  }

  @AfterEach
  void stop() {
    simulator.close();
  }

  private List<String> findings() {
    return OpenApiCheck.findings(simulator.requests().last());
  }

  @Test
  void aRequestWithoutARequiredField() throws Exception {
    client.read("{\"type\":\"datahose\",\"eventTypes\":[\"MESSAGESENT\"]}");
    assertThat(findings()).singleElement().asString().contains("tag");
  }

  @Test
  void aRequestWithAFieldOfTheWrongTypeOrTooLong() throws Exception {
    client.read("{\"type\":\"datahose\",\"tag\":\"t\",\"updatePresence\":\"false\"}");
    assertThat(findings()).singleElement().asString().contains("updatePresence");
    client.read("{\"type\":\"datahose\",\"tag\":\"" + "t".repeat(81) + "\"}");
    assertThat(findings()).singleElement().asString().contains("81");
  }

  @Test
  void aRequestWithAFieldThatIsNotDocumented() throws Exception {
    client.read("{\"type\":\"datahose\",\"tag\":\"t\",\"includeInvisible\":true}");
    assertThat(findings()).singleElement().asString().contains("includeInvisible");
  }

  @Test
  void aRequestWithoutARequiredHeader() throws Exception {
    client.sessionToken = "";
    client.read("tag", "");
    assertThat(findings()).singleElement().asString().contains("sessionToken");
  }

  @Test
  void anUnknownPathBelowAKnownService() throws Exception {
    client.get("/agent/v9/anything");
    assertThat(findings()).singleElement().asString().contains("No API path found");
  }

  @Test
  void anAnswerWithAnEventThatIsNotAsSpecified() throws Exception {
    client.read("tag", "");
    simulator.produce("{\"type\":\"MESSAGESENT\",\"timestamp\":\"yesterday\"}");
    client.read("tag", "");
    assertThat(findings()).singleElement().asString().contains("timestamp");
  }

  @Test
  void anUndeclaredStatusOnlyIfNoFaultWasAskedFor() throws Exception {
    simulator.reconfigure(options -> options.agentVersion("20.14.1"));
    client.read("tag", "");
    assertThat(findings()).singleElement().asString().contains("404");
    simulator.faults().add(Fault.status(503));
    client.read("tag", "");
    assertThat(findings()).isEmpty();
  }

  @Test
  void anEmptyAnswerAsInVersion4IsKnown() throws Exception {
    simulator.reconfigure(options -> options.emptyAnswer(EmptyAnswer.NO_CONTENT));
    assertThat(client.read("tag", "").status()).isEqualTo(204);
    assertThat(findings()).isEmpty();
  }

  @Test
  void allFindingsAreNamedAtOnce() throws Exception {
    client.read("{\"type\":\"datahose\"}");
    client.get("/agent/v9/anything");
    assertThatThrownBy(() -> OpenApiCheck.assertConforms(simulator.requests()))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("POST /agent/v5/events/read -> 400")
        .hasMessageContaining("GET /agent/v9/anything -> 404");
  }
}
