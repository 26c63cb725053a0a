// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.simulator.Audit.Entry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AuditTest {

  private static LedgerSnapshot ledger(FeedSnapshot... feeds) {
    return new LedgerSnapshot(9, 0, List.of(feeds));
  }

  private static FeedSnapshot feed(String tag, int acknowledged, String ids, int[]... answers) {
    String[] messageIds = ids.split("");
    return new FeedSnapshot(
        "bot",
        tag,
        List.of("MESSAGESENT"),
        List.of(),
        true,
        messageIds.length,
        messageIds.length,
        0,
        acknowledged,
        answers.length,
        0,
        messageIds,
        answers,
        new int[0],
        new int[answers.length]);
  }

  /** Records of the key k, one for each letter. */
  private static List<Entry> topic(String ids) {
    List<Entry> topic = new ArrayList<>();
    for (String id : ids.split("")) {
      topic.add(new Entry("k", id));
    }
    return topic;
  }

  private static final LedgerSnapshot ABCD =
      ledger(feed("t", 4, "abcd", new int[] {0, 1}, new int[] {2, 3}));

  @Test
  void aTopicWithEachEventOnceInOrderIsOk() {
    Audit audit = Audit.of(ABCD, topic("abcd"));
    assertThat(audit).isEqualTo(new Audit(4, 4, 4, 0, 0, 0, 0, List.of()));
    assertThat(audit.ok()).isTrue();
  }

  @Test
  void countsWhatIsMissingTooMuchOrUnknown() {
    Audit audit = Audit.of(ABCD, topic("abbbcx"));
    assertThat(audit.inKafka()).isEqualTo(5);
    assertThat(audit.lost()).isEqualTo(1);
    assertThat(audit.lostMessageIds()).containsExactly("d");
    assertThat(audit.duplicated()).isEqualTo(2);
    assertThat(audit.unknown()).isEqualTo(1);
    assertThat(audit.ok()).isFalse();
  }

  @Test
  void whatWasNotAcknowledgedIsNotOk() {
    LedgerSnapshot ledger = ledger(feed("t", 3, "abcd", new int[] {0, 1, 2, 3}));
    assertThat(Audit.of(ledger, topic("abcd")).ok()).isFalse();
  }

  @Test
  void orderCountsWithinAnAnswerOnly() {
    assertThat(Audit.of(ABCD, topic("bacd")).outOfOrder()).isEqualTo(1);
    assertThat(Audit.of(ABCD, topic("badc")).outOfOrder()).isEqualTo(2);
    assertThat(Audit.of(ABCD, topic("cdab")).outOfOrder()).isZero();
  }

  @Test
  void orderCountsWithinAKeyOnly() {
    List<Entry> twoKeys = List.of(new Entry("k", "b"), new Entry("l", "a"));
    assertThat(Audit.of(ABCD, twoKeys).outOfOrder()).isZero();
    List<Entry> noKey = List.of(new Entry(null, "b"), new Entry(null, "a"));
    assertThat(Audit.of(ABCD, noKey).outOfOrder()).isZero();
  }

  @Test
  void theOrderOfAnyAnswerThatHeldBothIsRight() {
    LedgerSnapshot redelivered = ledger(feed("t", 2, "ab", new int[] {0, 1}, new int[] {1, 0}));
    assertThat(Audit.of(redelivered, topic("ab")).outOfOrder()).isZero();
    assertThat(Audit.of(redelivered, topic("ba")).outOfOrder()).isZero();
  }

  @Test
  void anEventOfTwoFeedsIsExpectedTwiceAndOfOneTagOnce() {
    LedgerSnapshot two =
        ledger(feed("s", 1, "a", new int[] {0}), feed("t", 2, "ab", new int[] {0, 1}));
    assertThat(Audit.of(two, topic("aab")).ok()).isTrue();
    assertThat(Audit.of(two, topic("ab")).lost()).isEqualTo(1);
    assertThat(Audit.of(two.ofTag("t"), topic("ab")).ok()).isTrue();
    assertThat(Audit.of(two.ofTag("s"), topic("ab")).unknown()).isEqualTo(1);
  }

  @Test
  void equalEventsAreCountedNotMerged() {
    LedgerSnapshot equal = ledger(feed("t", 2, "aa", new int[] {0, 1}));
    assertThat(Audit.of(equal, topic("aa")).ok()).isTrue();
    assertThat(Audit.of(equal, topic("a")).lost()).isEqualTo(1);
  }

  @Test
  void aLedgerThatWentThroughJsonAuditsTheSame() throws IOException {
    LedgerSnapshot copy = LedgerSnapshot.read(new ByteArrayInputStream(Json.bytes(ABCD)));
    assertThat(Audit.of(copy, topic("bbcx"))).isEqualTo(Audit.of(ABCD, topic("bbcx")));
  }
}
