// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.simulator.Audit.Entry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
        0,
        messageIds,
        answers,
        new int[0],
        new int[answers.length]);
  }

  /** Records of the key k, one for each letter. */
  private static List<Entry> topic(String ids) {
    return Stream.of(ids.split("")).map(id -> new Entry("k", id)).toList();
  }

  private static final LedgerSnapshot ABCD =
      ledger(feed("t", 4, "abcd", new int[] {0, 1}, new int[] {2, 3}));

  @ParameterizedTest
  @CsvSource({
    "abcd, 4, 0, 0, 0, 0, true",
    "abbbcx, 5, 1, 2, 0, 1, false",
    "bacd, 4, 0, 0, 1, 0, false",
    "badc, 4, 0, 0, 2, 0, false",
    "cdab, 4, 0, 0, 0, 0, true"
  })
  void countsLostDuplicateReorderedAndUnknownRecords(
      String topic, int known, int lost, int duplicated, int disorder, int unknown, boolean ok) {
    List<String> missing = lost == 0 ? List.of() : List.of("d");
    Audit audit = Audit.of(ABCD, topic(topic));
    assertThat(audit)
        .isEqualTo(new Audit(4, known, 4, lost, duplicated, disorder, unknown, missing));
    assertThat(audit.ok()).isEqualTo(ok);
  }

  @Test
  void failsWhenEventIsNotAcknowledged() {
    LedgerSnapshot ledger = ledger(feed("t", 3, "abcd", new int[] {0, 1, 2, 3}));
    assertThat(Audit.of(ledger, topic("abcd")).ok()).isFalse();
  }

  @Test
  void checksOrderWithinKeyOnly() {
    List<Entry> twoKeys = List.of(new Entry("k", "b"), new Entry("l", "a"));
    assertThat(Audit.of(ABCD, twoKeys).outOfOrder()).isZero();
    List<Entry> noKey = List.of(new Entry(null, "b"), new Entry(null, "a"));
    assertThat(Audit.of(ABCD, noKey).outOfOrder()).isZero();
  }

  @Test
  void acceptsOrderOfAnyResponse() {
    LedgerSnapshot redelivered = ledger(feed("t", 2, "ab", new int[] {0, 1}, new int[] {1, 0}));
    assertThat(Audit.of(redelivered, topic("ab")).outOfOrder()).isZero();
    assertThat(Audit.of(redelivered, topic("ba")).outOfOrder()).isZero();
  }

  @Test
  void expectsEventOncePerFeed() {
    LedgerSnapshot two =
        ledger(feed("s", 1, "a", new int[] {0}), feed("t", 2, "ab", new int[] {0, 1}));
    assertThat(Audit.of(two, topic("aab")).ok()).isTrue();
    assertThat(Audit.of(two, topic("ab")).lost()).isEqualTo(1);
    assertThat(Audit.of(two.ofTag("t"), topic("ab")).ok()).isTrue();
    assertThat(Audit.of(two.ofTag("s"), topic("ab")).unknown()).isEqualTo(1);
  }

  @Test
  void countsEqualEventsSeparately() {
    LedgerSnapshot equal = ledger(feed("t", 2, "aa", new int[] {0, 1}));
    assertThat(Audit.of(equal, topic("aa")).ok()).isTrue();
    assertThat(Audit.of(equal, topic("a")).lost()).isEqualTo(1);
  }

  @Test
  void auditsLedgerFromJson() throws IOException {
    LedgerSnapshot copy = LedgerSnapshot.read(new ByteArrayInputStream(Json.bytes(ABCD)));
    assertThat(Audit.of(copy, topic("bbcx"))).isEqualTo(Audit.of(ABCD, topic("bbcx")));
  }
}
