// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.reader;

import static io.github.datahose.connect.reader.RunningReader.messageIds;
import static io.github.datahose.connect.reader.RunningReader.offset;
import static io.github.datahose.connect.reader.RunningReader.settle;
import static io.github.datahose.connect.reader.RunningReader.settleAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.datahose.connect.delivery.FeedOffset;
import io.github.datahose.connect.symphony.Failures;
import io.github.datahose.connect.symphony.SymphonyException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Reads that only keep a feed, gaps that there may be, and heartbeats. */
@Timeout(120)
class FeedKeptAliveTest {

  private static final Duration KEEP_ALIVE = Duration.ofMillis(300_000);
  private static final Duration LONG_POLL = Duration.ofSeconds(30);
  private static final String[] SWITCHED_OFF = {"datahose.keepalive.ms", "0"};
  private static final String[] TWO_AGENTS = {
    "symphony.agent.url", "https://a.test,https://b.test"
  };

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
  @Tag("invariant-11")
  void invariant11RepeatsLastReadWhileBatchWaitsAndDropsResponse() throws Exception {
    reader.bring("a1", "m1");
    List<SourceRecord> waiting = reader.handOver("a2", "m2");
    reader.pass(KEEP_ALIVE.minusSeconds(1));
    assertThat(reader.feed.ackIds()).containsExactly("", "a1");
    reader.answer("a3", "m3");
    reader.pass(Duration.ofSeconds(2));
    awaitKeepAliveRead();
    assertThat(reader.feed.ackIds()).as("acknowledges nothing new").containsExactly("", "a1", "a1");
    settleAll(waiting);
    assertThat(messageIds(reader.handOver("a3", "m3"))).as("redelivered").containsExactly("m3");
    assertThat(reader.feed.ackIds()).containsExactly("", "a1", "a1", "a2");
    assertThat(reader.counter("duplicates-total")).isZero();
    assertThat(reader.counter("reads-total")).isEqualTo(3);
  }

  @Test
  @Tag("invariant-11")
  void invariant11CancelsKeepAliveReadWhenKafkaConfirmsBatch() throws Exception {
    List<SourceRecord> waiting = reader.handOver("a1", "m1");
    reader.pass(KEEP_ALIVE);
    reader.awaitReads("", "");
    settleAll(waiting);
    reader.awaitReads("", "", "a1");
    assertThat(reader.counter("keepalive-reads-total")).isZero();
  }

  @Test
  @Tag("invariant-11")
  void invariant11SendsNoKeepAliveReadWhenAnotherReaderReads() throws Exception {
    reader.handOver("a1", "m1");
    for (int i = 0; i < 40; i++) {
      reader.shared.activity().readNow();
      reader.pass(LONG_POLL);
    }
    assertThat(reader.feed.ackIds()).containsExactly("");
  }

  @Test
  @Tag("invariant-11")
  void invariant11SendsNoKeepAliveReadWhenDisabled() throws Exception {
    use(SWITCHED_OFF);
    reader.handOver("a1", "m1");
    reader.pass(Duration.ofHours(5));
    assertThat(reader.feed.ackIds()).containsExactly("");
  }

  @Test
  @Tag("invariant-11")
  void invariant11ContinuesWhenKeepAliveReadFails() throws Exception {
    List<SourceRecord> waiting = reader.handOver("a1", "m1");
    reader.feed.fail(Failures.read(503));
    reader.pass(KEEP_ALIVE);
    reader.awaitReads("", "");
    reader.feed.answerNothing(LONG_POLL);
    reader.pass(LONG_POLL);
    awaitKeepAliveRead();
    settleAll(waiting);
    reader.awaitReads("", "", "", "a1");
  }

  static List<Consumer<ScriptedFeed>> whatIsNoReadOfTheFeed() {
    return List.of(
        feed -> feed.fail(Failures.network()),
        feed -> feed.answerBody("<html>Sorry</html>"),
        // A broken proxy answers so.
        feed -> feed.answerNothing(Duration.ZERO));
  }

  @ParameterizedTest
  @MethodSource("whatIsNoReadOfTheFeed")
  @Tag("invariant-11")
  void invariant11SendsKeepAliveReadToOtherAgentWhenFirstFails(Consumer<ScriptedFeed> failure)
      throws Exception {
    use(TWO_AGENTS);
    reader.handOver("a1", "m1");
    failure.accept(reader.feed);
    reader.feed.answerNothing(LONG_POLL);
    reader.pass(KEEP_ALIVE);
    awaitKeepAliveRead();
    assertThat(reader.feed.ackIds()).containsExactly("", "", "");
    assertThat(reader.gauge("agent")).isEqualTo("https://b.test/");
    assertThat(reader.counter("agent-changes-total")).isOne();
    assertThat(reader.counter("read-failures-total")).isOne();
  }

  @Test
  @Tag("invariant-13")
  void invariant13FailsOverToFirstAgentAfterKeepAliveReadOfOther() throws Exception {
    use(TWO_AGENTS);
    reader.handOver("a1", "m1");
    reader.feed.fail(Failures.network());
    reader.feed.answerNothing(LONG_POLL);
    reader.pass(KEEP_ALIVE);
    awaitKeepAliveRead();
    reader.feed.fail(Failures.network());
    reader.feed.answerNothing(LONG_POLL);
    reader.pass(KEEP_ALIVE);
    await().until(() -> reader.counter("keepalive-reads-total") == 2);
    assertThat(reader.gauge("agent")).isEqualTo("https://a.test/");
  }

  @Test
  @Tag("invariant-11")
  void invariant11DelaysKeepAliveReadOnlyWhenAllAgentsFail() throws Exception {
    use(TWO_AGENTS);
    reader.handOver("a1", "m1");
    reader.feed.fail(Failures.network());
    reader.feed.answerBody("<html>Sorry</html>");
    reader.pass(KEEP_ALIVE);
    await().until(() -> reader.counter("agent-changes-total") == 2);
    await().until(reader.clock::hasWaiter);
    assertThat(reader.feed.ackIds()).hasSize(3);
    assertThat(reader.counter("read-failures-malformed-total")).isOne();
    reader.feed.answerNothing(LONG_POLL);
    reader.pass(LONG_POLL);
    awaitKeepAliveRead();
  }

  @Test
  @Tag("invariant-11")
  void invariant11ContinuesWithoutStaleAckId() throws Exception {
    reader.bring("a1", "m1");
    reader.handOver("a2", "m2");
    reader.feed.fail(Failures.read(400));
    reader.feed.answerNothing(LONG_POLL);
    reader.pass(KEEP_ALIVE);
    awaitKeepAliveRead();
    assertThat(reader.feed.ackIds()).containsExactly("", "a1", "a1", "");
    assertThat(reader.counter("ack-refusals-total")).isOne();
  }

  static List<SymphonyException> refusalsOfSomethingElse() {
    return List.of(
        Failures.login(400),
        Failures.keyManager(400),
        Failures.page(400),
        Failures.read(400, Duration.ofSeconds(7)));
  }

  /**
   * A rejected login proves nothing about the ackId, and neither does an agent that requests a
   * delay.
   */
  @ParameterizedTest
  @MethodSource("refusalsOfSomethingElse")
  @Tag("invariant-11")
  void invariant11KeepsAckIdWhenRejectionHasOtherCause(SymphonyException refusal) throws Exception {
    reader.bring("a1", "m1");
    reader.handOver("a2", "m2");
    reader.feed.fail(refusal);
    reader.feed.answerNothing(LONG_POLL);
    reader.pass(KEEP_ALIVE);
    await().until(() -> reader.feed.ackIds().size() >= 3);
    reader.pass(LONG_POLL);
    awaitKeepAliveRead();
    assertThat(reader.feed.ackIds()).containsExactly("", "a1", "a1", "a1");
    assertThat(reader.counter("ack-refusals-total")).isZero();
    assertThat(reader.counter("read-failures-total")).isOne();
  }

  @Test
  @Tag("invariant-9")
  void invariant9ReportsFailedKeepAliveReadInMetricAndLog() throws Exception {
    try (CapturedLog log = new CapturedLog()) {
      reader.handOver("a1", "m1");
      reader.feed.fail(Failures.read(403));
      reader.pass(KEEP_ALIVE);
      await().until(() -> reader.counter("read-failures-forbidden-total") == 1);
      await().until(() -> log.text().contains("deletes a feed after 30 minutes without a read"));
      assertThat(reader.gauge("consecutive-failures")).as("no read for events").isEqualTo(0L);
    }
  }

  @Test
  @Tag("invariant-13")
  void invariant13SendsKeepAliveReadWithinThirtySecondsAfterSuspension() throws Exception {
    reader.handOver("a1", "m1");
    reader.pass(LONG_POLL);
    await().until(reader.clock::hasWaiter);
    assertThat(reader.clock.longestWait()).isLessThanOrEqualTo(Duration.ofSeconds(30));
    reader.clock.moveWallClock(Duration.ofMinutes(20));
    reader.feed.answerNothing(LONG_POLL);
    reader.pass(LONG_POLL);
    awaitKeepAliveRead();
  }

  @Test
  @Tag("invariant-13")
  void invariant13SendsKeepAliveReadWhenWallClockIsSetBack() throws Exception {
    reader.handOver("a1", "m1");
    reader.clock.moveWallClock(Duration.ofDays(-1));
    reader.feed.answerNothing(LONG_POLL);
    reader.pass(KEEP_ALIVE);
    awaitKeepAliveRead();
  }

  /**
   * Possible gaps that a running task reports; for those at its start, see {@link
   * FeedActivityTest}.
   */
  @Nested
  class PossibleGaps {

    @Test
    @Tag("invariant-11")
    void invariant11ReportsPossibleGapAfterThirtyMinutesWithoutRead() throws Exception {
      use(SWITCHED_OFF);
      readAfter(() -> reader.pass(Duration.ofMinutes(30)));
      assertGaps(0);
      readAfter(() -> reader.pass(Duration.ofMinutes(31)));
      assertGaps(1);
    }

    @Test
    @Tag("invariant-13")
    void invariant13ReportsPossibleGapAfterSuspension() throws Exception {
      use(SWITCHED_OFF);
      readAfter(() -> reader.clock.moveWallClock(Duration.ofMinutes(31)));
      assertGaps(1);
    }

    @Test
    @Tag("invariant-13")
    void invariant13ReportsPossibleGapAfterSuspensionDuringRead() throws Exception {
      reader.awaitReads("");
      reader.clock.moveWallClock(Duration.ofMinutes(31));
      reader.handOver("a1", "m1");
      assertGaps(1);
    }

    @Test
    @Tag("invariant-13")
    void invariant13ReportsPossibleGapWhenWallClockIsSetBack() throws Exception {
      use(SWITCHED_OFF);
      readAfter(() -> reader.clock.moveWallClock(Duration.ofDays(-1)));
      assertGaps(0);
      readAfter(
          () -> {
            reader.clock.moveWallClock(Duration.ofDays(-1));
            reader.pass(Duration.ofMinutes(31));
          });
      assertGaps(1);
    }

    @Test
    @Tag("invariant-11")
    void invariant11ReportsPossibleGapOnceWhenKeepAliveReadEndsIt() throws Exception {
      try (CapturedLog log = new CapturedLog()) {
        readAfter(
            () -> {
              reader.feed.answerNothing(LONG_POLL);
              reader.pass(Duration.ofMinutes(31));
              awaitKeepAliveRead();
              assertGaps(1);
              assertThat(log.text()).contains("did not read the feed for 1860 s");
            });
        assertGaps(1);
      }
    }

    /** Does something while a batch is unconfirmed, and brings another one after it. */
    private void readAfter(Runnable meanwhile) throws InterruptedException {
      List<SourceRecord> waiting = reader.handOver("a1", "m" + reader.counter("reads-total"));
      meanwhile.run();
      settleAll(waiting);
      reader.bring("a2", "n" + reader.counter("reads-total"));
    }

    private void assertGaps(int gaps) {
      assertThat(reader.counter("possible-gaps-total")).isEqualTo(gaps);
    }
  }

  /** What a reader writes of itself while there are no events. */
  @Nested
  class Heartbeat {

    Heartbeat() throws InterruptedException {
      use("heartbeat.topic", "beats");
    }

    @Test
    void repeatsLastOffsetWithNewTime() throws Exception {
      List<SourceRecord> batch = reader.handOver("a1", "m1", "m2");
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

      reader.feed.answerNothing(LONG_POLL);
      reader.feed.answerNothing(LONG_POLL);
      FeedOffset next = offset(reader.poll().get(0));
      assertThat(next.ackId()).isEqualTo("a1");
      assertThat(next.identities()).isEqualTo(last.identities()).hasSize(2);
      assertThat(next.readAt()).isEqualTo(last.readAt() + 60_000);
    }

    @Test
    void repeatsStoredOffsetAfterRestart() throws Exception {
      SourceRecord stored = reader.handOver("a1", "m1", "m2").get(0);
      reader = reader.restart(stored, "heartbeat.topic", "beats");
      reader.feed.answerNothing(LONG_POLL);
      FeedOffset beat = offset(reader.poll().get(0));
      assertThat(beat.ackId()).isEqualTo(offset(stored).ackId());
      assertThat(beat.identities()).isEqualTo(offset(stored).identities());
    }

    @Test
    @Tag("invariant-11")
    void invariant11StoresTimeOfReadWhenKafkaConfirmsLate() throws Exception {
      use("heartbeat.topic", "beats", "datahose.keepalive.ms", "0");
      List<SourceRecord> waiting = reader.handOver("a1", "m1");
      long readAt = reader.clock.epochMillis();
      reader.pass(Duration.ofMinutes(40));
      settleAll(waiting);
      assertThat(offset(reader.poll().get(0)).readAt()).isEqualTo(readAt);
    }

    @Test
    void writesJsonTextWhenEventsAreJsonText() throws Exception {
      use("heartbeat.topic", "beats", "record.value", "json");
      reader.feed.answerNothing(LONG_POLL);
      assertThat(reader.poll().get(0).value())
          .isEqualTo(
              "{\"reader\":\"pod/bot/tag/0\",\"readAt\":%d,\"reads\":1,\"events\":0,\"records\":0,\"duplicates\":0}"
                  .formatted(reader.clock.epochMillis()));
    }

    @Test
    void sendsNoHeartbeatForQuickEmptyResponse() throws Exception {
      reader.feed.answerNothing(Duration.ZERO);
      reader.awaitReads("", "");
      assertThat(reader.handOver("a1", "m1"))
          .as("no heartbeat, whose offset would prove a read to the next start")
          .extracting(SourceRecord::topic)
          .containsExactly("events");
    }

    @Test
    void sendsNoHeartbeatWhileBatchIsInFlightOrWithoutTopic() throws Exception {
      reader.handOver("a1", "m1");
      reader.pass(Duration.ofMinutes(4));
      assertThat(reader.queue.poll(Duration.ZERO)).isNull();
      use();
      reader.feed.answerNothing(Duration.ofSeconds(90));
      assertThat(messageIds(reader.handOver("a1", "m1"))).containsExactly("m1");
    }

    @Test
    @Tag("invariant-9")
    void invariant9NamesHeartbeatTopicInWarningOfUnconfirmedBatch() throws Exception {
      try (CapturedLog log = new CapturedLog()) {
        reader.handOver("a1", "m1");
        reader.pass(Duration.ofSeconds(31));
        await().until(() -> log.text().contains("has not confirmed"));
        assertThat(log.text())
            .as("a heartbeat whose topic is missing blocks the producer, too")
            .contains("Topics: [beats, events]");
      }
    }

    @Test
    @Tag("invariant-9")
    void invariant9WarnsInGrowingIntervalsOfUnconfirmedHeartbeat() throws Exception {
      try (CapturedLog log = new CapturedLog()) {
        reader.feed.answerNothing(LONG_POLL);
        reader.poll();
        // From here on nobody polls, as when the worker waits for the topic.
        for (int i = 0; i < 40; i++) {
          reader.feed.answerNothing(LONG_POLL);
        }
        await()
            .until(() -> reader.counter("reads-total") == 41 && reader.feed.ackIds().size() == 42);
        List<String> warnings =
            log.text().lines().filter(line -> line.contains("not confirmed a heartbeat")).toList();
        assertThat(warnings)
            .as("of 20 minutes: after 30 s, then after one minute, two, four, eight")
            .hasSize(5)
            .allMatch(line -> line.contains("topic beats"));
        assertThat(warnings.get(4)).contains("after 930 s");
      }
    }

    @Test
    @Tag("invariant-9")
    void invariant9LogsNoWarningWhenKafkaConfirmsHeartbeat() throws Exception {
      try (CapturedLog log = new CapturedLog()) {
        for (int i = 0; i < 5; i++) {
          reader.feed.answerNothing(Duration.ofSeconds(70));
          settleAll(reader.poll());
        }
        reader.feed.answerNothing(Duration.ofSeconds(29));
        assertThat(messageIds(reader.handOver("a1", "m1"))).containsExactly("m1");
        assertThat(log.text()).doesNotContain("not confirmed a heartbeat");
      }
    }

    @Test
    void settlesAndDoesNotCountHeartbeatDroppedByTransformation() throws Exception {
      reader.feed.answerNothing(LONG_POLL);
      settle(reader.poll().get(0), false);
      List<SourceRecord> batch = reader.handOver("a1", "m1", "m2");
      settle(batch.get(0), false);
      settle(batch.get(1), true);
      assertThat(reader.counter("settled-without-metadata-total")).isOne();
    }
  }

  private void awaitKeepAliveRead() {
    await().until(() -> reader.counter("keepalive-reads-total") == 1);
  }
}
