// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.datahose.simulator.SimulatorClient.Reply;
import io.github.datahose.simulator.openapi.OpenApiCheck;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FaultsTest extends SimulatorFixture {

  @BeforeEach
  void makeFeedWithEvents() throws Exception {
    read();
    produce(5);
  }

  @AfterEach
  void faultsAreExcusedByTheSpecificationCheck() {
    OpenApiCheck.assertConforms(simulator.requests());
  }

  private void plan(Fault fault) {
    simulator.faults().add(fault);
  }

  @Test
  void appliesFaultsInOrderAsOftenAsPlanned() throws Exception {
    plan(Fault.status(503).times(2));
    plan(Fault.status(429).header("Retry-After", "7").body("slow down"));
    assertThat(read().status()).isEqualTo(503);
    assertThat(read().json().path("code").asInt()).isEqualTo(503);
    assertThat(simulator.faults().pending()).isTrue();
    assertThat(read().text()).isEqualTo("slow down");
    assertThat(simulator.requests().last().answerHeaders()).containsEntry("Retry-After", "7");
    assertThat(simulator.faults().pending()).isFalse();
    assertThat(read().messageIds()).hasSize(5);
    assertThat(totals().redelivered()).isZero();
  }

  @Test
  void appliesFaultOnlyToItsPath() throws Exception {
    plan(Fault.status(500).at(Requests.KEY_MANAGER_LOGIN));
    assertThat(read().status()).isEqualTo(200);
    assertThat(client.login(Requests.SESSION_LOGIN, "x").status()).isEqualTo(401);
    assertThat(client.login(Requests.KEY_MANAGER_LOGIN, "x").status()).isEqualTo(500);
    assertThat(client.login(Requests.KEY_MANAGER_LOGIN, "x").status()).isEqualTo(401);
  }

  @Test
  void appliesFaultForDuration() throws Exception {
    plan(Fault.status(502).lasting(Duration.ofSeconds(10)));
    for (int i = 0; i < 5; i++) {
      assertThat(read().status()).isEqualTo(502);
    }
    elapse(Duration.ofSeconds(10));
    assertThat(read().status()).isEqualTo(200);
    assertThat(simulator.faults().pending()).isFalse();
  }

  @Test
  void returnsPageMalformedJsonOrRedirectInsteadOfResponse() throws Exception {
    plan(Fault.htmlPage());
    plan(Fault.malformedJson());
    plan(Fault.redirect("https://login.example.test/"));
    assertThat(read().text()).startsWith("<html>");
    assertThat(read().json().isMissingNode()).isTrue();
    assertThat(simulator.requests().reads().answered(200).count()).isEqualTo(3);
    assertThat(read().status()).isEqualTo(302);
    assertThat(simulator.requests().last().answerHeaders())
        .containsEntry("Location", "https://login.example.test/");
  }

  @Test
  void truncatesResponseAndCountsItsEventsAsDelivered() throws Exception {
    plan(Fault.truncated(100));
    assertThatThrownBy(this::read).isInstanceOf(IOException.class);
    assertThat(totals().delivered()).isEqualTo(5);
    assertThat(read().messageIds()).isEmpty();
    elapse(Duration.ofSeconds(30));
    assertThat(read().messageIds()).hasSize(5);
  }

  @Test
  void closesConnectionWithoutChangingFeed() throws Exception {
    plan(Fault.closed());
    assertThatThrownBy(this::read).isInstanceOf(IOException.class);
    assertThat(simulator.requests().last().status()).isZero();
    assertThat(totals().delivered()).isZero();
  }

  @Test
  void acknowledgesWhenResponseIsLost() throws Exception {
    String ackId = read().ackId();
    plan(Fault.lostAnswer());
    assertThatThrownBy(() -> client.read("tag", ackId)).isInstanceOf(IOException.class);
    assertThat(totals().acknowledged()).isEqualTo(5);
  }

  @Test
  void returnsEventsWithoutAckId() throws Exception {
    plan(Fault.withoutAckId());
    Reply reply = read();
    assertThat(reply.messageIds()).hasSize(5);
    assertThat(reply.json().has("ackId")).isFalse();
  }

  @Test
  void delaysOrdinaryResponse() throws Exception {
    plan(Fault.delayed(Duration.ofMillis(150)));
    long begin = System.nanoTime();
    assertThat(read().messageIds()).hasSize(5);
    assertThat(since(begin)).isGreaterThan(Duration.ofMillis(149));
  }
}
