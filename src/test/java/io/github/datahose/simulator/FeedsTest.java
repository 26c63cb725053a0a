// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FeedsTest {

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.ofEpochMilli(System.currentTimeMillis()));
  private Simulator simulator;
  private SimulatorClient client;

  @BeforeEach
  void start() throws Exception {
    simulator =
        Simulator.start(
            SimulatorOptions.defaults().clock(now::get).longPoll(Duration.ZERO).batchSize(10));
    client = SimulatorClient.loggedIn(simulator);
  }

  @AfterEach
  void stop() {
    simulator.close();
  }

  private void elapse(Duration time) {
    now.updateAndGet(instant -> instant.plus(time));
  }

  @Test
  void aFeedIsMadeByItsFirstReadAndHoldsNothingOlder() throws Exception {
    simulator.produce(5);
    assertThat(client.read("tag", "").messageIds()).isEmpty();
    simulator.produce(3, List.of("MESSAGESENT"));
    assertThat(client.read("tag", "").messageIds()).hasSize(3);
    assertThat(simulator.ledger().totals().withoutFeed()).isEqualTo(5);
  }

  @Test
  void anotherTagOtherTypesOrOtherScopesAreAnotherFeed() throws Exception {
    client.read("a", "");
    client.read("b", "");
    client.read("a", "", "MESSAGESENT", "ROOMCREATED");
    client.read("a", "", "ROOMCREATED", "MESSAGESENT");
    client.read(
        "{\"type\":\"datahose\",\"tag\":\"a\",\"eventTypes\":[\"MESSAGESENT\"],"
            + "\"scopes\":[\"EXTERNAL\"]}");
    assertThat(simulator.ledger().totals().feeds()).hasSize(4);
    simulator.produce(200);
    for (FeedSnapshot feed : simulator.ledger().totals().feeds()) {
      assertThat(feed.expected()).as(feed.toString()).isBetween(1, 199);
    }
  }

  @Test
  void eventsGoToTheFeedsWithTheirTypeAndThoseWithoutTypeToAll() throws Exception {
    client.read("messages", "");
    client.read("rooms", "", "ROOMCREATED");
    simulator.produce("{\"messageId\":\"m\",\"type\":\"MESSAGESENT\"}");
    simulator.produce("{\"messageId\":\"r\",\"type\":\"ROOMCREATED\"}");
    simulator.produce("{\"messageId\":\"untyped\"}");
    simulator.produceUnfiltered("{\"messageId\":\"x\",\"type\":\"NEW\"}".getBytes());
    assertThat(client.read("messages", "").messageIds()).containsExactly("m", "untyped", "x");
    assertThat(client.read("rooms", "", "ROOMCREATED").messageIds())
        .containsExactly("r", "untyped", "x");
  }

  @Test
  void whateverBytesAreProducedArriveAsTheyAre() throws Exception {
    client.read("tag", "");
    simulator.produceAll(List.of("null", "{ \"messageId\" : \"m\" }", "7"));
    assertThat(client.read("tag", "").text())
        .startsWith("{\"events\":[null,{ \"messageId\" : \"m\" },7],\"ackId\":\"");
    simulator.produceUnfiltered("{\"cut".getBytes(StandardCharsets.US_ASCII));
    assertThat(client.read("tag", "").text()).startsWith("{\"events\":[{\"cut],");
  }

  @Test
  void aFeedNobodyReadsIsDeletedWithItsEventsAndMadeAgainSilently() throws Exception {
    client.read("tag", "");
    simulator.produce(3, List.of("MESSAGESENT"));
    elapse(Duration.ofMinutes(30));
    simulator.produce(2, List.of("MESSAGESENT"));
    assertThat(client.read("tag", "").messageIds()).isEmpty();
    LedgerSnapshot ledger = simulator.ledger().totals();
    assertThat(ledger.feeds()).extracting(FeedSnapshot::live).containsExactly(false, true);
    assertThat(ledger.feeds().get(0).expected()).isEqualTo(3);
    assertThat(ledger.withoutFeed()).isEqualTo(2);
  }

  @Test
  void theSixthActiveFeedIsForbiddenUntilOneExpires() throws Exception {
    for (int i = 0; i < 5; i++) {
      assertThat(client.read("tag" + i, "").status()).isEqualTo(200);
    }
    assertThat(client.read("tag5", "").status()).isEqualTo(403);
    assertThat(client.read("tag4", "").status()).isEqualTo(200);
    elapse(Duration.ofMinutes(30));
    assertThat(client.read("tag5", "").status()).isEqualTo(200);
  }

  @Test
  void theLedgerTellsWhichSessionTookAnAnswer() throws Exception {
    client.read("tag", "");
    simulator.produce(25, List.of("MESSAGESENT"));
    client.read("tag", "");
    SimulatorClient another = SimulatorClient.loggedIn(simulator);
    another.read("tag", "");
    client.read("tag", "");
    assertThat(simulator.ledger().snapshot().feeds().get(0).answerSessions())
        .containsExactly(0, 1, 0);
    assertThat(simulator.ledger().totals().feeds().get(0).answerSessions()).isNull();
  }
}
