// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.datahose.simulator.SimulatorOptions.ContentExport;
import io.github.datahose.simulator.SimulatorOptions.EmptyAnswer;
import io.github.datahose.simulator.SimulatorOptions.StaleAckId;
import io.github.datahose.simulator.openapi.OpenApiCheck;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Everything the simulator ordinarily answers is as the vendor's OpenAPI files say, and the check
 * of that finds what is wrong.
 */
class OpenApiCheckTest extends SimulatorFixture {

  private void assertConforms() {
    OpenApiCheck.assertConforms(simulator.requests());
  }

  private List<String> findings() {
    return OpenApiCheck.findings(simulator.requests().last());
  }

  @Test
  void acceptsSuccessfulAndFailedLogins() throws Exception {
    assertThat(client.login(Requests.SESSION_LOGIN, "nonsense").status()).isEqualTo(401);
    assertThat(client.login(Requests.KEY_MANAGER_LOGIN, "nonsense").status()).isEqualTo(401);
    behave(options -> options.simplifiedKeyDelivery(true));
    client.login();
    assertThat(simulator.logins()).hasSize(4);
    assertConforms();
  }

  @Test
  void acceptsHealthInAllStates() throws Exception {
    client.get("/agent/v3/health");
    client.get("/agent/v1/info");
    for (ContentExport state : ContentExport.values()) {
      behave(options -> options.contentExport(state));
      client.get("/agent/v3/health/extended");
    }
    assertThat(simulator.requests().answered(503).count()).isEqualTo(1);
    assertConforms();
  }

  @Test
  void acceptsEventsOfAllTypes() throws Exception {
    behave(options -> options.batchSize(1_000));
    String[] types = simulator.types().toArray(String[]::new);
    client.read("tag", "", types);
    simulator.produce(2_000);
    String ackId = client.read("tag", "", types).ackId();
    assertThat(client.read("tag", ackId, types).messageIds()).hasSize(1_000);
    assertConforms();
  }

  @Test
  void acceptsEmptyResponsesOfBothVersions() throws Exception {
    for (EmptyAnswer kind : EmptyAnswer.values()) {
      behave(options -> options.emptyAnswer(kind));
      assertThat(read().messageIds()).isEmpty();
    }
    assertThat(simulator.requests().last().status()).isEqualTo(204);
    assertConforms();
  }

  @Test
  void acceptsRejections() throws Exception {
    behave(options -> options.staleAckId(StaleAckId.REFUSED).feedLimit(1));
    assertThat(read().status()).isEqualTo(200);
    assertThat(client.read("tag", "bm9uc2Vuc2U=").status()).isEqualTo(400);
    assertThat(client.read("another", "").status()).isEqualTo(403);
    simulator.expireTokens();
    assertThat(read().status()).isEqualTo(401);
    assertConforms();
  }

  @Test
  void allowsOnlyKnownUndeclaredStatuses() throws Exception {
    for (int status : new int[] {404, 429, 500, 502, 503, 504}) {
      simulator.faults().add(Fault.status(status));
      assertThat(read().status()).isEqualTo(status);
    }
    assertConforms();
    behave(options -> options.agentVersion("20.14.1"));
    read();
    assertThat(findings()).singleElement().asString().contains("404");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{'type':'datahose','eventTypes':['MESSAGESENT']} | tag",
        "{'type':'datahose','tag':'t','updatePresence':'false'} | updatePresence",
        "{'type':'datahose','tag':'ttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttt'}"
            + " | 81",
        "{'type':'datahose','tag':'t','includeInvisible':true} | includeInvisible"
      })
  void findsMissingWrongTooLongOrUndocumentedField(String body, String field) throws Exception {
    client.read(body.replace('\'', '"'));
    assertThat(findings()).singleElement().asString().contains(field);
  }

  @Test
  void findsMissingHeader() throws Exception {
    client.sessionToken = "";
    read();
    assertThat(findings()).singleElement().asString().contains("sessionToken");
  }

  @Test
  void findsEventThatViolatesSpecification() throws Exception {
    read();
    simulator.produce("{\"type\":\"MESSAGESENT\",\"timestamp\":\"yesterday\"}");
    read();
    assertThat(findings()).singleElement().asString().contains("timestamp");
  }

  @Test
  void reportsAllFindingsAndUnknownPath() throws Exception {
    client.read("{\"type\":\"datahose\"}");
    client.get("/agent/v9/anything");
    assertThat(findings()).singleElement().asString().contains("No API path found");
    assertThatThrownBy(this::assertConforms)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("POST /agent/v5/events/read -> 400")
        .hasMessageContaining("GET /agent/v9/anything -> 404");
  }
}
