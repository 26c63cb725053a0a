// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.delivery;

import static io.github.datahose.connect.delivery.Identities.bytes;
import static io.github.datahose.connect.delivery.Identities.identities;
import static io.github.datahose.connect.delivery.Identities.range;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.datahose.connect.event.Identity;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the offsets of a batch have, what a start reads of them, and where they are stored. */
class FeedOffsetTest {

  private static final long READ_AT = 1_700_000_000_000L;

  @Test
  @Tag("invariant-2")
  void invariant2StoresOnlyWhatIsSettledUpToRecord() {
    BatchOffsets offsets = offsets(identities(1, 2), identities(3, 4, 5), 100);
    assertThat(FeedOffset.parse(offsets.upTo(1)))
        .isEqualTo(new FeedOffset("before", READ_AT, "filter", identities(1, 2, 3), null));
    assertThat(FeedOffset.parse(offsets.upTo(3)))
        .isEqualTo(new FeedOffset("before", READ_AT, "filter", identities(1, 2, 3, 4, 5), null));
    assertThat(FeedOffset.parse(offsets.whole()))
        .isEqualTo(new FeedOffset("own", READ_AT, "filter", identities(1, 2, 3, 4, 5), null));
  }

  @Test
  @Tag("invariant-7")
  void invariant7OmitsOldestIdentitiesBeyondLimit() {
    BatchOffsets offsets = offsets(identities(1, 2), identities(3, 4, 5), 3);
    assertThat(identitiesOf(offsets.upTo(1))).isEqualTo(identities(1, 2, 3));
    assertThat(identitiesOf(offsets.upTo(2))).isEqualTo(identities(2, 3, 4));
    assertThat(identitiesOf(offsets.whole())).isEqualTo(identities(3, 4, 5));
    BatchOffsets small = offsets(identities(1, 2), identities(3, 4, 5), 2);
    assertThat(identitiesOf(small.upTo(1))).isEqualTo(identities(2, 3));
    assertThat(identitiesOf(small.whole())).isEqualTo(identities(4, 5));
    assertThat(identitiesOf(offsets(identities(1), identities(2), 0).whole())).isEmpty();
  }

  @Test
  @Tag("invariant-2")
  void invariant2KeepsOffsetAfterHandOver() {
    List<Identity> events = new ArrayList<>(identities(3, 4));
    BatchOffsets offsets = offsets(identities(1), events, 100);
    Map<String, Object> offset = offsets.upTo(1);
    Map<String, Object> then = new HashMap<>(offset);
    events.clear();
    offsets.whole();
    assertThat(new HashMap<>(offset)).isEqualTo(then);
    assertThatThrownBy(() -> offset.put("ackId", "another"))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> offset.entrySet().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  /** As Kafka's {@code OffsetUtils.validateFormat} demands of what is stored. */
  @Test
  void containsOnlyStringsAndNumbers() {
    Map<String, Object> offset = offsets(identities(1), identities(2), 100).whole();
    assertThat(offset).containsOnlyKeys("ackId", "readAt", "filter", "identities");
    offset.forEach(
        (key, value) -> assertThat(value).as(key).isInstanceOfAny(String.class, Long.class));
    assertThat(offset).isEqualTo(new HashMap<>(offset)).hasSize(4);
    assertThat(offset.hashCode()).isEqualTo(new HashMap<>(offset).hashCode());
    assertThat(offset.get("ackId")).isEqualTo("own");
    assertThat(offset.get("another")).isNull();
  }

  @Test
  @Tag("invariant-2")
  void invariant2ExtendsLedgerWindowWithEachRecord() {
    Window before = Window.first(5).withRead(READ_AT);
    BitSet fresh = BitSet.valueOf(new long[] {0b101});
    Window.Growth growth = new Window.Growth(before, fresh, 3);
    BatchOffsets offsets =
        new BatchOffsets(
            "before", "own", READ_AT, "filter", new byte[0], identities(1, 1, 2), 100, growth);
    Map<String, Object> first = offsets.upTo(1);
    Map<String, Object> last = offsets.whole();
    growth.add(identities(1).get(0), "events", "A", false, false, false);
    growth.add(identities(2).get(0), "events", "unknown", false, false, false);

    assertThat(first).containsOnlyKeys("ackId", "readAt", "filter", "identities", "window");
    assertThat(FeedOffset.parse(first).window()).isEqualTo(growth.after(1));
    assertThat(FeedOffset.parse(last).window()).isEqualTo(growth.whole());
    assertThat(offsets.window()).isEqualTo(growth.whole()).isNotEqualTo(growth.after(1));

    Window later = growth.whole().next();
    assertThat(FeedOffset.parse(offsets.again(READ_AT + 1, later)))
        .isEqualTo(new FeedOffset("own", READ_AT + 1, "filter", identities(1, 1, 2), later));
  }

  @Test
  void ignoresUnreadableStoredWindowAndRejectsItInRequests() {
    Map<String, String> partition = FeedOffset.partition("pod", "bot", "tag", 0);
    String window = Window.first(5).text();
    FeedOffset.check(partition, offset("window", window));
    assertThat(FeedOffset.parse(offset("window", window)).window()).isEqualTo(Window.first(5));
    for (Object nonsense : new Object[] {"AbC=", 7L, true, window.replace("1", "0")}) {
      assertThat(FeedOffset.parse(offset("window", nonsense)))
          .isEqualTo(FeedOffset.parse(offset("readAt", 17L)));
      assertThatThrownBy(() -> FeedOffset.check(partition, offset("window", nonsense)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("window ")
          .hasMessageContaining("with a ledger also \"window\"");
    }
  }

  @Test
  void writesNoTextForUnreadOffsets() {
    BatchOffsets offsets = offsets(range(0, 9_000), range(10_000, 10_500), 10_000);
    Map<?, ?>[] made = new Map<?, ?>[500];
    offsets.upTo(1);
    long before = allocatedBytes();
    for (int i = 0; i < 499; i++) {
      made[i] = offsets.upTo(i + 1);
    }
    made[499] = offsets.whole();
    long each = (allocatedBytes() - before) / 500;
    assertThat(each).as("bytes for an offset; its text alone has 200,000").isLessThan(1_000);
    assertThat(identitiesOf(offsets.whole())).hasSize(9_500);
  }

  /** {@code OffsetUtils.validateFormat} asks once, {@code JsonConverter} twice. */
  @Test
  void writesTextOfLastRecordOnce() {
    Map<String, Object> offset = offsets(identities(1), identities(2, 3), 100).whole();
    assertThat(offset.get("identities")).isSameAs(offset.get("identities"));
  }

  @Test
  void staysBelowRecordLimitAtMaximumSize() {
    Map<String, Object> offset = offsets(range(0, 20_000), range(20_000, 40_000), 10_000).whole();
    assertThat(offset.get("identities").toString()).hasSizeLessThan(220_000);
  }

  private static long allocatedBytes() {
    return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getThreadAllocatedBytes(Thread.currentThread().getId());
  }

  private static List<Identity> identitiesOf(Map<String, Object> offset) {
    return FeedOffset.parse(offset).identities();
  }

  private static BatchOffsets offsets(List<Identity> late, List<Identity> events, int limit) {
    return new BatchOffsets("before", "own", READ_AT, "filter", bytes(late), events, limit);
  }

  @Test
  void readsWrittenOffset() {
    assertThat(FeedOffset.parse(offset("readAt", 17L)))
        .isEqualTo(new FeedOffset("ack", 17, "filter", identities(1, 2), null));
  }

  @Test
  void readsNumbersOfAnyJsonType() {
    assertThat(FeedOffset.parse(offset("readAt", 17)).readAt()).isEqualTo(17);
    assertThat(FeedOffset.parse(offset("readAt", 1_700_000_000_000L)).readAt())
        .isEqualTo(1_700_000_000_000L);
  }

  @Test
  void readsOffsetWithoutIdentitiesAndAckId() {
    Map<String, Object> offset = offset("identities", "AQ==");
    offset.put("ackId", "");
    assertThat(FeedOffset.parse(offset))
        .isEqualTo(new FeedOffset("", 17, "filter", List.of(), null));
  }

  @Test
  void ignoresKeysOfNewerVersion() {
    FeedOffset ours = FeedOffset.parse(offset("readAt", 17L));
    Map<String, Object> newer = offset("window", "AbC=");
    newer.put("more", null);
    newer.put(null, 7);
    assertThat(FeedOffset.parse(newer)).isEqualTo(ours);
  }

  @Test
  @Tag("invariant-12")
  void invariant12ReadsAckIdOfUpTo8192Characters() {
    String longest = "a".repeat(8192);
    assertThat(FeedOffset.parse(offset("ackId", longest)).ackId()).isEqualTo(longest);
  }

  @Test
  void readsTimeOfZero() {
    assertThat(FeedOffset.parse(offset("readAt", 0)).readAt()).isZero();
  }

  static List<Arguments> malformed() {
    List<Arguments> malformed = new ArrayList<>();
    malformed.add(Arguments.of(Map.of(), "ackId is missing or not a string"));
    for (String key : List.of("ackId", "readAt", "filter", "identities")) {
      Map<String, Object> without = offset("readAt", 17L);
      without.remove(key);
      malformed.add(Arguments.of(without, key + " is missing or not a"));
    }
    malformed.add(Arguments.of(offset("ackId", "a".repeat(8193)), "ackId has 8193 characters"));
    for (String key : List.of("ackId", "filter", "identities")) {
      for (Object value : new Object[] {null, 7, true, List.of(), Map.of("a", 1)}) {
        malformed.add(Arguments.of(offset(key, value), key + " is missing or not a string"));
      }
    }
    for (Object value : new Object[] {null, "17", 17.5, 17.0f, List.of(17)}) {
      malformed.add(
          Arguments.of(offset("readAt", value), "readAt is missing or not a whole number"));
    }
    malformed.add(Arguments.of(offset("identities", "?"), "identities is not base64 text"));
    for (byte[] bytes : new byte[][] {{}, {2}, {0}, {1, 5}, new byte[17], new byte[16]}) {
      String text = Base64.getEncoder().encodeToString(bytes);
      malformed.add(Arguments.of(offset("identities", text), "a format that this version"));
    }
    return malformed;
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void rejectsInvalidOffsetWithReason(Map<String, ?> offset, String says) {
    assertThatThrownBy(() -> FeedOffset.parse(offset))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(says);
  }

  @Test
  void fingerprintsEventTypesAndScopesUniquely() {
    String one = FeedOffset.filter(List.of("A", "B"), List.of());
    assertThat(one).isEqualTo(FeedOffset.filter(List.of("A", "B"), List.of()));
    assertThat(
            List.of(
                one,
                FeedOffset.filter(List.of("A"), List.of()),
                FeedOffset.filter(List.of("A"), List.of("B")),
                FeedOffset.filter(List.of("A", "B"), List.of("INTERNAL"))))
        .doesNotHaveDuplicates();
    assertThat(one).as("the same in each version").isEqualTo(FINGERPRINT_OF_A_AND_B);
  }

  /** First 16 bytes of the SHA-256 of {@code A,B;}. */
  private static final String FINGERPRINT_OF_A_AND_B = "884ca0232c0181f02b9d0f8895f35ea6";

  private static Map<String, Object> offset(String key, Object value) {
    byte[] two = bytes(identities(1, 2));
    byte[] withFormat = new byte[two.length + 1];
    withFormat[0] = 1;
    System.arraycopy(two, 0, withFormat, 1, two.length);
    Map<String, Object> offset = new HashMap<>();
    offset.put("ackId", "ack");
    offset.put("readAt", 17L);
    offset.put("filter", "filter");
    offset.put("identities", Base64.getEncoder().encodeToString(withFormat));
    offset.put(key, value);
    return offset;
  }

  @Test
  void usesOneKeyForPartition() {
    assertThat(FeedOffset.partition("acme.symphony.com", "bot", "kafka.all", 3))
        .isEqualTo(Map.of("reader", "acme.symphony.com/bot/kafka.all/3"));
  }

  @Test
  void recognizesPartitionsOfReaders() {
    for (String account : List.of("bot", "Bot 7", "a@b.example", "team/bot", "é")) {
      for (int reader = 0; reader < 5; reader++) {
        assertThat(FeedOffset.isPartition(FeedOffset.partition("h", account, "T-a_g.1", reader)))
            .as(account)
            .isTrue();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "reader",
        "pod/bot/tag",
        "pod/bot/tag/",
        "pod/bot/tag/one",
        "pod/bot/tag/-1",
        "pod/bot/tag/1 ",
        "/bot/tag/0",
        "pod//tag/0",
        "pod/bot//0",
        "pod/bot/a tag/0",
        "pod/bot/tag/1234567890"
      })
  void rejectsPartitionWithOtherText(String reader) {
    assertThat(FeedOffset.isPartition(Map.of("reader", reader))).isFalse();
  }

  static List<Map<String, ?>> otherMaps() {
    return Arrays.asList(
        null,
        Map.of(),
        Map.of("Reader", "pod/bot/tag/0"),
        Map.of("reader", "pod/bot/tag/0", "more", "x"),
        Map.of("reader", 0),
        Map.of("reader", List.of("pod/bot/tag/0")),
        Collections.singletonMap("reader", null),
        Collections.singletonMap(null, "pod/bot/tag/0"));
  }

  @ParameterizedTest
  @MethodSource("otherMaps")
  void rejectsOtherMapsAsPartition(Map<String, ?> partition) {
    assertThat(FeedOffset.isPartition(partition)).isFalse();
  }
}
