// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.delivery;

import static io.github.datahose.connect.delivery.Identities.identities;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.connect.config.FeedConfig;
import io.github.datahose.connect.reader.CapturedLog;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class StoredOffsetsTest {

  private final FakeOffsetStorage storage = new FakeOffsetStorage();
  private final FeedConfig feed = feed(List.of("A", "B"), 1);
  private final String filter = FeedOffset.filter(feed.eventTypes(), feed.scopes());

  @Test
  void findsNothingWhenNothingIsStored() {
    StoredOffsets offsets = read(feed);
    assertThat(offsets.ackId(0)).isEmpty();
    assertThat(offsets.identities(0)).isEmpty();
    assertThat(offsets.filter()).isEqualTo(filter);
  }

  @Test
  @Tag("invariant-7")
  void invariant7LoadsOffsetsOfReadersZeroToFour() {
    for (int reader = 0; reader < 6; reader++) {
      store(reader, "ack" + reader, reader + 1);
    }
    StoredOffsets offsets = read(feed);
    assertThat(storage.asked())
        .containsExactlyInAnyOrder(
            partition(0), partition(1), partition(2), partition(3), partition(4));
    assertThat(offsets.window(100, 1).claim(identities(1, 2, 3, 4, 5, 6)))
        .as("what is new")
        .isEqualTo(BitSet.valueOf(new long[] {0b100000}));
    assertThat(offsets.identities(2)).isEqualTo(identities(3));
    assertThat(offsets.ackId(3)).isEqualTo("ack3");
  }

  @Test
  @Tag("invariant-6")
  void invariant6RemembersStoredIdentitiesUpToWindowSize() {
    store(0, "ack0", 1);
    store(1, "ack1", 2);
    DedupWindow window = read(feed).window(2, 1);
    assertThat(window.claim(identities(1, 2)).isEmpty()).as("nothing is new").isTrue();

    window.confirm(identities(3, 4));
    assertThat(window.claim(identities(1, 2)))
        .as("when the window is full, the identity of the reader that can repeat it is new again")
        .isEqualTo(BitSet.valueOf(new long[] {0b01}));
  }

  @Test
  void logsAndIgnoresUnreadableOffset() {
    store(0, "ack0", 1);
    storage.put(partition(1), Map.of("position", 7L));
    storage.put(
        partition(2),
        Map.of("ackId", "secret-ack", "readAt", 1L, "filter", filter, "identities", "Ag=="));
    store(3, "ack3", 4);
    try (CapturedLog log = new CapturedLog()) {
      StoredOffsets offsets = read(feed);
      assertThat(offsets.ackId(0)).isEqualTo("ack0");
      assertThat(offsets.ackId(1)).isEmpty();
      assertThat(offsets.ackId(2)).isEmpty();
      assertThat(offsets.identities(0)).isEqualTo(identities(1));
      assertThat(offsets.identities(3)).isEqualTo(identities(4));
      assertThat(log.text())
          .contains(
              "pod/bot/tag/1", "ackId is missing", "pod/bot/tag/2", "might contain duplicates")
          .doesNotContain("secret-ack");
      assertThat(log.text().lines()).hasSize(2);
    }
  }

  @Test
  @Tag("invariant-13")
  void invariant13CountsReadOfAnyReaderWithinLastDay() {
    Duration day = Duration.ofHours(24);
    long now = 1_700_000_000_000L;
    assertThat(read(feed).readWithin(day, now)).as("nothing stored").isFalse();
    store(0, now - day.toMillis() - 1);
    assertThat(read(feed).readWithin(day, now)).as("too old").isFalse();
    store(4, now - day.toMillis());
    assertThat(read(feed).readWithin(day, now)).as("of a removed reader").isTrue();
    assertThat(read(feed(List.of("C"), 1)).readWithin(day, now)).as("other types").isTrue();
  }

  @Test
  @Tag("invariant-13")
  void invariant13TreatsFutureReadAsCurrent() {
    for (long readAt : new long[] {1_700_000_000_001L, 1_800_000_000_000L, Long.MAX_VALUE}) {
      store(2, readAt);
      assertThat(read(feed).readWithin(Duration.ofHours(24), 1_700_000_000_000L)).isTrue();
    }
    store(2, Long.MIN_VALUE);
    assertThat(read(feed).readWithin(Duration.ofHours(24), 1_700_000_000_000L)).isFalse();
  }

  @Test
  @Tag("invariant-4")
  void invariant4SendsStoredAckIdOfOtherEventTypesAndNewerVersion() {
    store(0, "ack", 1);
    Map<String, Object> newer = new HashMap<>(storage.offset(partition(0)));
    newer.put("window", "AbC=");
    storage.put(partition(0), newer);
    for (List<String> types : List.of(List.of("A"), List.of("A", "B"))) {
      StoredOffsets offsets = read(feed(types, 1));
      assertThat(offsets.ackId(0)).isEqualTo("ack");
      assertThat(offsets.identities(0)).isEqualTo(identities(1));
      assertThat(offsets.of(0)).isEqualTo(new FeedOffset("ack", 1, filter, identities(1), null));
      assertThat(offsets.of(1)).as("of another reader").isNull();
    }
  }

  @Test
  void ignoresOnlyWindowWhenItIsUnreadable() {
    store(0, "ack0", 1);
    Map<String, Object> damaged = new HashMap<>(storage.offset(partition(0)));
    damaged.put("window", "secret-window");
    storage.put(partition(0), damaged);
    try (CapturedLog log = new CapturedLog()) {
      StoredOffsets offsets = read(feed);
      assertThat(offsets.ackId(0)).isEqualTo("ack0");
      assertThat(offsets.identities(0)).isEqualTo(identities(1));
      assertThat(offsets.ledgerWindow(0, 9)).isEqualTo(Window.first(1));
      assertThat(log.text())
          .contains("pod/bot/tag/0", "window is not JSON text", "starts with sequence 1 again")
          .doesNotContain("secret-window");
      assertThat(log.text().lines()).hasSize(1);
    }
  }

  @Test
  void continuesStoredWindowOrBeginsFirstOneAtLastRead() {
    Window open = Window.first(3).next().withRead(5);
    store(0, "ack", 1);
    Map<String, Object> withWindow = new HashMap<>(storage.offset(partition(0)));
    withWindow.put("window", open.text());
    storage.put(partition(0), withWindow);
    store(1, 7L);
    store(2, Long.MAX_VALUE);
    store(3, Long.MIN_VALUE);
    StoredOffsets offsets = read(feed);
    assertThat(offsets.ledgerWindow(0, 9)).isEqualTo(open);
    assertThat(offsets.ledgerWindow(1, 9)).isEqualTo(Window.first(7));
    assertThat(offsets.ledgerWindow(2, 9))
        .as("clocks of workers differ")
        .isEqualTo(Window.first(9));
    assertThat(offsets.ledgerWindow(3, 9)).isEqualTo(Window.first(0));
    assertThat(offsets.ledgerWindow(4, 9)).as("nothing stored").isEqualTo(Window.first(9));
  }

  @Test
  @Tag("invariant-7")
  void invariant7RepeatsStoredOffsetInHeartbeatBeforeFirstBatch() {
    store(1, "ack", 7);
    assertThat(FeedOffset.parse(read(feed).asOffsets(1).again(9, null)))
        .isEqualTo(new FeedOffset("ack", 9, filter, identities(7), null));
    assertThat(FeedOffset.parse(read(feed).asOffsets(0).again(9, null)))
        .as("of a reader that has none")
        .isEqualTo(new FeedOffset("", 9, filter, List.of(), null));
  }

  private StoredOffsets read(FeedConfig of) {
    return StoredOffsets.read(storage, "pod", "bot", of);
  }

  private void store(int reader, String ackId, int identity) {
    store(reader, ackId, 1, identity);
  }

  private void store(int reader, long readAt) {
    store(reader, "ack", readAt, 1);
  }

  private void store(int reader, String ackId, long readAt, int identity) {
    BatchOffsets offsets =
        new BatchOffsets("", ackId, readAt, filter, new byte[0], identities(identity), 10);
    storage.put(partition(reader), offsets.whole());
  }

  private static Map<String, String> partition(int reader) {
    return FeedOffset.partition("pod", "bot", "tag", reader);
  }

  private static FeedConfig feed(List<String> eventTypes, int readers) {
    return new FeedConfig("all", "tag", eventTypes, List.of(), "topic", readers);
  }
}
