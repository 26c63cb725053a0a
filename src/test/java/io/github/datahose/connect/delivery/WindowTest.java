// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.delivery;

import static io.github.datahose.connect.delivery.Identities.identity;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.datahose.connect.event.Identity;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a window counts, and what of it an offset stores. */
class WindowTest {

  private static final String TEXT =
      "{\"sequence\":7,\"from\":10,\"to\":20,\"reads\":3,\"events\":3,\"duplicates\":1,"
          + "\"records\":{\"events\":2,\"odd\":1},\"types\":{\"MESSAGESENT\":1,\"unknown\":2},"
          + "\"quarantined\":1,\"oversize\":2,\"unmapped\":3,\"dropped\":1,"
          + "\"digest\":\"000102030405060708090a0b0c0d0e0f\",\"gapFrom\":11,\"gapTo\":12}";

  @Test
  void storesRecordWithoutReaderAndVersion() {
    Window window = Window.parse(TEXT);
    assertThat(window.text()).isEqualTo(TEXT);
    assertThat(window).isEqualTo(Window.parse(TEXT)).hasSameHashCodeAs(Window.parse(TEXT));
    assertThat(window).isNotEqualTo(window.next());
    Struct record = window.record("pod/bot/tag/0", "1.2.3");
    record.validate();
    assertThat(record.getString("reader")).isEqualTo("pod/bot/tag/0");
    assertThat(record.getString("version")).isEqualTo("1.2.3");
    assertThat(record.getInt64("sequence")).isEqualTo(7);
    assertThat(record.getInt64("events")).isEqualTo(3);
    assertThat(record.getMap("records")).isEqualTo(Map.of("events", 2L, "odd", 1L));
    assertThat(record.getMap("types")).isEqualTo(Map.of("MESSAGESENT", 1L, "unknown", 2L));
    assertThat(record.getInt64("gapTo")).isEqualTo(12);
  }

  /** By hand, since consumers rely on them. */
  @Test
  void hasDocumentedFieldsInOrder() {
    assertThat(Window.SCHEMA.name()).isEqualTo("io.github.datahose.connect.Window");
    assertThat(Window.SCHEMA.version()).isOne();
    assertThat(Window.SCHEMA.fields())
        .extracting(Field::name)
        .containsExactly(
            "reader",
            "sequence",
            "from",
            "to",
            "reads",
            "events",
            "duplicates",
            "records",
            "types",
            "quarantined",
            "oversize",
            "unmapped",
            "dropped",
            "digest",
            "gapFrom",
            "gapTo",
            "version");
  }

  @Test
  void beginsNextWindowAtEndOfPreviousOne() {
    Window first = Window.first(5);
    assertThat(first.isUnread()).isTrue();
    assertThat(first.record("", "").getInt64("to")).isEqualTo(5);
    Window read = first.withRead(9).withDropped(2).withGap(6, 7);
    assertThat(first.isUnread()).as("never changes").isTrue();
    assertThat(read.isUnread()).isFalse();
    assertThat(read.next()).isEqualTo(second(9));
    assertThat(read.next().sequence()).isEqualTo(2);
  }

  private static Window second(long from) {
    return Window.first(from).next();
  }

  @Test
  void neverEndsBeforeItsStartWhenClockIsSetBack() {
    Struct record = Window.first(5).withRead(3).record("", "");
    assertThat(record.getInt64("from")).isEqualTo(5);
    assertThat(record.getInt64("to")).isEqualTo(5);
    assertThat(record.getInt64("reads")).isOne();
  }

  @Test
  void extendsGapWhenAnotherGapPrecedesFirstRead() {
    Struct record = Window.first(0).withGap(20, 30).withGap(40, 50).withGap(25, 26).record("", "");
    assertThat(record.getInt64("gapFrom")).isEqualTo(20);
    assertThat(record.getInt64("gapTo")).isEqualTo(50);
  }

  @Test
  @Tag("invariant-2")
  void invariant2GrowsWithEachRecordOfBatch() {
    Window before = Window.parse(TEXT);
    // The second and the last one are duplicates.
    BitSet fresh = BitSet.valueOf(new long[] {0b01101});
    Window.Growth growth = new Window.Growth(before, fresh, 5);
    growth.add(identity(1), "events", "MESSAGESENT", false, false, false);
    growth.add(identity(2), "events", "unknown", false, true, true);
    growth.add(identity(3), "odd", "ROOMCREATED", true, false, true);
    assertThat(growth.sequence()).isEqualTo(7);
    assertThat(growth.after(0)).isEqualTo(before);
    assertThat(numbers(growth.after(1))).isEqualTo("events=4 duplicates=1 1 2 3");
    assertThat(numbers(growth.after(2))).isEqualTo("events=4 duplicates=2 1 2 3");
    assertThat(numbers(growth.after(3))).isEqualTo("events=5 duplicates=2 1 3 4");
    assertThat(numbers(growth.after(4))).isEqualTo("events=6 duplicates=2 2 3 5");
    assertThat(numbers(growth.whole())).isEqualTo("events=6 duplicates=3 2 3 5");
    Struct whole = growth.whole().record("", "");
    assertThat(whole.getMap("records")).isEqualTo(Map.of("events", 4L, "odd", 2L));
    assertThat(whole.getMap("types"))
        .isEqualTo(Map.of("MESSAGESENT", 2L, "ROOMCREATED", 1L, "unknown", 3L));
    assertThat(before.text()).as("never changes").isEqualTo(TEXT);
  }

  /** The worker asks three times for the offset of a transaction's last record. */
  @Test
  void countsAndWritesWholeBatchOnce() {
    Window.Growth growth = new Window.Growth(Window.parse(TEXT), BitSet.valueOf(new long[] {1}), 2);
    growth.add(identity(1), "events", "MESSAGESENT", false, false, false);
    Window whole = growth.whole();
    assertThat(growth.after(2)).isSameAs(whole).isNotEqualTo(growth.after(1));
    assertThat(whole.text()).isSameAs(whole.text());
  }

  private static String numbers(Window window) {
    Struct record = window.record("", "");
    return "events=%d duplicates=%d %d %d %d"
        .formatted(
            record.getInt64("events"),
            record.getInt64("duplicates"),
            record.getInt64("quarantined"),
            record.getInt64("oversize"),
            record.getInt64("unmapped"));
  }

  @Test
  void addsIdentitiesToDigestInAnyOrder() {
    List<Identity> identities = new ArrayList<>(Identities.range(-50, 50));
    BigInteger sum = BigInteger.ZERO;
    for (Identity identity : identities) {
      sum = sum.add(new BigInteger(identity.hex(), 16));
    }
    assertThat(sum).as("overflows").isGreaterThan(BigInteger.ONE.shiftLeft(128));
    String expected = "%032x".formatted(sum.mod(BigInteger.ONE.shiftLeft(128)));
    for (int i = 0; i < 3; i++) {
      Collections.rotate(identities, 17);
      assertThat(digest(identities)).isEqualTo(expected);
    }
  }

  private static String digest(List<Identity> identities) {
    BitSet fresh = new BitSet();
    fresh.set(0, identities.size());
    Window.Growth growth = new Window.Growth(Window.first(0), fresh, identities.size());
    identities.forEach(each -> growth.add(each, "events", "unknown", false, false, false));
    return growth.whole().record("", "").getString("digest");
  }

  @Test
  void readsWindowOfNewerVersion() {
    assertThat(Window.parse(TEXT.replace("{\"sequence\"", "{\"more\":{\"a\":[1]},\"sequence\"")))
        .isEqualTo(Window.parse(TEXT));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "AbC=",
        "7",
        "null",
        "[]",
        "{}",
        "{",
        "{\"sequence\":1}",
        "{} {}",
        "\"{}\""
      })
  void rejectsTextThatIsNotWindow(String text) {
    assertThatThrownBy(() -> Window.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("window ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      textBlock =
          """
          "sequence":7 | "sequence":0 | inconsistent numbers
          "sequence":7 | "sequence":-1 | sequence
          "sequence":7 | "sequence":"7" | sequence
          "sequence":7 | "sequence":9007199254740993 | sequence
          "sequence":7 | "sequence":99999999999999999999 | sequence
          "to":20 | "to":9 | inconsistent numbers
          "reads":3 | "reads":1.5 | reads
          "reads":3 | "read":3 | reads
          "events":3 | "events":4 | inconsistent numbers
          {"events":2, | {"events":1, | inconsistent numbers
          "unknown":2 | "unknown":3 | inconsistent numbers
          {"events":2,"odd":1} | 3 | records
          {"events":2,"odd":1} | {"events":null} | records
          000102 | 00010 | digest
          0a0b0c | 0A0B0C | digest
          "gapFrom":11, | '' | gapFrom
          "gapTo":12 | "gapTo":"x" | gapTo
          """)
  void rejectsInvalidTextWithPosition(String part, String wrong, String says) {
    assertThat(TEXT).contains(part);
    assertThatThrownBy(() -> Window.parse(TEXT.replace(part, wrong)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("window ")
        .hasMessageContaining(says);
  }
}
