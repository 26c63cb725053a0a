// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.reader;

import static io.github.datahose.connect.reader.RunningReader.message;
import static io.github.datahose.connect.reader.RunningReader.messageIds;
import static io.github.datahose.connect.reader.RunningReader.offset;
import static io.github.datahose.connect.reader.RunningReader.settle;
import static io.github.datahose.connect.reader.RunningReader.settleAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.datahose.connect.symphony.Failures;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import okhttp3.HttpUrl;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A reader through its batches. What keeps its feed alive: {@link FeedKeptAliveTest}. */
@Timeout(120)
class FeedReaderTest {

  private static final Duration LONG_POLL = Duration.ofSeconds(30);
  private static final Duration TOO_LATE = Duration.ofSeconds(21);

  private RunningReader reader = RunningReader.start();

  @AfterEach
  void stop() throws InterruptedException {
    reader.close();
  }

  private void use(String... options) throws InterruptedException {
    reader.close();
    reader = RunningReader.start(options);
  }

  @Test
  @Tag("invariant-1")
  void invariant1AcknowledgesOnlyAfterEachRecordIsSettled() throws InterruptedException {
    List<SourceRecord> records = reader.handOver("a1", "m1", "m2", "m3");
    settle(records.get(2), true);
    settle(records.get(0), true);
    settle(records.get(0), true);
    await("the reader waits for m2").until(reader.clock::hasWaiter);
    assertThat(reader.feed.ackIds()).containsExactly("");
    settle(records.get(1), true);
    reader.awaitReads("", "a1");
    assertThat(reader.counter("acks-total")).as("before the response").isZero();
    reader.feed.answerNothing(LONG_POLL);
    await().until(() -> reader.counter("acks-total") == 1);
  }

  @Test
  @Tag("invariant-1")
  void invariant1SettlesRecordWithoutMetadata() throws InterruptedException {
    List<SourceRecord> records = reader.handOver("a1", "m1", "m2", "m3");
    settle(records.get(0), false);
    settle(records.get(1), true);
    settle(records.get(2), true);
    reader.awaitReads("", "a1");
    assertThat(reader.counter("settled-without-metadata-total")).isEqualTo(1);
  }

  @Test
  @Tag("invariant-1")
  void invariant1SettlesBatchByCommitAndPollOnPollingThread() throws InterruptedException {
    List<SourceRecord> records = reader.handOver("a1", "m1", "m2");
    await("the reader waits for both").until(reader.clock::hasWaiter);
    reader.queue.commit();
    assertThat(reader.feed.ackIds()).as("a commit alone settles nothing").containsExactly("");
    assertThat(messageIds(reader.handOver("a2", "m3"))).containsExactly("m3");
    assertThat(reader.feed.ackIds()).containsExactly("", "a1");
    settleAll(records);
    assertThat(reader.counter("settled-without-metadata-total"))
        .as("late reports of a settled batch are ignored")
        .isEqualTo(2);
    assertThat(reader.feed.ackIds()).containsExactly("", "a1");
  }

  @Test
  @Tag("invariant-1")
  void invariant1DoesNotSettleBatchByCommitOnOtherThread() throws InterruptedException {
    reader.handOver("a1", "m1");
    CompletableFuture.runAsync(reader.queue::commit).join();
    assertThat(reader.queue.poll(Duration.ZERO)).isNull();
    assertThat(reader.feed.ackIds()).containsExactly("");
    assertThat(reader.gauge("state")).isEqualTo("HANDED_OVER");
  }

  @Test
  @Tag("invariant-1")
  void invariant1SettlesBatchOfDuplicatesAtOnce() throws InterruptedException {
    reader.bring("a1", "m1");
    reader.answer("a2", "m1", "m1");
    reader.awaitReads("", "a1", "a2");
    assertThat(reader.counter("duplicates-total")).isEqualTo(2);
  }

  @Test
  @Tag("invariant-1")
  void invariant1DistinguishesRecordsByReference() throws InterruptedException {
    use("datahose.dedup.window", "0");
    List<SourceRecord> records = reader.handOver("a1", "m1", "m1", "m1");
    assertThat(records).hasSize(3);
    assertThat(records.get(0)).isNotEqualTo(records.get(1)).isEqualTo(records.get(0));
    assertThat(offset(records.get(2)).identities()).as("deduplication is off").isEmpty();
    assertThat(reader.counter("identities-forgotten-total")).isZero();
    settleAll(records);
    reader.awaitReads("", "a1");
  }

  @Test
  void failsTaskBeforeHandOverWhenEventIsOversize() throws InterruptedException {
    use("record.oversize", "fail");
    reader.bring("a1", "m1");
    reader.feed.answer("a2", message("m2"), large("m3"), message("m4"));
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(reader::poll)
          .isInstanceOf(ConnectException.class)
          .hasMessageContainingAll(
              "Reader received an event of type MESSAGESENT with messageId m3 that has 1000",
              "more than record.max.bytes (1000000)",
              "producer.override.max.request.size and the topic's max.message.bytes",
              "set record.oversize to ENVELOPE")
          .hasMessageNotContaining("yyy");
    }
    assertThat(reader.feed.ackIds()).as("nothing is acknowledged").containsExactly("", "a1");
    assertThat(reader.gauge("state")).isEqualTo("FAILED");
    assertThat(reader.counter("records-total")).isEqualTo(1);
  }

  @Test
  void continuesWhenOversizeEventIsDuplicate() throws InterruptedException {
    reader.feed.answer("a1", message("m1"), large("m2"));
    reader = reader.restart(reader.poll().get(1), "record.oversize", "FAIL");
    reader.feed.answer("b1", message("m1"), large("m2"), message("m3"));
    assertThat(messageIds(reader.poll())).containsExactly("m3");
  }

  private static String large(String messageId) {
    return "{\"type\":\"MESSAGESENT\",\"messageId\":\"%s\",\"payload\":{\"messageSent\":{\"message\":{\"message\":\"%s\"}}}}"
        .formatted(messageId, "y".repeat(1_000_000));
  }

  @Test
  @Tag("invariant-2")
  void invariant2StoresAckIdOnlyWithLastRecordOfBatch() throws InterruptedException {
    reader.bring("a1", "m1");
    assertThat(reader.handOver("a2", "m2", "m3", "m4"))
        .extracting(record -> offset(record).ackId())
        .containsExactly("a1", "a1", "a2");
  }

  @Test
  @Tag("invariant-2")
  void invariant2AddsIdentitiesWithEachRecord() throws InterruptedException {
    assertThat(reader.handOver("a1", "m1", "m2", "m1", "m3", "m3"))
        .extracting(record -> offset(record).identities().size())
        .as("the dropped duplicates' too, up to the record; on the last all of the batch")
        .containsExactly(1, 2, 5);
  }

  @Test
  @Tag("invariant-2")
  void invariant2RecognizesCommittedPrefixOfRedeliveredBatch() throws InterruptedException {
    reader = reader.restart(reader.handOver("a1", "m1", "m2", "m3").get(1));
    assertThat(messageIds(reader.handOver("b1", "m1", "m2", "m3"))).containsExactly("m3");
    assertThat(reader.feed.ackIds()).containsExactly("");
  }

  @Test
  @Tag("invariant-4")
  void invariant4ReadsWithoutRejectedStoredAckIdUntilSuccess() throws InterruptedException {
    reader = reader.restart(reader.handOver("stale", "m0").get(0));
    reader.feed.fail(Failures.read(400));
    for (int i = 0; i < 5; i++) {
      reader.feed.fail(Failures.network());
    }
    reader.answer("a1", "m1");
    advanceUntilReads(7);
    settleAll(reader.poll());
    reader.awaitReads("stale", "", "", "", "", "", "", "a1");
    assertThat(reader.counter("ack-refusals-total")).isEqualTo(1);
  }

  @Test
  @Tag("invariant-5")
  void invariant5RetriesFailedReadWithSameAckId() throws InterruptedException {
    reader.bring("a1", "m1");
    reader.feed.fail(Failures.read(401));
    reader.feed.fail(Failures.readTimeout());
    reader.feed.fail(Failures.read(503));
    reader.feed.fail(Failures.network());
    reader.feed.answerBody("<html>");
    reader.feed.answerBody("{\"events\":[" + message("without ackId") + "]}");
    reader.answer("a2", "m2");
    advanceUntilReads(8);
    assertThat(messageIds(reader.poll())).containsExactly("m2");
    assertThat(reader.feed.ackIds()).containsExactly("", "a1", "a1", "a1", "a1", "a1", "a1", "a1");
    assertThat(reader.counter("read-failures-total")).isEqualTo(6);
    assertThat(reader.counter("read-failures-malformed-total")).isEqualTo(2);
  }

  /** An agent that is too old rejects each read, so the check cannot wait for a successful one. */
  @Test
  void checksAgentAfterItsOwnResponseOrRejection() throws InterruptedException {
    List.of(Failures.network(), Failures.page(403), Failures.read(503), Failures.login(401))
        .forEach(reader.feed::fail);
    advanceUntilReads(5);
    assertThat(reader.checkedAgents).isEmpty();
    List.of(Failures.read(403), Failures.read(429)).forEach(reader.feed::fail);
    advanceUntilReads(7);
    assertThat(reader.checkedAgents).hasSize(2);
    reader.bring("a1", "m1");
    assertThat(reader.checkedAgents).hasSize(3).containsOnly(HttpUrl.get("https://pod/"));
  }

  private void advanceUntilReads(int reads) {
    while (reader.feed.ackIds().size() < reads) {
      reader.clock.advance(Duration.ofSeconds(60));
      Thread.onSpinWait();
    }
  }

  @Test
  @Tag("invariant-6")
  void invariant6DropsEventThatIsConfirmedOrRepeatedInBatch() throws InterruptedException {
    List<SourceRecord> first = reader.handOver("a1", "m1", "m2", "m1");
    assertThat(messageIds(first)).containsExactly("m1", "m2");
    settleAll(first);
    assertThat(messageIds(reader.handOver("a2", "m2", "m3"))).containsExactly("m3");
    assertThat(reader.counter("events-total")).as("duplicates too").isEqualTo(5);
    assertThat(reader.counter("duplicates-total")).isEqualTo(2);
  }

  @Test
  @Tag("invariant-6")
  void invariant6DelaysBatchWhileOtherReaderHasEventInFlight() throws InterruptedException {
    try (CapturedLog log = new CapturedLog();
        RunningReader other = reader.another()) {
      List<SourceRecord> inFlight = reader.handOver("a1", "m1");
      other.answer("b1", "m1", "m2");
      await("the other waits for m1").until(other.clock::hasWaiter);
      assertThat(other.queue.poll(Duration.ZERO)).isNull();
      assertThat(log.text()).doesNotContain("another reader of the feed has in flight");
      other.clock.advance(Duration.ofSeconds(30));
      await().until(() -> log.text().contains("another reader of the feed has in flight"));
      settleAll(inFlight);
      assertThat(messageIds(other.poll())).containsExactly("m2");
    }
  }

  @Test
  @Tag("invariant-7")
  void invariant7KeepsOnlyIdentitiesOfLateAcknowledgments() throws InterruptedException {
    reader.bring("a1", "in time");
    List<SourceRecord> second = reader.handOver("a2", "late");
    assertThat(offset(second.get(0)).identities()).as("its own alone").hasSize(1);
    reader.clock.advance(TOO_LATE);
    settleAll(second);
    assertThat(offset(reader.handOver("a3", "m3").get(0)).identities())
        .as("the late one's, and its own")
        .hasSize(2);
    assertThat(reader.gauge("late-identities")).isEqualTo(1L);
  }

  @ParameterizedTest
  @CsvSource({
    "a machine that was suspended, PT21S, PT0S, 1",
    "a wall clock that is set back, PT-24H, PT0S, 0",
    "a wall clock that is set back meanwhile, PT-24H, PT21S, 1"
  })
  @Tag("invariant-13")
  void invariant13TreatsAcknowledgmentAsLateByLargerClock(
      String what, Duration wallClock, Duration both, long late) throws InterruptedException {
    List<SourceRecord> batch = reader.handOver("a1", "m1");
    reader.clock.moveWallClock(wallClock);
    reader.clock.advance(both);
    settleAll(batch);
    reader.handOver("a2", "m2");
    assertThat(reader.gauge("late-identities")).as(what).isEqualTo(late);
  }

  @Test
  @Tag("invariant-13")
  void invariant13ForgetsLateIdentitiesByMonotonicClock() throws InterruptedException {
    List<SourceRecord> batch = reader.handOver("a1", "m1");
    reader.clock.moveWallClock(TOO_LATE);
    settleAll(batch);
    await().until(() -> reader.feed.ackIds().size() == 2);
    for (int i = 0; i < 3; i++) {
      reader.clock.moveWallClock(Duration.ofMinutes(20));
      reader.feed.answerNothing(Duration.ofSeconds(20));
    }
    await().until(() -> reader.feed.ackIds().size() == 5);
    assertThat(reader.gauge("late-identities")).isEqualTo(1L);
  }

  @Test
  @Tag("invariant-7")
  void invariant7TreatsAcknowledgmentsAsLateOnQuietFeed() throws InterruptedException {
    reader.bring("a1", "m1");
    for (int i = 0; i < 29; i++) {
      reader.feed.answerNothing(LONG_POLL);
    }
    List<SourceRecord> soon = reader.handOver("a2", "m2");
    assertThat(offset(soon.get(0)).identities()).hasSize(2);
    settleAll(soon);
    for (int i = 0; i < 31; i++) {
      reader.feed.answerNothing(LONG_POLL);
    }
    assertThat(offset(reader.handOver("a3", "m3").get(0)).identities())
        .as("m2 was late too, and is out of reach")
        .hasSize(1);
  }

  @Test
  @Tag("invariant-7")
  void invariant7DoesNotExpireLateIdentitiesWhileReadsFail() throws InterruptedException {
    reader = reader.restart(reader.handOver("a1", "m1").get(0));
    reader.feed.fail(Failures.read(503));
    reader.pass(Duration.ofHours(2));
    assertThat(offset(reader.handOver("a2", "m2").get(0)).identities())
        .as("what was loaded counts as late")
        .hasSize(2);
  }

  @Test
  @Tag("invariant-7")
  void invariant7DoesNotExpireLateIdentitiesWithoutReads() throws InterruptedException {
    reader.bring("a1", "late");
    reader.feed.answerNothing(Duration.ofSeconds(25));
    List<SourceRecord> unconfirmed = reader.handOver("a2", "m2");
    reader.clock.advance(Duration.ofHours(2));
    settleAll(unconfirmed);
    assertThat(offset(reader.handOver("a3", "m3").get(0)).identities())
        .as("the first, which Kafka's absence does not age, the second, and its own")
        .hasSize(3);
  }

  @Test
  @Tag("invariant-7")
  void invariant7KeepsIdentitiesOfDuplicatesWhenAcknowledgmentIsLate() throws InterruptedException {
    reader.bring("a1", "m1");
    reader.answer("a2", "m1");
    reader.feed.answerNothing(Duration.ofSeconds(25));
    assertThat(offset(reader.handOver("a3", "m2").get(0)).identities()).hasSize(2);
  }

  @Test
  @Tag("invariant-7")
  void invariant7LimitsIdentitiesToWindowAndCountsForgottenOnes() throws InterruptedException {
    use("datahose.dedup.window", "3");
    try (CapturedLog log = new CapturedLog()) {
      reader.bring("a1", "m1", "m2", "m3");
      reader.feed.answerNothing(LONG_POLL);
      List<SourceRecord> records = reader.handOver("a2", "m4", "m5");
      assertThat(offset(records.get(1)).identities()).hasSize(3);
      assertThat(reader.counter("identities-forgotten-total")).isEqualTo(2);
      settleAll(records);
      reader.handOver("a3", "m6", "m7", "m8", "m9");
      assertThat(reader.counter("identities-forgotten-total"))
          .as("and of these a late one and an own one")
          .isEqualTo(4);
      assertThat(log.text().lines().filter(line -> line.contains("does not contain")))
          .as("of the first that were, and once")
          .singleElement()
          .asString()
          .contains("does not contain the oldest 2.");
    }
  }

  @Test
  void showsLagOfNewestEventAtAnyPosition() throws InterruptedException {
    long now = reader.clock.epochMillis();
    reader.feed.answer(
        "a1", at(now - 9_000), at(now - 4_000), message("without a time"), at(now - 6_000));
    reader.poll();
    assertThat(reader.gauge("event-lag-seconds")).isEqualTo(4.0);
  }

  private static String at(long timestamp) {
    return "{\"type\":\"MESSAGESENT\",\"timestamp\":" + timestamp + "}";
  }

  @Test
  @Tag("invariant-8")
  void invariant8KeepsOrderOfResponse() throws InterruptedException {
    String[] events = IntStream.range(0, 500).mapToObj(i -> "m" + i).toArray(String[]::new);
    assertThat(messageIds(reader.handOver("a1", events))).containsExactly(events);
  }

  @Test
  @Tag("invariant-9")
  void invariant9ThrowsPermanentFailureFromPoll() throws InterruptedException {
    for (long failures = 1; failures <= 4; failures++) {
      long soMany = failures;
      reader.feed.fail(Failures.read(403));
      await().until(() -> reader.gauge("consecutive-failures").equals(soMany));
      reader.pass(Duration.ofSeconds(60));
    }
    reader.feed.fail(Failures.read(403));
    assertThatThrownBy(reader::poll)
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("can read from datahose feeds")
        .hasMessageContaining("5 feeds");
    assertThat(reader.gauge("state")).isEqualTo("FAILED");
  }

  @Test
  @Tag("invariant-9")
  void invariant9ThrowsUnexpectedErrorFromPollAndLogsIt() {
    try (CapturedLog log = new CapturedLog()) {
      reader.feed.failUnexpectedly(new IllegalStateException("a bug"));
      await().until(() -> log.text().contains("FAILED: failed unexpectedly. Restart the task"));
      assertThat(log.text()).contains(" WARN ");
      assertThatThrownBy(reader::poll)
          .isInstanceOf(ConnectException.class)
          .hasMessageContaining("Restart the task")
          .hasRootCauseMessage("a bug");
    }
  }

  @Test
  @Tag("invariant-9")
  void invariant9ThrowsFromPollWhenThreadIsInterrupted() throws InterruptedException {
    reader.handOver("a1", "m1");
    await("the reader waits for m1").until(reader.clock::hasWaiter);
    reader.interrupt();
    assertThatThrownBy(reader::poll)
        .isInstanceOf(ConnectException.class)
        .hasMessage("Reader was interrupted and stopped. Restart the task.");
  }

  @Test
  void showsStoppedState() throws InterruptedException {
    reader.close();
    assertThat(reader.gauge("state")).isEqualTo("STOPPED");
  }

  @Test
  @Tag("invariant-9")
  void invariant9ShowsAgeOfUnconfirmedBatch() throws InterruptedException {
    List<SourceRecord> records = reader.handOver("a1", "m1", "m2");
    reader.clock.advance(Duration.ofSeconds(90));
    assertThat(reader.gauge("batch-in-flight-age-seconds")).isEqualTo(90.0);
    assertThat(reader.gauge("batch-in-flight-records")).isEqualTo(2L);
    assertThat(reader.gauge("seconds-since-good-read")).isEqualTo(90.0);
    settleAll(records);
    await().until(() -> reader.counter("batches-confirmed-total") == 1);
    assertThat(reader.gauge("batch-in-flight-records")).isEqualTo(0L);
  }

  @Test
  @Tag("invariant-12")
  void invariant12HasOneBatchInFlight() throws InterruptedException {
    reader.answer("a1", "m1");
    reader.answer("a2", "m2");
    List<SourceRecord> first = reader.poll();
    assertThat(reader.queue.poll(Duration.ZERO)).isNull();
    assertThat(reader.feed.ackIds()).hasSize(1);
    settleAll(first);
    assertThat(messageIds(reader.poll())).containsExactly("m2");
  }

  @Test
  void backsOffAfterQuickEmptyResponses() {
    for (int i = 0; i < 20; i++) {
      reader.feed.answerNothing(Duration.ofMillis(2));
    }
    await().until(reader.clock::hasWaiter);
    assertThat(reader.feed.ackIds()).hasSizeLessThan(20);
    assertThat(reader.gauge("state")).isEqualTo("BACKING_OFF");
  }

  @Test
  void usesAckIdOfEmptyResponseOrKeepsLastOne() {
    reader.feed.answerNothing(LONG_POLL);
    reader.feed.answerBody("{\"events\":[],\"ackId\":\"e1\"}");
    reader.feed.answerNothing(LONG_POLL);
    reader.awaitReads("", "", "e1", "e1");
  }
}
