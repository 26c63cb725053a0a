// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import static io.github.datahose.simulator.SimulatorOptions.EmptyAnswer;
import static io.github.datahose.simulator.SimulatorOptions.StaleAckId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.datahose.simulator.SimulatorClient.Reply;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SimulatorReadTest {

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

  private void behave(java.util.function.UnaryOperator<SimulatorOptions> change) {
    simulator.reconfigure(change);
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
  void anAcknowledgedBatchIsGoneAndTheNextOneComesInOrder() throws Exception {
    client.read("tag", "");
    simulator.produce(25, List.of("MESSAGESENT"));
    List<String> read = new ArrayList<>();
    String ackId = "";
    for (int i = 0; i < 3; i++) {
      Reply reply = client.read("tag", ackId);
      read.addAll(reply.messageIds());
      ackId = reply.ackId();
    }
    assertThat(client.read("tag", ackId).messageIds()).isEmpty();
    elapse(Duration.ofMinutes(1));
    assertThat(client.read("tag", "").messageIds()).isEmpty();
    FeedSnapshot feed = simulator.ledger().snapshot().feeds().get(0);
    assertThat(read).hasSize(25).containsExactly(feed.messageIds());
    assertThat(feed.acknowledged()).isEqualTo(25);
    assertThat(feed.redelivered()).isZero();
  }

  @Test
  void anAckIdConfirmsItsOwnBatchOnly() throws Exception {
    client.read("tag", "");
    simulator.produce(20, List.of("MESSAGESENT"));
    Reply first = client.read("tag", "");
    Reply second = client.read("tag", "");
    client.read("tag", second.ackId());
    assertThat(simulator.ledger().totals().acknowledged()).isEqualTo(10);
    elapse(Duration.ofSeconds(30));
    assertThat(client.read("tag", "").messageIds()).isEqualTo(first.messageIds());
  }

  @Test
  void whatIsNotAcknowledgedInTimeComesBackMixedWithNewEvents() throws Exception {
    client.read("tag", "");
    simulator.produce(4, List.of("MESSAGESENT"));
    List<String> old = client.read("tag", "").messageIds();
    simulator.produce(4, List.of("MESSAGESENT"));
    elapse(Duration.ofMillis(29_999));
    behave(options -> options.batchSize(1));
    assertThat(old).doesNotContainAnyElementsOf(client.read("tag", "").messageIds());
    behave(options -> options.batchSize(10));
    elapse(Duration.ofMillis(1));
    Reply mixed = client.read("tag", "");
    assertThat(mixed.messageIds()).hasSize(7).containsAll(old);
    assertThat(mixed.messageIds().subList(0, 4)).containsOnlyOnce(old.get(0), old.get(1));
    assertThat(simulator.ledger().totals().redelivered()).isEqualTo(4);
  }

  @Test
  void aRedeliveredEventHasTheSameBytes() throws Exception {
    client.read("tag", "");
    simulator.produce(10, List.of("MESSAGESENT"));
    Reply first = client.read("tag", "");
    elapse(Duration.ofSeconds(30));
    Reply second = client.read("tag", "");
    assertThat(second.json().path("events")).isEqualTo(first.json().path("events"));
    assertThat(second.ackId()).isNotEqualTo(first.ackId());
  }

  @Test
  void aReadThatWaitsReturnsAtOnceWhenEventsCome() throws Exception {
    behave(options -> options.longPoll(Duration.ofSeconds(50)));
    CompletableFuture<Reply> reply = inBackground("tag");
    awaitWaiting(1);
    simulator.produce(1, List.of("MESSAGESENT"));
    assertThat(reply.get(20, TimeUnit.SECONDS).messageIds()).hasSize(1);
  }

  @Test
  void anEmptyReadTakesTheWholeLongPoll() throws Exception {
    behave(options -> options.longPoll(Duration.ofMillis(300)));
    long begin = System.nanoTime();
    Reply reply = client.read("tag", "");
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(299));
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.messageIds()).isEmpty();
  }

  @Test
  void anEmptyAnswerHasAnAckIdOrNoneOrNoContent() throws Exception {
    String ackId = client.read("tag", "").ackId();
    assertThat(ackId).isNotEmpty();
    behave(options -> options.emptyAnswer(EmptyAnswer.WITHOUT_ACK_ID));
    assertThat(client.read("tag", ackId).text()).isEqualTo("{\"events\":[]}");
    behave(options -> options.emptyAnswer(EmptyAnswer.NO_CONTENT));
    Reply noContent = client.read("tag", ackId);
    assertThat(noContent.status()).isEqualTo(204);
    assertThat(noContent.text()).isEmpty();
  }

  @Test
  void competingReadersOfOneFeedShareItsEvents() throws Exception {
    client.read("tag", "");
    behave(options -> options.longPoll(Duration.ofSeconds(50)).batchSize(5));
    simulator.produce(20, List.of("MESSAGESENT"));
    List<CompletableFuture<Reply>> replies = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      replies.add(inBackground("tag"));
    }
    List<String> all = new ArrayList<>();
    for (CompletableFuture<Reply> reply : replies) {
      List<String> part = reply.get(20, TimeUnit.SECONDS).messageIds();
      assertThat(part).hasSize(5);
      all.addAll(part);
    }
    assertThat(new HashSet<>(all)).hasSize(20);
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
  void aStaleAckIdIsIgnoredOrRefused() throws Exception {
    client.read("tag", "");
    simulator.produce(3, List.of("MESSAGESENT"));
    Reply first = client.read("tag", "");
    elapse(Duration.ofSeconds(30));
    assertThat(client.read("tag", first.ackId()).messageIds()).hasSize(3);
    assertThat(simulator.ledger().totals().acknowledged()).isZero();
    behave(options -> options.staleAckId(StaleAckId.REFUSED));
    assertThat(client.read("tag", first.ackId()).status()).isEqualTo(400);
  }

  @Test
  void anAckIdThatDidItsWorkIsAcceptedAgain() throws Exception {
    behave(options -> options.staleAckId(StaleAckId.REFUSED));
    client.read("tag", "");
    simulator.produce(3, List.of("MESSAGESENT"));
    String ackId = client.read("tag", "").ackId();
    assertThat(client.read("tag", ackId).status()).isEqualTo(200);
    elapse(Duration.ofMinutes(2));
    assertThat(client.read("tag", ackId).status()).isEqualTo(200);
    assertThat(simulator.ledger().totals().acknowledged()).isEqualTo(3);
  }

  @Test
  void anAckIdOfAnotherSimulatorIsStaleAndOneThatIsNoneIsRefused() throws Exception {
    String foreign = new AckId(java.util.UUID.randomUUID(), 7).encoded();
    assertThat(client.read("tag", foreign).status()).isEqualTo(200);
    assertThat(client.read("tag", "bm9uc2Vuc2U=").status()).isEqualTo(400);
    assertThat(client.read("tag", "no base64 at all!").status()).isEqualTo(400);
    behave(options -> options.staleAckId(StaleAckId.REFUSED));
    assertThat(client.read("tag", foreign).status()).isEqualTo(400);
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
  void closeEndsReadsThatWaitAndAllThreads() throws Exception {
    behave(options -> options.longPoll(Duration.ofSeconds(50)));
    CompletableFuture<Reply> reply = inBackground("tag");
    awaitWaiting(1);
    simulator.close();
    assertThat(reply).failsWithin(Duration.ofSeconds(20));
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .noneMatch(name -> name.startsWith("simulator-") || name.equals("HTTP-Dispatcher"));
  }

  private void awaitWaiting(int reads) {
    await().until(() -> simulator.requests().reads().waiting().count() == reads);
  }

  private CompletableFuture<Reply> inBackground(String tag) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return client.read(tag, "");
          } catch (java.io.IOException | InterruptedException e) {
            throw new IllegalStateException(e);
          }
        },
        task -> new Thread(task).start());
  }
}
