// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.delivery;

import static io.github.datahose.connect.delivery.RecordFactoryFixture.headers;
import static io.github.datahose.connect.delivery.RecordFactoryFixture.raw;
import static io.github.datahose.connect.delivery.RecordFactoryFixture.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.datahose.connect.delivery.Batch.TrackedRecord;
import io.github.datahose.connect.event.ConvertedJson;
import io.github.datahose.connect.reader.CapturedLog;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of events that are too large for a record, and which ones are. */
public class OversizeTest {

  private static final int LIMIT = 1_000_000;

  private final RecordFactoryFixture fixture = new RecordFactoryFixture();

  @ParameterizedTest
  @CsvSource({
    "struct, unmapped, '', 1",
    "struct, never, ',\"new\":1', 1",
    "struct, unmapped, ',\"new\":1', 3",
    "struct, always, '', 3",
    "json, always, ',\"new\":1', 1"
  })
  void countsEachCopyOfJsonInValue(String value, String raw, String more, int times) {
    fixture.set("record.value", value, "record.raw", raw);
    String envelope = message("", more);
    // Quotes within the value, and its null fields: less than the 4 % between limit and Kafka's.
    int most = LIMIT / times - 3_000;
    assertThat(size(fixture.record(message(text(most, envelope), more)))).isNull();
    String large = message(text(LIMIT / times + 1, envelope), more);
    assertThat(size(fixture.record(large))).isEqualTo(Long.toString((long) times * large.length()));
    assertThat(fixture.counter("oversize-total")).isEqualTo(1);
  }

  @Test
  void deliversEventAtLimitAndNoEventAboveIt() {
    fixture.set(
        "record.value",
        "json",
        "value.converter",
        "org.apache.kafka.connect.storage.StringConverter");
    String envelope = message("", "");
    assertThat(size(fixture.record(message(text(LIMIT, envelope), "")))).isNull();
    assertThat(size(fixture.record(message(text(LIMIT + 1, envelope), "")))).isEqualTo("1000001");
  }

  @Test
  void namesLimitsThatAllowEvent() {
    fixture.set("record.value", "json", "record.oversize", "FAIL");
    String event = message(text(1_900_000, message("", "")), "");
    assertThatThrownBy(() -> fixture.record(event))
        .hasMessageContainingAll(
            "max.message.bytes to at least 2000001 ", "raise it to at least 1900000)");
  }

  @Test
  void deliversRemainderWithKeyTimeTopicAndHeaders() {
    String large = message("z".repeat(LIMIT), "");
    String small = message("z", "");
    for (String value : new String[] {"struct", "json"}) {
      fixture.set("record.value", value);
      TrackedRecord record = fixture.record(large);
      TrackedRecord whole = fixture.record(small);
      assertThat(record.topic()).isEqualTo("events");
      assertThat(record.key()).isEqualTo("streamA").isEqualTo(whole.key());
      assertThat(record.timestamp()).isEqualTo(whole.timestamp()).isEqualTo(1_700_000_000_000L);
      assertThat(record.valueSchema()).isEqualTo(whole.valueSchema());
      Map<String, Object> headers = headers(record);
      assertThat(headers.remove("symphony.oversize")).isEqualTo(Integer.toString(large.length()));
      assertThat(headers).isEqualTo(headers(whole));
      assertThat(record.value().toString()).contains("streamA").doesNotContain("zz");
    }
  }

  @Test
  void reportsMappingErrorOfOversizeEvent() {
    TrackedRecord record = fixture.record(message("z".repeat(LIMIT), ",\"new\":1"));
    assertThat(headers(record))
        .containsEntry("symphony.mapping.error", "/new")
        .containsKey("symphony.oversize");
    assertThat(raw(record)).isNull();
  }

  @Test
  void quarantinesOversizeEventWithoutOriginalText() {
    fixture.set("quarantine.topic", "odd", "record.raw", "always");
    TrackedRecord record = fixture.record(message("z".repeat(LIMIT), ""));
    assertThat(record.topic()).isEqualTo("odd");
    assertThat(raw(record)).isNull();
    assertThat(fixture.counter("quarantined-total")).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "'\"%s\"', struct, 3",
    "'\"%s\"', json, 1",
    "'{\"id\":%s}', struct, 3",
    "'{\"id\":%s}', json, 1"
  })
  void deliversNoFieldsOfUnreadableEvent(String event, String value, int times) {
    fixture.set("record.value", value);
    String large = event.formatted("z".repeat(LIMIT));
    TrackedRecord record = fixture.record(large);
    assertThat(record.value())
        .isEqualTo(value.equals("json") ? "{}" : new Struct(((Struct) record.value()).schema()));
    assertThat(headers(record))
        .containsEntry("symphony.oversize", Long.toString((long) times * large.length()))
        .containsEntry("symphony.mapping.error", "/");
    assertThat((String) record.key()).hasSize(32);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[{},{},{}", "[{\"userId\":1},{\"userId\":2}"})
  void countsNullFieldsThatConverterAdds(String members) {
    String event =
        "{\"type\":\"ROOMCREATED\",\"payload\":{\"roomCreated\":{\"stream\":{\"members\":%s]}}}}"
            .formatted(members + ",{}".repeat(9_000));
    int limit = 800_000;
    fixture.set("record.max.bytes", Integer.toString(limit));
    assertThat(event.length()).isLessThan(limit / 20);
    assertThat(size(fixture.record(event))).asInt().isGreaterThan(limit);
    fixture.set("record.value", "json");
    assertThat(size(fixture.record(event))).isNull();
  }

  @Test
  void countsEscapedSizeOfEmoji() {
    String event = message("👍".repeat(100_000), "");
    assertThat(event.getBytes(StandardCharsets.UTF_8).length).isLessThan(LIMIT / 2);
    assertThat(size(fixture.record(event))).asInt().isGreaterThan(LIMIT);
  }

  @ParameterizedTest
  @CsvSource({
    "org.apache.kafka.connect.storage.StringConverter, false",
    "org.apache.kafka.connect.json.JsonConverter, true"
  })
  void countsEscapesUnlessConverterAddsNone(String converter, boolean oversize) {
    fixture.set("record.value", "json", "value.converter", converter);
    assertThat(size(fixture.record(message("\\\"".repeat(LIMIT / 3), ""))) != null)
        .isEqualTo(oversize);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ENVELOPE", "FAIL"})
  void omitsTextWhenRecordFitsOnlyWithoutIt(String oversize) {
    fixture.set("record.oversize", oversize, "record.text", "true");
    // The text adds its own bytes and the bytes of its escapes to the event.
    String fits = message("<p>" + "y".repeat(LIMIT / 2 - 3_000) + "</p>", "");
    String tooLarge = message("<p>" + "y".repeat(LIMIT / 2) + "</p>", "");
    String escapes = message("<p>" + "👍\\\"".repeat(LIMIT / 20) + "</p>", "");
    RecordFactory factory = fixture.factory();
    try (CapturedLog log = new CapturedLog()) {
      assertThat(text(record(factory, fits))).hasSize(LIMIT / 2 - 3_000);
      assertThat(log.text()).isEmpty();
      for (String event : new String[] {tooLarge, escapes}) {
        TrackedRecord record = record(factory, event);
        assertThat(text(record)).isNull();
        assertThat(record.value().toString()).contains("<p>");
        assertThat(size(record)).isNull();
        assertThat(ConvertedJson.sizeOf(record.value())).isLessThanOrEqualTo(LIMIT);
      }
      assertThat(log.text().lines()).hasSize(2);
      assertThat(log.text())
          .contains("An event of type MESSAGESENT with messageId m1 has 1001")
          .contains("bytes with the texts of record.text")
          .doesNotContain("yyy");
    }
    assertThat(fixture.counter("oversize-total")).isZero();
  }

  @Test
  void deliversEnvelopeWhenEventIsOversizeWithoutText() {
    fixture.set("record.text", "true");
    String large = message("<p>" + "👍".repeat(LIMIT / 8) + "</p>", "");
    TrackedRecord record = fixture.record(large);
    assertThat(size(record)).asInt().isBetween(LIMIT, 2 * LIMIT);
    assertThat(text(record)).isNull();
    assertThat(record.value().toString()).contains("streamA").doesNotContain("<p>");
  }

  @Test
  @Tag("invariant-10")
  void invariant10WarnsOfOversizeEventWithTypeAndMessageIdOnly() {
    RecordFactory factory = fixture.factory();
    try (CapturedLog log = new CapturedLog()) {
      record(factory, message("secret ".repeat(LIMIT / 7), ""));
      record(factory, "{\"messageId\":\"a\\n\u0085\u2028\u202eb" + "m".repeat(LIMIT) + "\"}");
      assertThat(log.text().lines()).hasSize(2);
      assertThat(log.text().lines().findFirst().orElseThrow())
          .contains("An event of type MESSAGESENT with messageId m1 has 1000")
          .contains("more than record.max.bytes (1000000)");
      assertThat(log.text())
          .contains("of type (none) with messageId a bmmm")
          .doesNotContain("secret")
          .hasSizeLessThan(2_000);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"struct", "json"})
  void fitsEnvelopeOfAnyOversizeEvent(String value) {
    int limit = 5_000;
    fixture.set(
        "record.max.bytes", Integer.toString(limit), "record.value", value, "record.text", "true");
    RecordFactory factory = fixture.factory();
    int oversize = 0;
    for (long seed = 0; seed < 2_000; seed++) {
      TrackedRecord record = record(factory, randomEvent(new Random(seed)));
      assertThat(ConvertedJson.sizeOf(record.value())).as("seed %d", seed).isLessThan(limit + 1);
      assertThat(binarySize(record.value())).as("seed %d", seed).isLessThan(limit + 1);
      oversize += size(record) == null ? 0 : 1;
    }
    assertThat(oversize).isBetween(200, 1_900);
  }

  /** An event with each of its texts long now and then, in characters of all lengths. */
  private static String randomEvent(Random random) {
    String[] characters = {"x", "é", "✓", "👍", "\\\"", "\\n", "\\u0001", "\\ud83d", "<", "\\\\"};
    StringBuilder event = new StringBuilder();
    String template =
        """
        {"id":"%","messageId":"%","timestamp":1700000000000,"type":"%","diagnostic":"%","new":"%",
        "initiator":{"user":{"userId":7,"displayName":"%"}},"payload":{"messageSent":{"message":{
        "messageId":"%","message":"<p>%</p>","data":"%","attachments":[{"id":"%"},{"images":[{},{"id":"%"}]}],
        "sharedMessage":{"message":"<p>%</p>","disclaimer":"%"},"stream":{"streamId":"%","members":[{},{"email":"%"}]}}},
        "symphonyElementsAction":{"formValues":{"a":"%"}},"genericSystemEvent":{"parameters":{"b":["%"]}}}}""";
    for (char each : template.toCharArray()) {
      if (each == '%') {
        int length = random.nextInt(40) == 0 ? 1 + random.nextInt(4_000) : random.nextInt(20);
        event.append(characters[random.nextInt(characters.length)].repeat(length));
      } else {
        event.append(each);
      }
    }
    return event.toString();
  }

  /** About what Avro makes of it: lengths and numbers of up to 10 bytes, no names. */
  private static long binarySize(Object value) {
    if (value instanceof Struct struct) {
      long size = 0;
      for (Field field : struct.schema().fields()) {
        size += 1 + binarySize(struct.get(field));
      }
      return size;
    }
    if (value instanceof Iterable<?> list) {
      long size = 5;
      for (Object element : list) {
        size += 1 + binarySize(element);
      }
      return size;
    }
    return value instanceof String text ? 5 + text.getBytes(StandardCharsets.UTF_8).length : 10;
  }

  private static String text(int total, String envelope) {
    return "x".repeat(total - envelope.length());
  }

  private static String message(String text, String more) {
    return """
        {"id":"e1","messageId":"m1","timestamp":1700000000000,"type":"MESSAGESENT","payload":{"messageSent":\
        {"message":{"messageId":"m1","message":"%s","stream":{"streamId":"streamA"}}}}%s}"""
        .formatted(text, more);
  }

  private static String text(TrackedRecord record) {
    return RecordFactoryFixture.message(record).getString("text");
  }

  private static String size(TrackedRecord record) {
    return (String) headers(record).get("symphony.oversize");
  }
}
