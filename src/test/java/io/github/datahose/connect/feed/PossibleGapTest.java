// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.datahose.connect.config.FeedConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class PossibleGapTest {

  private static final List<String> MESSAGES = List.of("MESSAGESENT");
  private static final List<String> ROOMS = List.of("ROOMCREATED");

  private final FakeOffsetStorage storage = new FakeOffsetStorage();
  private final ManualClock clock = new ManualClock();
  private final FeedMetrics metrics = new FeedMetrics(clock);

  @Test
  void invariant11ThereIsNothingToTellAtTheVeryFirstStart() {
    assertThat(told(MESSAGES, false)).isEmpty();
  }

  @Test
  void invariant11ThereIsNothingToTellUpToHalfAnHourAfterTheLastNote() {
    note(0, MESSAGES);
    clock.advance(Duration.ofMinutes(30));
    assertThat(told(MESSAGES, false)).isEmpty();
    assertThat(told(MESSAGES, true)).isEmpty();
  }

  @Test
  void invariant11WithoutHeartbeatsALongSilenceMayBeAGapOrAQuietFeed() {
    note(0, MESSAGES);
    clock.advance(Duration.ofMinutes(31));
    assertThat(told(MESSAGES, false))
        .contains("nothing was recorded between 2023-11-14T22:13:20Z and 2023-11-14T22:44:20Z")
        .contains("or there were none", "Set heartbeat.topic");
  }

  @Test
  void invariant11WithHeartbeatsALongSilenceMeansThatNothingRead() {
    note(0, MESSAGES);
    clock.advance(Duration.ofMinutes(31));
    assertThat(told(MESSAGES, true))
        .contains("With heartbeats that means that this connector did not read")
        .doesNotContain("Set heartbeat.topic");
  }

  @Test
  void invariant11OneReaderThatNotedSomethingIsEnough() {
    note(0, MESSAGES);
    clock.advance(Duration.ofMinutes(31));
    note(3, MESSAGES);
    clock.advance(Duration.ofMinutes(29));
    assertThat(told(MESSAGES, true)).isEmpty();
  }

  @Test
  void invariant11OtherEventTypesMakeANewFeedHoweverShortTheStopWas() {
    note(0, MESSAGES);
    clock.advance(Duration.ofSeconds(5));
    assertThat(told(ROOMS, true))
        .contains("event types or scopes are not those of the last start")
        .contains("last read at 2023-11-14T22:13:20Z")
        .contains("a tag of its own");
  }

  @Test
  void invariant11OnceTheNewFeedHasNotedSomethingItIsNotToldAgain() {
    note(0, MESSAGES);
    note(1, MESSAGES);
    clock.advance(Duration.ofMinutes(1));
    note(0, ROOMS);
    clock.advance(Duration.ofMinutes(1));
    assertThat(told(ROOMS, true)).isEmpty();
  }

  @Test
  void invariant11ANoteOfAFeedWithOtherEventTypesIsNoneOfThisFeed() {
    note(1, MESSAGES);
    clock.advance(Duration.ofDays(2));
    note(0, ROOMS);
    clock.advance(Duration.ofMinutes(1));
    assertThat(told(MESSAGES, true))
        .as("back at the types of two days ago")
        .contains("nothing was recorded between 2023-11-14T22:13:20Z and 2023-11-16T22:14:20Z");
  }

  @Test
  void invariant11ThereIsNothingToTellAfterAQuietNightWithHeartbeats() throws InterruptedException {
    passAQuietNight("beats");
    assertThat(told(MESSAGES, true)).isEmpty();
  }

  @Test
  void invariant11AQuietNightWithoutHeartbeatsLooksLikeAGap() throws InterruptedException {
    passAQuietNight("");
    assertThat(told(MESSAGES, false))
        .contains("nothing was recorded between")
        .contains("or there were none");
  }

  /**
   * A reader gets one event and then nothing for eight hours, in which the worker stores the offset
   * of whatever it gets.
   */
  private void passAQuietNight(String heartbeatTopic) throws InterruptedException {
    int longPolls = 960;
    Map<String, String> partition = SourcePartition.of("pod", "bot", "tag", 0);
    long evening = clock.epochMillis();
    try (ReaderUnderTest reader =
        ReaderUnderTest.with()
            .clock(clock)
            .filter(FeedOffset.filter(MESSAGES, List.of()))
            .property("heartbeat.topic", heartbeatTopic)
            .start()) {
      reader.feed.answer("a1", ReaderUnderTest.message("m1"));
      store(partition, reader.poll());
      for (int i = 0; i < longPolls; i++) {
        reader.feed.answerNothing(Duration.ofSeconds(30));
      }
      await()
          .until(
              () -> {
                // Looked at first, so that what the last read brought is polled afterwards.
                boolean over = reader.feed.ackIds().size() == longPolls + 2;
                store(partition, reader.handOver.poll(Duration.ZERO));
                return over;
              });
    }
    assertThat(clock.epochMillis() - evening).isEqualTo(Duration.ofHours(8).toMillis());
  }

  private void store(Map<String, String> partition, List<SourceRecord> records) {
    if (records != null) {
      storage.put(partition, records.get(records.size() - 1).sourceOffset());
      ReaderUnderTest.settleAll(records);
    }
  }

  /** What a start with these event types tells; counted if it tells anything. */
  private String told(List<String> eventTypes, boolean withHeartbeats) {
    StoredOffsets stored = StoredOffsets.read(storage, "pod", "bot", feed(eventTypes));
    long before = metrics.count(Counter.POSSIBLE_GAPS);
    ReaderContext context = new ReaderContext("Reader", clock, new ReaderSignal(clock), metrics);
    try (CapturedLog log = new CapturedLog()) {
      PossibleGap.tell(context, stored, withHeartbeats);
      assertThat(metrics.count(Counter.POSSIBLE_GAPS) - before)
          .isEqualTo(log.text().isEmpty() ? 0 : 1);
      return log.text();
    }
  }

  /** A reader of the feed with these event types notes that it reads. */
  private void note(int reader, List<String> eventTypes) {
    BatchOffsets offsets =
        new BatchOffsets(
            "",
            "ack",
            clock.epochMillis(),
            FeedOffset.filter(eventTypes, List.of()),
            new byte[0],
            List.of(),
            10);
    storage.put(SourcePartition.of("pod", "bot", "tag", reader), offsets.whole());
  }

  private static FeedConfig feed(List<String> eventTypes) {
    return new FeedConfig("all", "tag", eventTypes, List.of(), "topic", 1);
  }
}
