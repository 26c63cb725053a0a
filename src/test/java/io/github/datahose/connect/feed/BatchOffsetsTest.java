// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.feed;

import static io.github.datahose.connect.feed.Identities.bytes;
import static io.github.datahose.connect.feed.Identities.identities;
import static io.github.datahose.connect.feed.Identities.range;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.datahose.connect.event.Identity;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BatchOffsetsTest {

  private static final long READ_AT = 1_700_000_000_000L;

  @Test
  void invariant2SaysWhatIsDoneUpToARecordAndNoMore() {
    BatchOffsets offsets = offsets(identities(1, 2), identities(3, 4, 5), 100);
    assertThat(FeedOffset.parse(offsets.upTo(1)))
        .isEqualTo(new FeedOffset("before", READ_AT, "filter", identities(1, 2, 3)));
    assertThat(FeedOffset.parse(offsets.upTo(3)))
        .isEqualTo(new FeedOffset("before", READ_AT, "filter", identities(1, 2, 3, 4, 5)));
    assertThat(FeedOffset.parse(offsets.whole()))
        .isEqualTo(new FeedOffset("own", READ_AT, "filter", identities(1, 2, 3, 4, 5)));
  }

  @Test
  void invariant7LeavesOutTheOldestBeyondTheLimit() {
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
  void invariant2IsNotChangedByWhatHappensAfterTheHandOver() {
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
  void isAMapOfStringsAndNumbersOnlySinceConnectRefusesAnythingElse() {
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
  void writesNoTextForTheOffsetsThatNobodyReads() {
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

  @Test
  void staysWellUnderARecordsLimitAtItsLargest() {
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
}
