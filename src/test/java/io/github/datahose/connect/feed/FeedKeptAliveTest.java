// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.feed;

import static io.github.datahose.connect.feed.ReaderUnderTest.message;
import static io.github.datahose.connect.feed.ReaderUnderTest.messageIds;
import static io.github.datahose.connect.feed.ReaderUnderTest.offset;
import static io.github.datahose.connect.feed.ReaderUnderTest.settleAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.datahose.connect.symphony.Failures;
import io.github.datahose.connect.symphony.SymphonyException;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(120)
class FeedKeptAliveTest {

  private static final Duration KEEP_ALIVE = Duration.ofMillis(300_000);

  @Test
  void invariant11RepeatsTheLastReadWhileABatchWaitsAndDropsWhatComes() throws Exception {
    try (ReaderUnderTest reader = ReaderUnderTest.with().start()) {
      reader.feed.answer("a1", message("m1"));
      settleAll(reader.poll());
      reader.feed.answer("a2", message("m2"));
      List<SourceRecord> waiting = reader.poll();
      pass(reader, KEEP_ALIVE.minusSeconds(1));
      assertThat(reader.feed.ackIds()).containsExactly("", "a1");
      reader.feed.answer("a3", message("m3"));
      pass(reader, Duration.ofSeconds(2));
      await().until(() -> reader.counter("keepalive-reads-total") == 1);
      assertThat(reader.feed.ackIds())
          .as("acknowledges nothing new")
          .containsExactly("", "a1", "a1");
      settleAll(waiting);
      reader.feed.answer("a3", message("m3"));
      assertThat(messageIds(reader.poll())).as("came again").containsExactly("m3");
      assertThat(reader.feed.ackIds()).containsExactly("", "a1", "a1", "a2");
      assertThat(reader.counter("duplicates-total")).isZero();
      assertThat(reader.counter("reads-total")).isEqualTo(3);
    }
  }

  @Test
  void invariant11AConfirmationCancelsTheReadThatKeepsTheFeedAlive() throws Exception {
    try (ReaderUnderTest reader = ReaderUnderTest.with().start()) {
      reader.feed.answer("a1", message("m1"));
      List<SourceRecord> waiting = reader.poll();
      pass(reader, KEEP_ALIVE);
      await().until(() -> reader.feed.ackIds().size() == 2);
      settleAll(waiting);
      await().until(() -> reader.feed.ackIds().equals(List.of("", "", "a1")));
      assertThat(reader.counter("keepalive-reads-total")).isZero();
    }
  }

  @Test
  void invariant11DoesNotReadForThatWhileAnotherReaderOfTheFeedReads() throws Exception {
    ManualClock clock = new ManualClock();
    FeedActivity activity = new FeedActivity(clock);
    try (ReaderUnderTest reader = ReaderUnderTest.with().clock(clock).activity(activity).start()) {
      reader.feed.answer("a1", message("m1"));
      reader.poll();
      for (int i = 0; i < 40; i++) {
        activity.read();
        pass(reader, Duration.ofSeconds(30));
      }
      assertThat(reader.feed.ackIds()).containsExactly("");
    }
  }

  @Test
  void invariant11ReadsOnWhenSuchAReadFails() throws Exception {
    try (ReaderUnderTest reader = ReaderUnderTest.with().start()) {
      reader.feed.answer("a1", message("m1"));
      List<SourceRecord> waiting = reader.poll();
      reader.feed.fail(Failures.read(503));
      pass(reader, KEEP_ALIVE);
      await().until(() -> reader.feed.ackIds().size() == 2);
      reader.feed.answerNothing(Duration.ofSeconds(30));
      pass(reader, Duration.ofSeconds(30));
      await().until(() -> reader.counter("keepalive-reads-total") == 1);
      settleAll(waiting);
      await().until(() -> reader.feed.ackIds().equals(List.of("", "", "", "a1")));
    }
  }

  @Test
  void invariant11KeepsTheFeedAliveByAnotherAgentAtOnceWhenItsOwnFails() throws Exception {
    try (ReaderUnderTest reader =
        ReaderUnderTest.with().agents("https://a.test", "https://b.test").start()) {
      reader.feed.answer("a1", message("m1"));
      reader.poll();
      reader.feed.fail(Failures.network());
      reader.feed.answerNothing(Duration.ofSeconds(30));
      pass(reader, KEEP_ALIVE);
      await().until(() -> reader.counter("keepalive-reads-total") == 1);
      assertThat(reader.feed.ackIds()).containsExactly("", "", "");
      assertThat(reader.gauge("agent")).isEqualTo("https://b.test/");
      assertThat(reader.counter("agent-changes-total")).isOne();
    }
  }

  @Test
  void invariant11WaitsWithSuchAReadOnlyWhenAllAgentsFail() throws Exception {
    try (ReaderUnderTest reader =
        ReaderUnderTest.with().agents("https://a.test", "https://b.test").start()) {
      reader.feed.answer("a1", message("m1"));
      reader.poll();
      reader.feed.fail(Failures.network());
      reader.feed.fail(Failures.read(503));
      pass(reader, KEEP_ALIVE);
      await().until(() -> reader.counter("agent-changes-total") == 2);
      await().until(reader.clock::hasWaiter);
      assertThat(reader.feed.ackIds()).hasSize(3);
      reader.feed.answerNothing(Duration.ofSeconds(30));
      pass(reader, Duration.ofSeconds(30));
      await().until(() -> reader.counter("keepalive-reads-total") == 1);
    }
  }

  @Test
  void invariant11GoesOnWithoutAnAckIdThatTheAgentKnowsNoMore() throws Exception {
    try (ReaderUnderTest reader = ReaderUnderTest.with().start()) {
      reader.feed.answer("a1", message("m1"));
      settleAll(reader.poll());
      reader.feed.answer("a2", message("m2"));
      reader.poll();
      reader.feed.fail(Failures.read(400));
      reader.feed.answerNothing(Duration.ofSeconds(30));
      pass(reader, KEEP_ALIVE);
      await().until(() -> reader.counter("keepalive-reads-total") == 1);
      assertThat(reader.feed.ackIds()).containsExactly("", "a1", "a1", "");
    }
  }

  static List<SymphonyException> refusalsOfSomethingElse() {
    return List.of(
        Failures.login(400),
        Failures.keyManager(400),
        Failures.page(400),
        Failures.read(400, Duration.ofSeconds(7)));
  }

  /** A login that is refused says nothing of the ackId, nor does an agent that wants time. */
  @ParameterizedTest
  @MethodSource("refusalsOfSomethingElse")
  void invariant11KeepsItsAckIdWhenItIsNotThatWhichIsRefused(SymphonyException refusal)
      throws Exception {
    try (ReaderUnderTest reader = ReaderUnderTest.with().start()) {
      reader.feed.answer("a1", message("m1"));
      settleAll(reader.poll());
      reader.feed.answer("a2", message("m2"));
      reader.poll();
      reader.feed.fail(refusal);
      reader.feed.answerNothing(Duration.ofSeconds(30));
      pass(reader, KEEP_ALIVE);
      await().until(() -> reader.feed.ackIds().size() >= 3);
      pass(reader, Duration.ofSeconds(30));
      await().until(() -> reader.counter("keepalive-reads-total") == 1);
      assertThat(reader.feed.ackIds()).containsExactly("", "a1", "a1", "a1");
      assertThat(reader.counter("ack-refusals-total")).isZero();
      assertThat(reader.counter("read-failures-total")).isOne();
    }
  }

  @Test
  void invariant11TakesNoPageInTheAgentsPlaceForAReadOfTheFeed() throws Exception {
    try (ReaderUnderTest reader =
        ReaderUnderTest.with().agents("https://a.test", "https://b.test").start()) {
      reader.feed.answer("a1", message("m1"));
      reader.poll();
      reader.feed.answerBody("<html>Sorry</html>");
      reader.feed.answerNothing(Duration.ofSeconds(30));
      pass(reader, KEEP_ALIVE);
      await().until(() -> reader.counter("keepalive-reads-total") == 1);
      assertThat(reader.counter("read-failures-malformed-total")).isOne();
      assertThat(reader.gauge("agent")).isEqualTo("https://b.test/");
    }
  }

  /** A broken proxy answers so; another agent could keep the feed alive. */
  @Test
  void invariant11TakesNoEmptyAnswersThatComeAtOnceForReadsOfTheFeed() throws Exception {
    try (ReaderUnderTest reader =
        ReaderUnderTest.with().agents("https://a.test", "https://b.test").start()) {
      reader.feed.answer("a1", message("m1"));
      reader.poll();
      reader.feed.answerNothing(Duration.ZERO);
      reader.feed.answerNothing(Duration.ofSeconds(30));
      pass(reader, KEEP_ALIVE);
      await().until(() -> reader.counter("keepalive-reads-total") == 1);
      assertThat(reader.feed.ackIds()).as("reads").hasSize(3);
      assertThat(reader.gauge("agent")).isEqualTo("https://b.test/");
    }
  }

  @Test
  void sendsNoHeartbeatForAnEmptyAnswerThatComesAtOnce() throws Exception {
    try (ReaderUnderTest reader =
        ReaderUnderTest.with().property("heartbeat.topic", "beats").start()) {
      reader.feed.answerNothing(Duration.ZERO);
      await().until(() -> reader.feed.ackIds().size() == 2);
      reader.feed.answer("a1", message("m1"));
      assertThat(reader.poll())
          .as("no heartbeat, whose offset would prove a read to the next start")
          .extracting(SourceRecord::topic)
          .containsExactly("events");
    }
  }

  @Test
  void invariant9ShowsAndTellsThatTheFeedCannotBeKeptAlive() throws Exception {
    try (ReaderUnderTest reader = ReaderUnderTest.with().start();
        CapturedLog log = new CapturedLog()) {
      reader.feed.answer("a1", message("m1"));
      reader.poll();
      reader.feed.fail(Failures.read(403));
      pass(reader, KEEP_ALIVE);
      await().until(() -> reader.counter("read-failures-forbidden-total") == 1);
      await().until(() -> log.text().contains("deletes a feed that nobody reads"));
      assertThat(reader.gauge("consecutive-failures")).as("no read for events").isEqualTo(0L);
    }
  }

  @Test
  void invariant11TellsOfAGapWhenARunningTaskCouldNotReadForHalfAnHour() throws Exception {
    try (ReaderUnderTest reader =
        ReaderUnderTest.with().property("datahose.keepalive.ms", "0").start()) {
      reader.feed.answer("a1", message("m1"));
      List<SourceRecord> waiting = reader.poll();
      pass(reader, Duration.ofMinutes(29));
      settleAll(waiting);
      reader.feed.answer("a2", message("m2"));
      waiting = reader.poll();
      assertThat(reader.counter("possible-gaps-total")).isZero();
      pass(reader, Duration.ofMinutes(31));
      settleAll(waiting);
      reader.feed.answer("a3", message("m3"));
      reader.poll();
      assertThat(reader.counter("possible-gaps-total")).isEqualTo(1);
    }
  }

  @Test
  void invariant13TellsOfAGapWhenTheMachineWasSuspended() throws Exception {
    try (ReaderUnderTest reader =
        ReaderUnderTest.with().property("datahose.keepalive.ms", "0").start()) {
      reader.feed.answer("a1", message("m1"));
      List<SourceRecord> waiting = reader.poll();
      reader.clock.moveWallClock(Duration.ofMinutes(31));
      settleAll(waiting);
      reader.feed.answer("a2", message("m2"));
      reader.poll();
      assertThat(reader.counter("possible-gaps-total")).isEqualTo(1);
    }
  }

  @Test
  void invariant13TellsOfAGapWhenTheMachineWasSuspendedDuringARead() throws Exception {
    try (ReaderUnderTest reader = ReaderUnderTest.with().start()) {
      await().until(() -> reader.feed.ackIds().size() == 1);
      reader.clock.moveWallClock(Duration.ofMinutes(31));
      reader.feed.answer("a1", message("m1"));
      reader.poll();
      assertThat(reader.counter("possible-gaps-total")).isEqualTo(1);
    }
  }

  @Test
  void invariant13TellsOfNoGapWhenTheWallClockIsSetBack() throws Exception {
    try (ReaderUnderTest reader =
        ReaderUnderTest.with().property("datahose.keepalive.ms", "0").start()) {
      reader.feed.answer("a1", message("m1"));
      List<SourceRecord> waiting = reader.poll();
      reader.clock.moveWallClock(Duration.ofDays(-1));
      settleAll(waiting);
      reader.feed.answer("a2", message("m2"));
      waiting = reader.poll();
      assertThat(reader.counter("possible-gaps-total")).isZero();
      reader.clock.moveWallClock(Duration.ofDays(-1));
      pass(reader, Duration.ofMinutes(31));
      settleAll(waiting);
      reader.feed.answer("a3", message("m3"));
      reader.poll();
      assertThat(reader.counter("possible-gaps-total")).as("monotonic time").isEqualTo(1);
    }
  }

  @Test
  void invariant11TellsOfAGapThatAReadToKeepTheFeedAliveEnds() throws Exception {
    try (ReaderUnderTest reader = ReaderUnderTest.with().start();
        CapturedLog log = new CapturedLog()) {
      reader.feed.answer("a1", message("m1"));
      List<SourceRecord> waiting = reader.poll();
      reader.feed.answerNothing(Duration.ofSeconds(30));
      pass(reader, Duration.ofMinutes(31));
      await().until(() -> reader.counter("keepalive-reads-total") == 1);
      assertThat(reader.counter("possible-gaps-total")).isEqualTo(1);
      assertThat(log.text()).contains("was not read for 1860 s by this task");
      settleAll(waiting);
      reader.feed.answer("a2", message("m2"));
      reader.poll();
      assertThat(reader.counter("possible-gaps-total")).as("told once").isEqualTo(1);
    }
  }

  @Test
  void invariant13KeepsTheFeedAliveWithinThirtySecondsAfterTheMachineWasSuspended()
      throws Exception {
    try (ReaderUnderTest reader = ReaderUnderTest.with().start()) {
      reader.feed.answer("a1", message("m1"));
      reader.poll();
      pass(reader, Duration.ofSeconds(30));
      await().until(reader.clock::hasWaiter);
      assertThat(reader.clock.longestWait()).isLessThanOrEqualTo(Duration.ofSeconds(30));
      reader.clock.moveWallClock(Duration.ofMinutes(20));
      reader.feed.answerNothing(Duration.ofSeconds(30));
      pass(reader, Duration.ofSeconds(30));
      await().until(() -> reader.counter("keepalive-reads-total") == 1);
    }
  }

  @Test
  void invariant13KeepsTheFeedAliveWhenTheWallClockIsSetBack() throws Exception {
    try (ReaderUnderTest reader = ReaderUnderTest.with().start()) {
      reader.feed.answer("a1", message("m1"));
      reader.poll();
      reader.clock.moveWallClock(Duration.ofDays(-1));
      reader.feed.answerNothing(Duration.ofSeconds(30));
      pass(reader, KEEP_ALIVE);
      await().until(() -> reader.counter("keepalive-reads-total") == 1);
    }
  }

  @Test
  void invariant11NotesInAHeartbeatWhenTheFeedWasReadNotWhenKafkaCameBack() throws Exception {
    try (ReaderUnderTest reader =
        ReaderUnderTest.with()
            .property("heartbeat.topic", "beats")
            .property("datahose.keepalive.ms", "0")
            .start()) {
      reader.feed.answer("a1", message("m1"));
      List<SourceRecord> waiting = reader.poll();
      long readAt = reader.clock.epochMillis();
      pass(reader, Duration.ofMinutes(40));
      settleAll(waiting);
      assertThat(offset(reader.poll().get(0)).readAt()).isEqualTo(readAt);
    }
  }

  @Test
  void invariant11NeverReadsForThatWhenSwitchedOff() throws Exception {
    try (ReaderUnderTest reader =
        ReaderUnderTest.with().property("datahose.keepalive.ms", "0").start()) {
      reader.feed.answer("a1", message("m1"));
      reader.poll();
      pass(reader, Duration.ofHours(5));
      assertThat(reader.feed.ackIds()).containsExactly("");
    }
  }

  @Test
  void sendsAHeartbeatWhoseOffsetRepeatsTheLastOneWithANewTime() throws Exception {
    try (ReaderUnderTest reader =
        ReaderUnderTest.with().property("heartbeat.topic", "beats").start()) {
      reader.feed.answer("a1", message("m1"), message("m2"));
      List<SourceRecord> batch = reader.poll();
      FeedOffset last = offset(batch.get(1));
      settleAll(batch);
      SourceRecord first = reader.poll().get(0);
      assertThat(first.topic()).isEqualTo("beats");
      assertThat(first.key()).isEqualTo("pod/bot/tag/0");
      Struct value = (Struct) first.value();
      assertThat(value.schema().name()).isEqualTo("io.github.datahose.connect.Heartbeat");
      assertThat(value.getString("reader")).isEqualTo("pod/bot/tag/0");
      assertThat(value.getInt64("events")).isEqualTo(2);
      assertThat(value.getInt64("readAt")).isEqualTo(reader.clock.epochMillis());

      reader.feed.answerNothing(Duration.ofSeconds(30));
      reader.feed.answerNothing(Duration.ofSeconds(30));
      FeedOffset next = offset(reader.poll().get(0));
      assertThat(next.ackId()).isEqualTo("a1");
      assertThat(next.identities()).isEqualTo(last.identities()).hasSize(2);
      assertThat(next.readAt()).isEqualTo(last.readAt() + 60_000);
    }
  }

  @Test
  void sendsTheHeartbeatAsTextWhereTheEventsAreText() throws Exception {
    try (ReaderUnderTest reader =
        ReaderUnderTest.with()
            .property("heartbeat.topic", "beats")
            .property("record.value", "json")
            .start()) {
      reader.feed.answerNothing(Duration.ofSeconds(30));
      assertThat(reader.poll().get(0).value())
          .isEqualTo(
              "{\"reader\":\"pod/bot/tag/0\",\"readAt\":%d,\"reads\":1,\"events\":0,\"records\":0,\"duplicates\":0}"
                  .formatted(reader.clock.epochMillis()));
    }
  }

  @Test
  void sendsNoHeartbeatWhileABatchIsInFlightNorWithoutATopic() throws Exception {
    try (ReaderUnderTest reader =
        ReaderUnderTest.with().property("heartbeat.topic", "beats").start()) {
      reader.feed.answer("a1", message("m1"));
      reader.poll();
      pass(reader, Duration.ofMinutes(4));
      assertThat(reader.handOver.poll(Duration.ZERO)).isNull();
    }
    try (ReaderUnderTest reader = ReaderUnderTest.with().start()) {
      reader.feed.answerNothing(Duration.ofSeconds(90));
      reader.feed.answer("a1", message("m1"));
      assertThat(messageIds(reader.poll())).containsExactly("m1");
    }
  }

  @Test
  void invariant9TheWarningOfAnUnconfirmedBatchNamesTheHeartbeatTopicToo() throws Exception {
    try (CapturedLog log = new CapturedLog();
        ReaderUnderTest reader =
            ReaderUnderTest.with().property("heartbeat.topic", "beats").start()) {
      reader.feed.answer("a1", message("m1"));
      reader.poll();
      pass(reader, Duration.ofSeconds(31));
      await().until(() -> log.text().contains("waits for Kafka to confirm"));
      assertThat(log.text())
          .as("a heartbeat whose topic is missing blocks the producer, too")
          .contains("Topics: [beats, events]");
    }
  }

  @Test
  void invariant9WarnsInGrowingIntervalsOfAHeartbeatThatKafkaDoesNotConfirm() throws Exception {
    try (CapturedLog log = new CapturedLog();
        ReaderUnderTest reader =
            ReaderUnderTest.with().property("heartbeat.topic", "beats").start()) {
      reader.feed.answerNothing(Duration.ofSeconds(30));
      reader.poll();
      // From here on nobody polls, as when the worker waits for the topic.
      for (int i = 0; i < 40; i++) {
        reader.feed.answerNothing(Duration.ofSeconds(30));
      }
      await().until(() -> reader.counter("reads-total") == 41 && reader.feed.ackIds().size() == 42);
      List<String> warnings =
          log.text().lines().filter(line -> line.contains("confirm a heartbeat")).toList();
      assertThat(warnings)
          .as("of 20 minutes: after 30 s, then after one minute, two, four, eight")
          .hasSize(5)
          .allMatch(line -> line.contains("topic beats"));
      assertThat(warnings.get(4)).contains("for 930 s");
    }
  }

  @Test
  void invariant9DoesNotWarnOfHeartbeatsThatKafkaConfirms() throws Exception {
    try (CapturedLog log = new CapturedLog();
        ReaderUnderTest reader =
            ReaderUnderTest.with().property("heartbeat.topic", "beats").start()) {
      for (int i = 0; i < 5; i++) {
        reader.feed.answerNothing(Duration.ofSeconds(70));
        settleAll(reader.poll());
      }
      reader.feed.answerNothing(Duration.ofSeconds(29));
      reader.feed.answer("a1", message("m1"));
      assertThat(messageIds(reader.poll())).containsExactly("m1");
      assertThat(log.text()).doesNotContain("confirm a heartbeat");
    }
  }

  @Test
  void aHeartbeatThatAnSmtDroppedIsSettledAndNotCounted() throws Exception {
    try (ReaderUnderTest reader =
        ReaderUnderTest.with().property("heartbeat.topic", "beats").start()) {
      reader.feed.answerNothing(Duration.ofSeconds(30));
      ReaderUnderTest.settle(reader.poll().get(0), false);
      reader.feed.answer("a1", message("m1"), message("m2"));
      List<SourceRecord> batch = reader.poll();
      ReaderUnderTest.settle(batch.get(0), false);
      ReaderUnderTest.settle(batch.get(1), true);
      assertThat(reader.counter("settled-without-metadata-total")).isOne();
    }
  }

  @Test
  void repeatsInAHeartbeatAfterARestartWhatWasStored() throws Exception {
    FeedOffset stored;
    try (ReaderUnderTest reader = ReaderUnderTest.with().start()) {
      reader.feed.answer("a1", message("m1"), message("m2"));
      stored = offset(reader.poll().get(0));
    }
    try (ReaderUnderTest restarted =
        ReaderUnderTest.with().stored(stored).property("heartbeat.topic", "beats").start()) {
      restarted.feed.answerNothing(Duration.ofSeconds(30));
      FeedOffset beat = offset(restarted.poll().get(0));
      assertThat(beat.ackId()).isEqualTo(stored.ackId());
      assertThat(beat.identities()).isEqualTo(stored.identities());
    }
  }

  /** Lets time pass in small steps, each after the reader waits again. */
  private static void pass(ReaderUnderTest reader, Duration time) {
    await().until(reader.clock::hasWaiter);
    reader.clock.advance(time);
  }
}
