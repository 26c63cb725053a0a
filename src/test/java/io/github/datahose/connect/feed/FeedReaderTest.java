// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.feed;

import static io.github.datahose.connect.feed.ReaderUnderTest.message;
import static io.github.datahose.connect.feed.ReaderUnderTest.messageIds;
import static io.github.datahose.connect.feed.ReaderUnderTest.offset;
import static io.github.datahose.connect.feed.ReaderUnderTest.settle;
import static io.github.datahose.connect.feed.ReaderUnderTest.settleAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.datahose.connect.symphony.Failures;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class FeedReaderTest {

  @Test
  void invariant1AcknowledgesOnlyAfterEachRecordOfTheBatchIsSettled() throws InterruptedException {
    try (ReaderUnderTest reader = ReaderUnderTest.with().start()) {
      reader.feed.answer("a1", message("m1"), message("m2"), message("m3"));
      List<SourceRecord> records = reader.poll();
      settle(records.get(2), true);
      settle(records.get(0), true);
      settle(records.get(0), true);
      await("the reader waits for m2").until(reader.clock::hasWaiter);
      assertThat(reader.feed.ackIds()).containsExactly("");
      settle(records.get(1), true);
      await().until(() -> reader.feed.ackIds().equals(List.of("", "a1")));
    }
  }

  @Test
  void invariant1CountsARecordWithoutMetadataAsSettled() throws InterruptedException {
    try (ReaderUnderTest reader = ReaderUnderTest.with().start()) {
      reader.feed.answer("a1", message("m1"), message("m2"), message("m3"));
      List<SourceRecord> records = reader.poll();
      settle(records.get(0), false);
      settle(records.get(1), true);
      settle(records.get(2), true);
      await().until(() -> reader.feed.ackIds().equals(List.of("", "a1")));
      assertThat(reader.counter("settled-without-metadata-total")).isEqualTo(1);
    }
  }

  @Test
  void invariant1SettlesABatchByACommitOnThePollingThreadFollowedByAPoll()
      throws InterruptedException {
    try (ReaderUnderTest reader = ReaderUnderTest.with().start()) {
      reader.feed.answer("a1", message("m1"), message("m2"));
      List<SourceRecord> records = reader.poll();
      await("the reader waits for both").until(reader.clock::hasWaiter);
      reader.handOver.commit();
      assertThat(reader.feed.ackIds()).as("a commit alone settles nothing").containsExactly("");
      reader.feed.answer("a2", message("m3"));
      assertThat(messageIds(reader.poll())).containsExactly("m3");
      assertThat(reader.feed.ackIds()).containsExactly("", "a1");
      settleAll(records);
      assertThat(reader.counter("settled-without-metadata-total"))
          .as("late reports of a settled batch are ignored")
          .isEqualTo(2);
      assertThat(reader.feed.ackIds()).containsExactly("", "a1");
    }
  }

  @Test
  void invariant1DoesNotSettleABatchByACommitOnAnotherThread() throws InterruptedException {
    try (ReaderUnderTest reader = ReaderUnderTest.with().start()) {
      reader.feed.answer("a1", message("m1"));
      reader.poll();
      CompletableFuture.runAsync(reader.handOver::commit).join();
      assertThat(reader.handOver.poll(Duration.ZERO)).isNull();
      assertThat(reader.feed.ackIds()).containsExactly("");
      assertThat(reader.gauge("state")).isEqualTo("HANDED_OVER");
    }
  }

  @Test
  void invariant1SettlesABatchOfDuplicatesAtOnce() throws InterruptedException {
    try (ReaderUnderTest reader = ReaderUnderTest.with().start()) {
      reader.feed.answer("a1", message("m1"));
      settleAll(reader.poll());
      reader.feed.answer("a2", message("m1"), message("m1"));
      await().until(() -> reader.feed.ackIds().equals(List.of("", "a1", "a2")));
      assertThat(reader.counter("duplicates-total")).isEqualTo(2);
    }
  }

  @Test
  void invariant1CountsRecordsByIdentityAndNeverTakesTwoForEqual() throws InterruptedException {
    try (ReaderUnderTest reader = ReaderUnderTest.with().windowSize(0).start()) {
      reader.feed.answer("a1", message("m1"), message("m1"), message("m1"));
      List<SourceRecord> records = reader.poll();
      assertThat(records).hasSize(3);
      assertThat(records.get(0)).isNotEqualTo(records.get(1)).isEqualTo(records.get(0));
      settleAll(records);
      await().until(() -> reader.feed.ackIds().equals(List.of("", "a1")));
    }
  }

  @Test
  void anEventTooLargeFailsTheTaskBeforeAnythingOfItsBatchIsHandedOver()
      throws InterruptedException {
    try (ReaderUnderTest reader =
        ReaderUnderTest.with().property("record.oversize", "fail").start()) {
      reader.feed.answer("a1", message("m1"));
      settleAll(reader.poll());
      reader.feed.answer("a2", message("m2"), large("m3"), message("m4"));
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(reader::poll)
            .isInstanceOf(ConnectException.class)
            .hasMessageContainingAll(
                "Reader got an event of type MESSAGESENT with messageId m3 that takes 1000",
                "more than record.max.bytes (1000000)",
                "producer.override.max.request.size and the topic's max.message.bytes",
                "set record.oversize to ENVELOPE")
            .hasMessageNotContaining("yyy");
      }
      assertThat(reader.feed.ackIds()).as("nothing is acknowledged").containsExactly("", "a1");
      assertThat(reader.gauge("state")).isEqualTo("FAILED");
      assertThat(reader.counter("records-total")).isEqualTo(1);
    }
  }

  @Test
  void anEventTooLargeThatIsInTheTopicAlreadyFailsNothing() throws InterruptedException {
    ReaderUnderTest.Builder enveloping = ReaderUnderTest.with();
    FeedOffset stored;
    try (ReaderUnderTest reader = enveloping.start()) {
      reader.feed.answer("a1", message("m1"), large("m2"));
      stored = offset(reader.poll().get(1));
    }
    try (ReaderUnderTest restarted =
        ReaderUnderTest.with().property("record.oversize", "FAIL").stored(stored).start()) {
      restarted.feed.answer("b1", message("m1"), large("m2"), message("m3"));
      assertThat(messageIds(restarted.poll())).containsExactly("m3");
    }
  }

  private static String large(String messageId) {
    return "{\"type\":\"MESSAGESENT\",\"messageId\":\"%s\",\"payload\":{\"messageSent\":{\"message\":{\"message\":\"%s\"}}}}"
        .formatted(messageId, "y".repeat(1_000_000));
  }

  @Test
  void invariant2GivesTheBatchesAckIdToItsLastRecordOnly() throws InterruptedException {
    try (ReaderUnderTest reader = ReaderUnderTest.with().start()) {
      reader.feed.answer("a1", message("m1"));
      settleAll(reader.poll());
      reader.feed.answer("a2", message("m2"), message("m3"), message("m4"));
      List<SourceRecord> records = reader.poll();
      assertThat(records)
          .extracting(record -> offset(record).ackId())
          .containsExactly("a1", "a1", "a2");
    }
  }

  @Test
  void invariant2LetsTheIdentitiesGrowWithEachRecord() throws InterruptedException {
    try (ReaderUnderTest reader = ReaderUnderTest.with().start()) {
      reader.feed.answer(
          "a1", message("m1"), message("m2"), message("m1"), message("m3"), message("m3"));
      List<SourceRecord> records = reader.poll();
      assertThat(records)
          .extracting(record -> offset(record).identities().size())
          .as("the dropped duplicates' too, up to the record; on the last all of the batch")
          .containsExactly(1, 2, 5);
    }
  }

  @Test
  void invariant2RecognisesTheCommittedPrefixOfABatchThatComesAgain() throws InterruptedException {
    FeedOffset stored;
    try (ReaderUnderTest reader = ReaderUnderTest.with().start()) {
      reader.feed.answer("a1", message("m1"), message("m2"), message("m3"));
      stored = offset(reader.poll().get(1));
    }
    try (ReaderUnderTest restarted = ReaderUnderTest.with().stored(stored).start()) {
      restarted.feed.answer("b1", message("m1"), message("m2"), message("m3"));
      assertThat(messageIds(restarted.poll())).containsExactly("m3");
      assertThat(restarted.feed.ackIds()).containsExactly("");
    }
  }

  @Test
  void invariant4ReadsWithoutAStoredAckIdThatIsRefusedWhateverFollows()
      throws InterruptedException {
    FeedOffset stored = new FeedOffset("stale", 1, "filter", List.of());
    try (ReaderUnderTest reader = ReaderUnderTest.with().stored(stored).start()) {
      reader.feed.fail(Failures.read(400));
      for (int i = 0; i < 5; i++) {
        reader.feed.fail(Failures.network());
      }
      reader.feed.answer("a1", message("m1"));
      while (reader.feed.ackIds().size() < 7) {
        reader.clock.advance(Duration.ofSeconds(60));
        Thread.onSpinWait();
      }
      settleAll(reader.poll());
      await().until(() -> reader.feed.ackIds().size() == 8);
      assertThat(reader.feed.ackIds()).containsExactly("stale", "", "", "", "", "", "", "a1");
      assertThat(reader.counter("ack-refusals-total")).isEqualTo(1);
    }
  }

  @Test
  void invariant5RepeatsAFailedReadWithTheSameAckId() throws InterruptedException {
    try (ReaderUnderTest reader = ReaderUnderTest.with().start()) {
      reader.feed.answer("a1", message("m1"));
      settleAll(reader.poll());
      reader.feed.fail(Failures.read(401));
      reader.feed.fail(Failures.readTimeout());
      reader.feed.fail(Failures.read(503));
      reader.feed.fail(Failures.network());
      reader.feed.answerBody("<html>");
      reader.feed.answerBody("{\"events\":[" + message("without ackId") + "]}");
      reader.feed.answer("a2", message("m2"));
      while (reader.feed.ackIds().size() < 8) {
        reader.clock.advance(Duration.ofSeconds(60));
        Thread.onSpinWait();
      }
      assertThat(messageIds(reader.poll())).containsExactly("m2");
      assertThat(reader.feed.ackIds())
          .containsExactly("", "a1", "a1", "a1", "a1", "a1", "a1", "a1");
      assertThat(reader.counter("read-failures-total")).isEqualTo(6);
      assertThat(reader.counter("read-failures-malformed-total")).isEqualTo(2);
    }
  }

  @Test
  void invariant6DropsAnEventThatIsConfirmedOrStandsEarlierInTheSameBatch()
      throws InterruptedException {
    try (ReaderUnderTest reader = ReaderUnderTest.with().start()) {
      reader.feed.answer("a1", message("m1"), message("m2"), message("m1"));
      List<SourceRecord> first = reader.poll();
      assertThat(messageIds(first)).containsExactly("m1", "m2");
      settleAll(first);
      reader.feed.answer("a2", message("m2"), message("m3"));
      assertThat(messageIds(reader.poll())).containsExactly("m3");
      assertThat(reader.counter("duplicates-total")).isEqualTo(2);
    }
  }

  @Test
  void invariant6LetsABatchWaitWhileOneOfItsEventsIsInFlightAtAnotherReader()
      throws InterruptedException {
    DedupWindow window = new DedupWindow(100);
    try (CapturedLog log = new CapturedLog();
        ReaderUnderTest one = ReaderUnderTest.with().window(window).start();
        ReaderUnderTest other = ReaderUnderTest.with().window(window).start()) {
      one.feed.answer("a1", message("m1"));
      List<SourceRecord> inFlight = one.poll();
      other.feed.answer("b1", message("m1"), message("m2"));
      await("the other waits for m1").until(other.clock::hasWaiter);
      assertThat(other.handOver.poll(Duration.ZERO)).isNull();
      assertThat(log.text()).doesNotContain("another reader of the feed has in flight");
      other.clock.advance(Duration.ofSeconds(30));
      await().until(() -> log.text().contains("another reader of the feed has in flight"));
      settleAll(inFlight);
      assertThat(messageIds(other.poll())).containsExactly("m2");
    }
  }

  @Test
  void invariant7ForgetsABatchThatWasAcknowledgedInTimeAndKeepsALateOne()
      throws InterruptedException {
    try (ReaderUnderTest reader = ReaderUnderTest.with().start()) {
      reader.feed.answer("a1", message("in time"));
      settleAll(reader.poll());
      reader.feed.answer("a2", message("late"));
      List<SourceRecord> second = reader.poll();
      assertThat(offset(second.get(0)).identities()).as("its own alone").hasSize(1);
      reader.clock.advance(Duration.ofSeconds(21));
      settleAll(second);
      reader.feed.answer("a3", message("m3"));
      List<SourceRecord> third = reader.poll();
      assertThat(offset(third.get(0)).identities()).as("the late one's, and its own").hasSize(2);
      assertThat(reader.gauge("late-identities")).isEqualTo(1L);
    }
  }

  @Test
  void invariant13CountsAnAcknowledgementAsLateWhenTheMachineWasSuspended()
      throws InterruptedException {
    try (ReaderUnderTest reader = ReaderUnderTest.with().start()) {
      reader.feed.answer("a1", message("m1"));
      List<SourceRecord> batch = reader.poll();
      reader.clock.moveWallClock(Duration.ofSeconds(21));
      settleAll(batch);
      reader.feed.answer("a2", message("m2"));
      reader.poll();
      assertThat(reader.gauge("late-identities")).isEqualTo(1L);
    }
  }

  @Test
  void invariant13CountsAnAcknowledgementByTheMonotonicClockWhenTheWallClockIsSetBack()
      throws InterruptedException {
    try (ReaderUnderTest reader = ReaderUnderTest.with().start()) {
      reader.feed.answer("a1", message("m1"));
      List<SourceRecord> batch = reader.poll();
      reader.clock.moveWallClock(Duration.ofDays(-1));
      settleAll(batch);
      reader.feed.answer("a2", message("m2"));
      batch = reader.poll();
      assertThat(reader.gauge("late-identities")).as("in time").isEqualTo(0L);
      reader.clock.moveWallClock(Duration.ofDays(-1));
      reader.clock.advance(Duration.ofSeconds(21));
      settleAll(batch);
      reader.feed.answer("a3", message("m3"));
      reader.poll();
      assertThat(reader.gauge("late-identities")).as("late").isEqualTo(1L);
    }
  }

  @Test
  void invariant13ForgetsLateIdentitiesByTheMonotonicClockAlone() throws InterruptedException {
    try (ReaderUnderTest reader = ReaderUnderTest.with().start()) {
      reader.feed.answer("a1", message("m1"));
      List<SourceRecord> batch = reader.poll();
      reader.clock.moveWallClock(Duration.ofSeconds(21));
      settleAll(batch);
      await().until(() -> reader.feed.ackIds().size() == 2);
      for (int i = 0; i < 3; i++) {
        reader.clock.moveWallClock(Duration.ofMinutes(20));
        reader.feed.answerNothing(Duration.ofSeconds(20));
      }
      await().until(() -> reader.feed.ackIds().size() == 5);
      assertThat(reader.gauge("late-identities")).isEqualTo(1L);
    }
  }

  @Test
  void invariant7CountsEveryAcknowledgementOnAQuietFeedAsLateAndForgetsAfterAQuarterOfAnHour()
      throws InterruptedException {
    try (ReaderUnderTest reader = ReaderUnderTest.with().start()) {
      reader.feed.answer("a1", message("m1"));
      settleAll(reader.poll());
      for (int i = 0; i < 29; i++) {
        reader.feed.answerNothing(Duration.ofSeconds(30));
      }
      reader.feed.answer("a2", message("m2"));
      List<SourceRecord> soon = reader.poll();
      assertThat(offset(soon.get(0)).identities()).hasSize(2);
      settleAll(soon);
      for (int i = 0; i < 31; i++) {
        reader.feed.answerNothing(Duration.ofSeconds(30));
      }
      reader.feed.answer("a3", message("m3"));
      assertThat(offset(reader.poll().get(0)).identities())
          .as("m2 was late too, and is out of reach")
          .hasSize(1);
    }
  }

  @Test
  void invariant7DoesNotLetTimePassForLateOnesWhileReadsFail() throws InterruptedException {
    FeedOffset stored;
    try (ReaderUnderTest reader = ReaderUnderTest.with().start()) {
      reader.feed.answer("a1", message("m1"));
      stored = offset(reader.poll().get(0));
    }
    try (ReaderUnderTest restarted = ReaderUnderTest.with().stored(stored).start()) {
      restarted.feed.fail(Failures.read(503));
      await().until(restarted.clock::hasWaiter);
      restarted.clock.advance(Duration.ofHours(2));
      restarted.feed.answer("a2", message("m2"));
      assertThat(offset(restarted.poll().get(0)).identities())
          .as("what was loaded counts as late")
          .hasSize(2);
    }
  }

  @Test
  void invariant7DoesNotLetTimePassForLateOnesWhileNothingIsRead() throws InterruptedException {
    try (ReaderUnderTest reader = ReaderUnderTest.with().start()) {
      reader.feed.answer("a1", message("late"));
      settleAll(reader.poll());
      reader.feed.answerNothing(Duration.ofSeconds(25));
      reader.feed.answer("a2", message("m2"));
      List<SourceRecord> unconfirmed = reader.poll();
      reader.clock.advance(Duration.ofHours(2));
      settleAll(unconfirmed);
      reader.feed.answer("a3", message("m3"));
      assertThat(offset(reader.poll().get(0)).identities())
          .as("the first, which Kafka's absence does not age, the second, and its own")
          .hasSize(3);
    }
  }

  @Test
  void invariant7KeepsTheIdentitiesOfDroppedDuplicatesWhoseAcknowledgementIsLate()
      throws InterruptedException {
    try (ReaderUnderTest reader = ReaderUnderTest.with().start()) {
      reader.feed.answer("a1", message("m1"));
      settleAll(reader.poll());
      reader.feed.answer("a2", message("m1"));
      reader.feed.answerNothing(Duration.ofSeconds(25));
      reader.feed.answer("a3", message("m2"));
      assertThat(offset(reader.poll().get(0)).identities()).hasSize(2);
    }
  }

  @Test
  void invariant7CarriesNoMoreIdentitiesThanTheWindowAndCountsThoseForgotten()
      throws InterruptedException {
    try (CapturedLog log = new CapturedLog();
        ReaderUnderTest reader = ReaderUnderTest.with().windowSize(3).start()) {
      reader.feed.answer("a1", message("m1"), message("m2"), message("m3"));
      settleAll(reader.poll());
      reader.feed.answerNothing(Duration.ofSeconds(30));
      reader.feed.answer("a2", message("m4"), message("m5"));
      List<SourceRecord> records = reader.poll();
      assertThat(offset(records.get(1)).identities()).hasSize(3);
      assertThat(reader.counter("identities-forgotten-total")).isEqualTo(2);
      settleAll(records);
      reader.feed.answer("a3", message("m6"), message("m7"), message("m8"), message("m9"));
      reader.poll();
      assertThat(reader.counter("identities-forgotten-total"))
          .as("and of these a late one and an own one")
          .isEqualTo(4);
      assertThat(log.text().lines().filter(line -> line.contains("left out")))
          .as("of the first that were, and once")
          .singleElement()
          .asString()
          .contains("the oldest 2 were left out");
    }
  }

  @Test
  void forgetsNoIdentitiesWhenDeduplicationIsOff() throws InterruptedException {
    try (ReaderUnderTest reader = ReaderUnderTest.with().windowSize(0).start()) {
      reader.feed.answer("a1", message("m1"));
      assertThat(offset(reader.poll().get(0)).identities()).isEmpty();
      assertThat(reader.counter("identities-forgotten-total")).isZero();
    }
  }

  @Test
  void showsTheLagOfTheNewestEventWhereverItStandsInTheAnswer() throws InterruptedException {
    try (ReaderUnderTest reader = ReaderUnderTest.with().start()) {
      long now = reader.clock.epochMillis();
      reader.feed.answer(
          "a1", at(now - 9_000), at(now - 4_000), message("without a time"), at(now - 6_000));
      reader.poll();
      assertThat(reader.gauge("event-lag-seconds")).isEqualTo(4.0);
    }
  }

  private static String at(long timestamp) {
    return "{\"type\":\"MESSAGESENT\",\"timestamp\":" + timestamp + "}";
  }

  @Test
  void invariant8KeepsTheOrderOfTheAnswer() throws InterruptedException {
    try (ReaderUnderTest reader = ReaderUnderTest.with().start()) {
      String[] events = new String[500];
      for (int i = 0; i < events.length; i++) {
        events[i] = message("m" + i);
      }
      reader.feed.answer("a1", events);
      List<String> ids = messageIds(reader.poll());
      for (int i = 0; i < events.length; i++) {
        assertThat(ids.get(i)).isEqualTo("m" + i);
      }
    }
  }

  @Test
  void invariant9ThrowsWhatCannotHealFromPoll() throws InterruptedException {
    try (ReaderUnderTest reader = ReaderUnderTest.with().start()) {
      for (long failures = 1; failures <= 4; failures++) {
        long soMany = failures;
        reader.feed.fail(Failures.read(403));
        await().until(() -> reader.gauge("consecutive-failures").equals(soMany));
        await().until(reader.clock::hasWaiter);
        reader.clock.advance(Duration.ofSeconds(60));
      }
      reader.feed.fail(Failures.read(403));
      assertThatThrownBy(reader::poll)
          .isInstanceOf(ConnectException.class)
          .hasMessageContaining("can read from datahose feeds")
          .hasMessageContaining("5 feeds");
      assertThat(reader.gauge("state")).isEqualTo("FAILED");
    }
  }

  @Test
  void invariant9ThrowsAnUnexpectedErrorFromPollToo() throws InterruptedException {
    try (ReaderUnderTest reader = ReaderUnderTest.with().start()) {
      reader.feed.failUnexpectedly(new IllegalStateException("a bug"));
      assertThatThrownBy(reader::poll)
          .isInstanceOf(ConnectException.class)
          .hasMessageContaining("Restart the task")
          .hasRootCauseMessage("a bug");
    }
  }

  @Test
  void invariant9ThrowsFromPollWhenItsThreadIsInterrupted() throws InterruptedException {
    try (ReaderUnderTest reader = ReaderUnderTest.with().start()) {
      reader.feed.answer("a1", message("m1"));
      reader.poll();
      await("the reader waits for m1").until(reader.clock::hasWaiter);
      reader.interrupt();
      assertThatThrownBy(reader::poll)
          .isInstanceOf(ConnectException.class)
          .hasMessage("Reader was interrupted. Restart the task.");
    }
  }

  @Test
  void showsThatItIsStopped() throws InterruptedException {
    ReaderUnderTest reader = ReaderUnderTest.with().start();
    reader.close();
    assertThat(reader.gauge("state")).isEqualTo("STOPPED");
  }

  @Test
  void invariant9ShowsTheAgeOfABatchThatKafkaDoesNotConfirm() throws InterruptedException {
    try (ReaderUnderTest reader = ReaderUnderTest.with().start()) {
      reader.feed.answer("a1", message("m1"), message("m2"));
      List<SourceRecord> records = reader.poll();
      reader.clock.advance(Duration.ofSeconds(90));
      assertThat(reader.gauge("batch-in-flight-age-seconds")).isEqualTo(90.0);
      assertThat(reader.gauge("batch-in-flight-records")).isEqualTo(2L);
      assertThat(reader.gauge("seconds-since-good-read")).isEqualTo(90.0);
      settleAll(records);
      await().until(() -> reader.counter("batches-confirmed-total") == 1);
      assertThat(reader.gauge("batch-in-flight-records")).isEqualTo(0L);
    }
  }

  @Test
  void invariant12HasOneBatchInFlight() throws InterruptedException {
    try (ReaderUnderTest reader = ReaderUnderTest.with().start()) {
      reader.feed.answer("a1", message("m1"));
      reader.feed.answer("a2", message("m2"));
      List<SourceRecord> first = reader.poll();
      assertThat(reader.handOver.poll(Duration.ZERO)).isNull();
      assertThat(reader.feed.ackIds()).hasSize(1);
      settleAll(first);
      assertThat(messageIds(reader.poll())).containsExactly("m2");
    }
  }

  @Test
  void backsOffFromEmptyAnswersThatTakeNoTime() throws InterruptedException {
    try (ReaderUnderTest reader = ReaderUnderTest.with().start()) {
      for (int i = 0; i < 20; i++) {
        reader.feed.answerNothing(Duration.ofMillis(2));
      }
      await().until(reader.clock::hasWaiter);
      assertThat(reader.feed.ackIds()).hasSizeLessThan(20);
      assertThat(reader.gauge("state")).isEqualTo("BACKING_OFF");
    }
  }

  @Test
  void takesTheAckIdOfAnEmptyAnswerAndKeepsItsOwnWhenThereIsNone() throws InterruptedException {
    try (ReaderUnderTest reader = ReaderUnderTest.with().start()) {
      reader.feed.answerNothing(Duration.ofSeconds(30));
      reader.feed.answerBody("{\"events\":[],\"ackId\":\"e1\"}");
      reader.feed.answerNothing(Duration.ofSeconds(30));
      await().until(() -> reader.feed.ackIds().equals(List.of("", "", "e1", "e1")));
    }
  }
}
