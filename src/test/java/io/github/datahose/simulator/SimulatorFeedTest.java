// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.datahose.simulator.SimulatorClient.Reply;
import io.github.datahose.simulator.SimulatorOptions.EmptyAnswer;
import io.github.datahose.simulator.SimulatorOptions.StaleAckId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Feeds: what they are made by, what they hold, what a read gets, and what an ackId does. */
class SimulatorFeedTest extends SimulatorFixture {

  private static final String BODY = "{'type':'datahose','tag':'t','eventTypes':['MESSAGESENT']";

  @Test
  void createsEmptyFeedAtFirstRead() throws Exception {
    simulator.produce(5);
    assertThat(read().messageIds()).isEmpty();
    produce(3);
    assertThat(read().messageIds()).hasSize(3);
    assertThat(totals().withoutFeed()).isEqualTo(5);
  }

  @Test
  void createsOtherFeedForOtherTagTypesOrScopes() throws Exception {
    client.read("t", "");
    client.read("b", "");
    client.read("t", "", "MESSAGESENT", "ROOMCREATED");
    client.read("t", "", "ROOMCREATED", "MESSAGESENT");
    client.read(json(BODY + ",'scopes':['EXTERNAL']}"));
    assertThat(totals().feeds()).hasSize(4);
    simulator.produce(200);
    for (FeedSnapshot feed : totals().feeds()) {
      assertThat(feed.expected()).as(feed.toString()).isBetween(1, 199);
    }
  }

  @Test
  void addsEventsToFeedsOfTheirTypeAndUntypedEventsToAll() throws Exception {
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
  void deliversAnyProducedBytesUnchanged() throws Exception {
    read();
    simulator.produceAll(List.of("null", "{ \"messageId\" : \"m\" }", "7"));
    assertThat(read().text())
        .startsWith("{\"events\":[null,{ \"messageId\" : \"m\" },7],\"ackId\":\"");
    simulator.produceUnfiltered("{\"cut".getBytes(StandardCharsets.US_ASCII));
    assertThat(read().text()).startsWith("{\"events\":[{\"cut],");
  }

  @Test
  void deletesUnreadFeedWithItsEventsAndRecreatesItSilently() throws Exception {
    read();
    produce(3);
    elapse(Duration.ofMinutes(30));
    produce(2);
    assertThat(read().messageIds()).isEmpty();
    assertThat(totals().feeds()).extracting(FeedSnapshot::live).containsExactly(false, true);
    assertThat(totals().feeds().get(0).expected()).isEqualTo(3);
    assertThat(totals().withoutFeed()).isEqualTo(2);
  }

  @Test
  void forbidsSixthActiveFeedUntilOneExpires() throws Exception {
    for (int i = 0; i < 5; i++) {
      assertThat(client.read("tag" + i, "").status()).isEqualTo(200);
    }
    assertThat(client.read("tag5", "").status()).isEqualTo(403);
    assertThat(client.read("tag4", "").status()).isEqualTo(200);
    elapse(Duration.ofMinutes(30));
    assertThat(client.read("tag5", "").status()).isEqualTo(200);
  }

  @Test
  void recordsSessionOfEachResponseInLedger() throws Exception {
    read();
    produce(25);
    read();
    SimulatorClient.loggedIn(simulator).read("tag", "");
    read();
    assertThat(simulator.ledger().snapshot().feeds().get(0).answerSessions())
        .containsExactly(0, 1, 0);
    assertThat(totals().feeds().get(0).answerSessions()).isNull();
  }

  @Test
  void endsWaitingReadWhenEventsArrive() throws Exception {
    behave(options -> options.longPoll(Duration.ofSeconds(50)));
    CompletableFuture<Reply> reply = inBackground();
    produce(1);
    assertThat(reply.get(20, TimeUnit.SECONDS).messageIds()).hasSize(1);
  }

  @Test
  void waitsWholeLongPollWithoutEvents() throws Exception {
    behave(options -> options.longPoll(Duration.ofMillis(300)));
    long begin = System.nanoTime();
    Reply reply = read();
    assertThat(since(begin)).isGreaterThan(Duration.ofMillis(299));
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.messageIds()).isEmpty();
  }

  @Test
  void returnsEmptyResponseWithAckIdWithoutAckIdOrWithoutContent() throws Exception {
    String ackId = read().ackId();
    assertThat(ackId).isNotEmpty();
    behave(options -> options.emptyAnswer(EmptyAnswer.WITHOUT_ACK_ID));
    assertThat(client.read("tag", ackId).text()).isEqualTo("{\"events\":[]}");
    behave(options -> options.emptyAnswer(EmptyAnswer.NO_CONTENT));
    Reply noContent = client.read("tag", ackId);
    assertThat(noContent.status()).isEqualTo(204);
    assertThat(noContent.text()).isEmpty();
  }

  @Test
  void sharesEventsBetweenReadersOfOneFeed() throws Exception {
    behave(options -> options.longPoll(Duration.ofSeconds(50)).batchSize(5));
    List<CompletableFuture<Reply>> replies = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      replies.add(inBackground());
    }
    produce(20);
    List<String> all = new ArrayList<>();
    for (CompletableFuture<Reply> reply : replies) {
      assertThat(reply.get(20, TimeUnit.SECONDS).messageIds()).hasSize(5);
      all.addAll(reply.join().messageIds());
    }
    assertThat(all).doesNotHaveDuplicates();
  }

  @Test
  void endsWaitingReadsAndThreadsWhenClosed() throws Exception {
    behave(options -> options.longPoll(Duration.ofSeconds(50)));
    CompletableFuture<Reply> reply = inBackground();
    simulator.close();
    assertThat(reply).failsWithin(Duration.ofSeconds(20));
    // A thread that has finished its work might need a moment to end.
    await()
        .untilAsserted(
            () ->
                assertThat(Thread.getAllStackTraces().keySet())
                    .extracting(Thread::getName)
                    .noneMatch(name -> name.matches("simulator-.*|HTTP-Dispatcher")));
  }

  /** Returns when the read waits and its feed is there. */
  private CompletableFuture<Reply> inBackground() {
    int waiting = simulator.requests().reads().waiting().count();
    CompletableFuture<Reply> reply =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return read();
              } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            },
            task -> new Thread(task).start());
    await().until(() -> simulator.requests().reads().waiting().count() > waiting);
    await().until(() -> !totals().feeds().isEmpty());
    return reply;
  }

  @Test
  void removesAcknowledgedBatchAndReturnsNextInOrder() throws Exception {
    read();
    produce(25);
    List<String> read = new ArrayList<>();
    String ackId = "";
    for (int i = 0; i < 3; i++) {
      Reply reply = client.read("tag", ackId);
      read.addAll(reply.messageIds());
      ackId = reply.ackId();
    }
    assertThat(client.read("tag", ackId).messageIds()).isEmpty();
    elapse(Duration.ofMinutes(1));
    assertThat(read().messageIds()).isEmpty();
    FeedSnapshot feed = simulator.ledger().snapshot().feeds().get(0);
    assertThat(read).hasSize(25).containsExactly(feed.messageIds());
    assertThat(feed.acknowledged()).isEqualTo(25);
    assertThat(feed.redelivered()).isZero();
  }

  @Test
  void redeliversOtherBatchWithSameBytesAfterAcknowledgment() throws Exception {
    read();
    produce(20);
    Reply first = read();
    client.read("tag", read().ackId());
    assertThat(totals().acknowledged()).isEqualTo(10);
    elapse(Duration.ofSeconds(30));
    Reply again = read();
    assertThat(again.json().path("events")).isEqualTo(first.json().path("events"));
    assertThat(again.ackId()).isNotEqualTo(first.ackId());
  }

  @Test
  void redeliversUnacknowledgedEventsMixedWithNewEvents() throws Exception {
    read();
    produce(4);
    List<String> old = read().messageIds();
    produce(4);
    elapse(Duration.ofMillis(29_999));
    behave(options -> options.batchSize(1));
    assertThat(old).doesNotContainAnyElementsOf(read().messageIds());
    behave(options -> options.batchSize(10));
    elapse(Duration.ofMillis(1));
    Reply mixed = read();
    assertThat(mixed.messageIds()).hasSize(7).containsAll(old);
    assertThat(mixed.messageIds().subList(0, 4)).containsOnlyOnce(old.get(0), old.get(1));
    assertThat(totals().redelivered()).isEqualTo(4);
  }

  @Test
  void ignoresOrRejectsStaleAckId() throws Exception {
    read();
    produce(3);
    Reply first = read();
    elapse(Duration.ofSeconds(30));
    assertThat(client.read("tag", first.ackId()).messageIds()).hasSize(3);
    assertThat(totals().acknowledged()).isZero();
    behave(options -> options.staleAckId(StaleAckId.REFUSED));
    assertThat(client.read("tag", first.ackId()).status()).isEqualTo(400);
  }

  @Test
  void acceptsUsedAckIdAgain() throws Exception {
    behave(options -> options.staleAckId(StaleAckId.REFUSED));
    read();
    produce(3);
    String ackId = read().ackId();
    assertThat(client.read("tag", ackId).status()).isEqualTo(200);
    elapse(Duration.ofMinutes(2));
    assertThat(client.read("tag", ackId).status()).isEqualTo(200);
    assertThat(totals().acknowledged()).isEqualTo(3);
  }

  @Test
  void redeliversInFlightEventsAtOnceWhenRequested() throws Exception {
    read();
    produce(4);
    Reply first = read();
    simulator.returnUnacknowledged();
    behave(options -> options.batchSize(2));
    Reply again = client.read("tag", first.ackId());
    assertThat(again.messageIds()).isEqualTo(first.messageIds().subList(0, 2));
    assertThat(totals().acknowledged()).isZero();
    client.read("tag", again.ackId());
    simulator.returnUnacknowledged();
    assertThat(totals().acknowledged()).isEqualTo(2);
  }

  @Test
  void treatsAckIdOfOtherSimulatorAsStale() throws Exception {
    read();
    produce(3);
    read();
    String foreign = new Batch.AckId(UUID.randomUUID(), 0).encoded();
    assertThat(client.read("tag", foreign).status()).isEqualTo(200);
    assertThat(totals().acknowledged()).isZero();
    behave(options -> options.staleAckId(StaleAckId.REFUSED));
    assertThat(client.read("tag", foreign).status()).isEqualTo(400);
    assertThat(client.read("a feed that is not there", foreign).status()).isEqualTo(400);
    assertThat(totals().feeds()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no json",
        "[]",
        "{'tag':'t','eventTypes':['MESSAGESENT']}",
        "{'type':'fanout','tag':'t','eventTypes':['MESSAGESENT']}",
        "{'type':'datahose','eventTypes':['MESSAGESENT']}",
        "{'type':'datahose','tag':'','eventTypes':['MESSAGESENT']}",
        "{'type':'datahose','tag':7,'eventTypes':['MESSAGESENT']}",
        "{'type':'datahose','tag':'t'}",
        "{'type':'datahose','tag':'t','eventTypes':[]}",
        "{'type':'datahose','tag':'t','eventTypes':'MESSAGESENT'}",
        "{'type':'datahose','tag':'t','eventTypes':[1]}",
        "{'type':'datahose','tag':'t','eventTypes':['MESSAGE_SENT']}",
        BODY + ",'scopes':['OUTER']}",
        BODY + ",'ackId':null}",
        BODY + ",'ackId':7}",
        BODY + ",'ackId':'no base64 at all!'}",
        BODY + ",'ackId':'bm9uc2Vuc2U='}",
        BODY + ",'updatePresence':'no'}"
      })
  void rejectsReadThatViolatesSpecification(String body) throws Exception {
    assertThat(client.read(json(body)).status()).isEqualTo(400);
    assertThat(client.postUntyped(Requests.READ, json(BODY + "}")).text()).contains("Content-Type");
    assertThat(totals().feeds()).isEmpty();
  }

  @Test
  void rejectsTagOfMoreThan80Characters() throws Exception {
    assertThat(client.read("t".repeat(80), "").status()).isEqualTo(200);
    assertThat(client.read("t".repeat(81), "").text()).contains("80");
  }

  @ParameterizedTest
  @CsvSource({"25.8.1, EXTERNAL INTERNAL", "25.7.1, ''"})
  void ignoresUnknownFieldsAndScopesBefore25x8(String agent, String scopes) throws Exception {
    behave(options -> options.agentVersion(agent));
    client.read(json(BODY + ",'scopes':['INTERNAL','EXTERNAL'],'other':[1],'ackId':''}"));
    FeedSnapshot feed = totals().feeds().get(0);
    assertThat(String.join(" ", feed.scopes())).isEqualTo(scopes);
    assertThat(feed.eventTypes()).containsExactly("MESSAGESENT");
  }

  private static String json(String withApostrophes) {
    return withApostrophes.replace('\'', '"');
  }
}
