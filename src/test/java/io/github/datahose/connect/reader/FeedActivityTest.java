// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.reader;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.connect.config.FeedConfig;
import io.github.datahose.connect.delivery.BatchOffsets;
import io.github.datahose.connect.delivery.FakeOffsetStorage;
import io.github.datahose.connect.delivery.FeedOffset;
import io.github.datahose.connect.delivery.RecordFactoryFixture;
import io.github.datahose.connect.delivery.StoredOffsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The report of a start about the time before it. For the reports of a running task, and for
 * heartbeats, which record each minute in which a quiet feed is read, see {@link
 * FeedKeptAliveTest}.
 */
class FeedActivityTest {

  private static final String MESSAGES = "MESSAGESENT";
  private static final String ROOMS = "ROOMCREATED";

  private final FakeOffsetStorage storage = new FakeOffsetStorage();
  private final RecordFactoryFixture fixture = new RecordFactoryFixture();

  @Test
  @Tag("invariant-11")
  void invariant11ReportsNothingAtFirstStart() {
    assertThat(told(MESSAGES, false)).isEmpty();
  }

  @Test
  @Tag("invariant-11")
  void invariant11ReportsNothingUpToThirtyMinutesAfterLastOffset() {
    noteAndPass(0, MESSAGES, Duration.ofMinutes(30));
    assertThat(told(MESSAGES, false)).isEmpty();
    assertThat(told(MESSAGES, true)).isEmpty();
  }

  @Test
  @Tag("invariant-11")
  void invariant11ReportsPossiblyQuietFeedOnlyWithoutHeartbeats() {
    noteAndPass(0, MESSAGES, Duration.ofMinutes(31));
    assertThat(told(MESSAGES, false))
        .contains("stored no offset between 2023-11-14T22:13:20Z and 2023-11-14T22:44:20Z")
        .contains("there were no events", "set heartbeat.topic");
    assertThat(told(MESSAGES, true))
        .contains("that the connector did not read")
        .doesNotContain("set heartbeat.topic");
  }

  @Test
  @Tag("invariant-11")
  void invariant11DistinguishesQuietFeedFromGapByStoredWindow() {
    Map<String, Object> offset = new HashMap<>(offsets(MESSAGES).whole());
    offset.put(
        "window",
        """
        {"sequence": 1, "from": 0, "to": 0, "reads": 0, "events": 0, "duplicates": 0, "records": {},
        "types": {}, "quarantined": 0, "oversize": 0, "unmapped": 0, "dropped": 0,
        "digest": "00000000000000000000000000000000"}
        """);
    storage.put(FeedOffset.partition("pod", "bot", "tag", 0), offset);
    fixture.clock.advance(Duration.ofMinutes(31));
    assertThat(told(MESSAGES, false))
        .contains("that the connector did not read")
        .doesNotContain("set heartbeat.topic");
  }

  @Test
  @Tag("invariant-11")
  void invariant11ReportsNothingWhenOneReaderStoredOffset() {
    noteAndPass(0, MESSAGES, Duration.ofMinutes(31));
    noteAndPass(3, MESSAGES, Duration.ofMinutes(29));
    assertThat(told(MESSAGES, true)).isEmpty();
  }

  @Test
  @Tag("invariant-11")
  void invariant11ReportsNewFeedWhenEventTypesChange() {
    noteAndPass(0, MESSAGES, Duration.ofSeconds(5));
    assertThat(told(ROOMS, true))
        .contains("Event types or scopes changed")
        .contains("last read at 2023-11-14T22:13:20Z")
        .contains("its own tag");
  }

  @Test
  @Tag("invariant-11")
  void invariant11ReportsNewFeedOnlyUntilItStoresOffset() {
    noteAndPass(0, MESSAGES, Duration.ZERO);
    noteAndPass(1, MESSAGES, Duration.ofMinutes(1));
    noteAndPass(0, ROOMS, Duration.ofMinutes(1));
    assertThat(told(ROOMS, true)).isEmpty();
  }

  @Test
  @Tag("invariant-11")
  void invariant11IgnoresOffsetOfFeedWithOtherEventTypes() {
    noteAndPass(1, MESSAGES, Duration.ofDays(2));
    noteAndPass(0, ROOMS, Duration.ofMinutes(1));
    assertThat(told(MESSAGES, true))
        .as("back at the types of two days ago")
        .contains("stored no offset between 2023-11-14T22:13:20Z and 2023-11-16T22:14:20Z");
  }

  /** Returns the report of a start with this event type, and checks that a report is counted. */
  private String told(String eventType, boolean withHeartbeats) {
    FeedConfig feed = new FeedConfig("all", "tag", List.of(eventType), List.of(), "topic", 1);
    StoredOffsets stored = StoredOffsets.read(storage, "pod", "bot", feed);
    long before = fixture.counter("possible-gaps-total");
    try (CapturedLog log = new CapturedLog()) {
      new FeedActivity(fixture.clock).reportStart(fixture.context, stored, withHeartbeats);
      assertThat(fixture.counter("possible-gaps-total") - before)
          .isEqualTo(log.text().isEmpty() ? 0 : 1);
      return log.text();
    }
  }

  /** A reader of the feed with this event type notes that it reads, and time passes. */
  private void noteAndPass(int reader, String eventType, Duration time) {
    storage.put(FeedOffset.partition("pod", "bot", "tag", reader), offsets(eventType).whole());
    fixture.clock.advance(time);
  }

  private BatchOffsets offsets(String eventType) {
    String filter = FeedOffset.filter(List.of(eventType), List.of());
    return new BatchOffsets(
        "", "ack", fixture.clock.epochMillis(), filter, new byte[0], List.of(), 10);
  }
}
