// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.delivery;

import static io.github.datahose.connect.delivery.RecordFactoryFixture.headers;
import static io.github.datahose.connect.delivery.RecordFactoryFixture.message;
import static io.github.datahose.connect.delivery.RecordFactoryFixture.raw;
import static io.github.datahose.connect.delivery.RecordFactoryFixture.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.datahose.connect.delivery.Batch.TrackedRecord;
import io.github.datahose.connect.event.EventMapper;
import io.github.datahose.connect.event.EventSchemas;
import io.github.datahose.connect.event.Fixtures;
import io.github.datahose.connect.event.Identity;
import io.github.datahose.connect.event.RawEvent;
import io.github.datahose.connect.reader.CapturedLog;
import io.github.datahose.connect.reader.RunningReader;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Records of events; of those that are too large: {@link OversizeTest}. */
public class RecordFactoryTest {

  private static final String WRONG_TYPE = "{\"type\":\"MESSAGESENT\",\"messageId\":7}";

  private final RecordFactoryFixture fixture = new RecordFactoryFixture();

  @Test
  void createsRecordWithPartitionOffsetAndSharedSchema() {
    TrackedRecord record = fixture.record(event("messagesent.room"));
    assertThat(record.topic()).isEqualTo("events");
    assertThat(record.kafkaPartition()).isNull();
    assertThat(record.sourcePartition()).isEqualTo(RunningReader.PARTITION);
    assertThat(record.sourceOffset()).isEqualTo(RecordFactoryFixture.OFFSET);
    assertThat(record.valueSchema()).isSameAs(EventSchemas.EVENT);
    assertThat(((Struct) record.value()).getString("type")).isEqualTo("MESSAGESENT");
  }

  @ParameterizedTest
  @CsvSource({
    "messagesent.room,symphony.all.messagesent",
    "roomcreated,symphony.all.roomcreated",
    "unknown-type,symphony.all.unknown",
    "no-type,symphony.all.unknown",
    "genericsystemevent,symphony.all.unknown"
  })
  void insertsFeedAndTypeInTopic(String event, String topic) {
    fixture.set("topic", "symphony.${feed}.${type}");
    assertThat(fixture.record(event(event)).topic()).isEqualTo(topic);
  }

  @ParameterizedTest
  @ValueSource(strings = {"MESSAGESENT", "../ROOMCREATED", "roomcreated"})
  void usesUnknownInTopicForTypeThatFeedDoesNotName(String type) {
    fixture.set("topic", "symphony.${type}", "datahose.event.types", "ROOMCREATED");
    assertThat(fixture.record("{\"type\":\"" + type + "\"}").topic()).isEqualTo("symphony.unknown");
  }

  @ParameterizedTest
  @CsvSource({"stream,s_1-2", "message,a_b-c", "none,"})
  void usesStreamMessageOrNoKeyAsConfigured(String option, String key) {
    fixture.set("record.key", option);
    TrackedRecord record =
        fixture.record(
            """
            {"type":"MESSAGESENT","messageId":"m1","payload":{"messageSent":{"message":
            {"messageId":"m1","initialMessageId":"a/b+c=","stream":{"streamId":"s/1+2=="}}}}}""");
    assertThat(record.key()).isEqualTo(key);
    assertThat(record.keySchema()).isEqualTo(key == null ? null : Schema.STRING_SCHEMA);
  }

  @ParameterizedTest
  @ValueSource(strings = {"7", "\"text\"", "[]", "{}", "{\"type\":\"NEW\"}"})
  void usesIdentityAsKeyWithoutOtherIds(String event) {
    byte[] bytes = event.getBytes(StandardCharsets.UTF_8);
    RawEvent json = new RawEvent(bytes, 0, bytes.length);
    String identity =
        new Identity.Digest().identityOf(new EventMapper().map(json), json).toString();
    assertThat(fixture.record(event).key()).isEqualTo(identity);
    fixture.set("record.key", "message");
    assertThat(fixture.record(event).key()).isEqualTo(identity);
  }

  @Test
  void addsEventHeadersWhenEnabledAndMappingErrorAlways() {
    assertThat(headers(fixture.record("{\"type\":\"MESSAGESENT\",\"id\":\"e1\"}")))
        .containsExactly(
            Map.entry("symphony.event.type", "MESSAGESENT"),
            Map.entry("symphony.event.id", "e1"),
            Map.entry("symphony.feed", "all"));
    assertThat(headers(fixture.record("{}"))).containsExactly(Map.entry("symphony.feed", "all"));
    assertThat(fixture.record("{\"type\":\"MESSAGESENT\",\"id\":\"e1\"}").headers())
        .allMatch(header -> header.schema().equals(Schema.STRING_SCHEMA));
    fixture.set("record.headers", "false");
    assertThat(headers(fixture.record("{\"type\":\"MESSAGESENT\",\"id\":\"e1\"}"))).isEmpty();
    assertThat(headers(fixture.record("{\"type\":\"MESSAGESENT\",\"new\":{\"a\":1}}")))
        .containsExactly(Map.entry("symphony.mapping.error", "/new"));
    assertThat(headers(fixture.record("7")))
        .containsExactly(Map.entry("symphony.mapping.error", "/"));
  }

  /** Records share what is the same for all; an SMT sees only its own. */
  @Test
  void keepsHeadersOfOtherRecordsWhenOneRecordChanges() {
    String event = "{\"type\":\"MESSAGESENT\",\"id\":\"e1\"}";
    RecordFactory factory = fixture.factory();
    TrackedRecord earlier = record(factory, event);
    Map<String, Object> untouched = headers(earlier);
    TrackedRecord changed = record(factory, event);
    changed.headers().remove("symphony.feed");
    changed.headers().remove("symphony.event.type");
    changed.headers().addString("symphony.event.type", "mine").addString("more", "of it");
    assertThat(headers(changed)).isNotEqualTo(untouched).containsEntry("more", "of it");
    assertThat(headers(earlier)).isEqualTo(untouched);
    assertThat(headers(record(factory, event))).isEqualTo(untouched);
  }

  @ParameterizedTest
  @CsvSource({"-1,false", "0,false", "1,true", "1699999999999,true"})
  void usesPositiveTimestampOfEvent(long millis, boolean taken) {
    assertThat(fixture.record(at(millis)).timestamp()).isEqualTo(taken ? millis : null);
    fixture.set("record.value", "json");
    assertThat(fixture.record(at(millis)).timestamp()).isEqualTo(taken ? millis : null);
  }

  @ParameterizedTest
  @CsvSource({"240,true", "300,true", "360,false", "86400,false"})
  void usesNoTimestampMoreThanFiveMinutesAhead(long seconds, boolean taken) {
    long millis = fixture.clock.epochMillis() + seconds * 1000;
    TrackedRecord record = fixture.record(at(millis));
    assertThat(record.timestamp()).isEqualTo(taken ? millis : null);
    assertThat(((Struct) record.value()).get("timestamp")).as("the value keeps it").isNotNull();
  }

  @Test
  void warnsOnceOfEventOlderThanOneDay() {
    Duration day = Duration.ofDays(1);
    RecordFactory factory = fixture.factory();
    long now = fixture.clock.epochMillis();
    try (CapturedLog log = new CapturedLog()) {
      record(factory, at(now));
      record(factory, at(now - day.toMillis()));
      record(factory, "{}");
      record(factory, at(0));
      assertThat(log.text()).isEmpty();
      record(factory, at(now - day.toMillis() - 1));
      record(factory, at(now - day.multipliedBy(9).toMillis()));
      assertThat(log.text().lines().filter(line -> line.contains("days old"))).hasSize(1);
      assertThat(log.text())
          .contains("WARN")
          .contains(
              "Reader: An event is 1.0 days old (2023-11-13T22:13:19.999Z), and its record in")
          .contains("topic events has that time")
          .contains(
              "retention.ms of the topic (7 days by default)",
              "message.timestamp.type=LogAppendTime");
    }
  }

  @Test
  void measuresAgeOfEventWhenItIsRead() {
    RecordFactory factory = fixture.factory();
    String event = at(fixture.clock.epochMillis());
    fixture.clock.advance(Duration.ofDays(8).plusHours(12));
    try (CapturedLog log = new CapturedLog()) {
      record(factory, event);
      assertThat(log.text()).contains("An event is 8.5 days old (2023-11-14T22:13:20Z)");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"timestamp\":\"soon\"}"})
  void usesNoTimestampWhenEventHasNone(String event) {
    assertThat(fixture.record(event).timestamp()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "unmapped,messagesent.room,false",
    "unmapped,unknown-fields,true",
    "unmapped,unknown-type,true",
    "always,messagesent.room,true",
    "always,unknown-fields,true",
    "never,messagesent.room,false",
    "never,unknown-fields,false"
  })
  void keepsOriginalTextAsConfigured(String mode, String event, boolean kept) {
    fixture.set("record.raw", mode);
    assertThat(raw(fixture.record(event(event)))).isEqualTo(kept ? event(event) : null);
  }

  @ParameterizedTest
  @ValueSource(strings = {"unmapped", "always", "never"})
  void quarantinesWrongTypesAndNonObjectsWithOriginalText(String rawMode) {
    fixture.set("record.raw", rawMode, "quarantine.topic", "odd");
    for (String event : new String[] {WRONG_TYPE, "7", "\"text\"", "[{}]"}) {
      TrackedRecord record = fixture.record(event);
      assertThat(record.topic()).as(event).isEqualTo("odd");
      assertThat(raw(record)).isEqualTo(event);
    }
    assertThat(fixture.counter("quarantined-total")).isEqualTo(4);
    assertThat(fixture.counter("unmapped-total")).isEqualTo(4);
  }

  @Test
  void doesNotQuarantineEventsOfNewerAgent() {
    fixture.set("quarantine.topic", "odd");
    for (String event : new String[] {"unknown-fields", "unknown-type", "no-type"}) {
      assertThat(fixture.record(event(event)).topic()).as(event).isEqualTo("events");
    }
    String deep = "{\"a\":" + "[".repeat(500) + "]".repeat(500) + "}";
    TrackedRecord record = fixture.record(deep);
    assertThat(record.topic()).isEqualTo("events");
    assertThat(raw(record)).isEqualTo(deep);
    assertThat(headers(record)).containsEntry("symphony.mapping.error", "/");
    assertThat(fixture.counter("quarantined-total")).isZero();
  }

  @Test
  void deliversUnmappedEventsToTopicWithoutQuarantineTopic() {
    assertThat(fixture.record(WRONG_TYPE).topic()).isEqualTo("events");
    assertThat(fixture.record("7").topic()).isEqualTo("events");
    assertThat(fixture.counter("quarantined-total")).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"messagesent.room", "unknown-fields", "unknown-type"})
  void usesOriginalTextAsValueInJsonMode(String event) {
    fixture.set("record.value", "json", "record.text", "true");
    TrackedRecord record = fixture.record(event(event));
    assertThat(record.valueSchema()).isEqualTo(Schema.STRING_SCHEMA);
    assertThat(record.value()).isEqualTo(event(event));
    assertThat(record.key()).isNotNull();
    assertThat(headers(record)).doesNotContainKey("symphony.mapping.error");
    assertThat(fixture.counter("unmapped-total")).isZero();
  }

  @Test
  void quarantinesOnlyNonObjectsInJsonMode() {
    fixture.set("record.value", "json", "quarantine.topic", "odd");
    assertThat(fixture.record(WRONG_TYPE).topic()).isEqualTo("events");
    assertThat(fixture.record("7").topic()).isEqualTo("odd");
    assertThat(fixture.record("7").value()).isEqualTo("7");
  }

  @Test
  @Tag("invariant-10")
  void invariant10WarnsOnceOfEachNewPathWithoutValue() {
    RecordFactory factory = fixture.factory();
    try (CapturedLog log = new CapturedLog()) {
      for (int i = 0; i < 3; i++) {
        record(factory, "{\"type\":\"MESSAGESENT\",\"new\":\"secret text " + i + "\"}");
        record(factory, "{\"type\":\"MESSAGESENT\",\"other\":\"secret text " + i + "\"}");
        record(factory, "{\"type\":\"MESSAGESENT\",\"messageId\":{\"x\":\"secret text\"}}");
      }
      assertThat(log.text().lines()).hasSize(3);
      assertThat(log.text()).contains("/new", "/other", "/messageId").doesNotContain("secret");
    }
  }

  @Test
  void warnsOnOneLineWhateverNamesContain() {
    try (CapturedLog log = new CapturedLog()) {
      fixture.record("{\"type\":\"A\u0085B\u2028C\u202eD\",\"n\u0085a\u202em\u2028e\":1}");
      assertThat(log.text())
          .contains("type A B C D has")
          .doesNotContain("\u0085", "\u2028", "\u202e");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "struct,unmapped,'',with their original text in the field raw",
    "struct,always,'',with their original text in the field raw",
    "struct,never,'',without the content that the schema cannot represent (record.raw is never)",
    "struct,never,odd,with their original text in the field raw",
    "json,never,'',with their original text as the value"
  })
  void statesLocationOfOriginalTextInWarning(
      String value, String rawMode, String quarantine, String where) {
    fixture.set("record.value", value, "record.raw", rawMode, "quarantine.topic", quarantine);
    try (CapturedLog log = new CapturedLog()) {
      fixture.record("7");
      assertThat(log.text()).contains(" and similar events " + where + ".");
    }
  }

  @Test
  void warnsAgainWhenRecordLosesTextOfKnownPath() {
    fixture.set("record.raw", "never", "quarantine.topic", "odd");
    RecordFactory factory = fixture.factory();
    try (CapturedLog log = new CapturedLog()) {
      record(factory, "{\"new\":1,\"id\":2}");
      record(factory, "{\"new\":1}");
      assertThat(log.text()).contains("in the field raw", "without the content");
    }
  }

  @Test
  void warnsOfAtMostThousandPaths() {
    RecordFactory factory = fixture.factory();
    try (CapturedLog log = new CapturedLog()) {
      for (int i = 0; i < 1500; i++) {
        record(factory, "{\"type\":\"MESSAGESENT\",\"new" + i + "x\":1}");
      }
      assertThat(log.text().lines()).hasSize(1000);
    }
    assertThat(fixture.counter("unmapped-total")).isEqualTo(1500);
  }

  @Test
  @Tag("invariant-2")
  void invariant2ReleasesResponseBody() {
    byte[] body = event("unknown-fields").getBytes(StandardCharsets.UTF_8);
    WeakReference<byte[]> reference = new WeakReference<>(body);
    TrackedRecord record = record(fixture.factory(), new RawEvent(body, 0, body.length));
    body = null;
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> {
              System.gc();
              return reference.get() == null;
            });
    assertThat(raw(record)).isNotEmpty();
  }

  @Test
  void addsMessageTextOnlyWhenEnabled() {
    assertThat(message(fixture.record(event("messagesent.room"))).getString("text")).isNull();
    fixture.set("record.text", "true");
    Struct message = message(fixture.record(event("messagesent.room")));
    assertThat(message.getString("text")).isEqualTo("EURUSD 1M ATM 6.85/7.05, who needs a price?");
    assertThat(message.getString("message")).startsWith("<div data-format=");
  }

  @Test
  void reportsNoMappingErrorForInvalidMarkup() {
    fixture.set("record.text", "true", "quarantine.topic", "odd");
    TrackedRecord record = fixture.record(markup("<div>a", ""));
    assertThat(record.topic()).isEqualTo("events");
    assertThat(headers(record)).doesNotContainKey("symphony.mapping.error");
    assertThat(message(record).getString("message")).isEqualTo("<div>a");
    assertThat(message(record).getString("text")).isNull();
    assertThat(raw(record)).isNull();
  }

  @ParameterizedTest
  @CsvSource({"false,", "true,derived"})
  void reportsTextFieldOfSymphonyAsUnknown(String option, String text) {
    fixture.set("record.text", option);
    String event = markup("<p>derived</p>", ",\"text\":\"sent\"");
    TrackedRecord record = fixture.record(event);
    assertThat(message(record).getString("text")).isEqualTo(text);
    assertThat(headers(record))
        .containsEntry("symphony.mapping.error", "/payload/messageSent/message/text");
    assertThat(raw(record)).isEqualTo(event);
  }

  private static String at(long millis) {
    return "{\"type\":\"MESSAGESENT\",\"timestamp\":" + millis + "}";
  }

  private static String markup(String markup, String more) {
    return "{\"type\":\"MESSAGESENT\",\"payload\":{\"messageSent\":{\"message\":{\"message\":\"%s\"%s}}}}"
        .formatted(markup, more);
  }

  private static String event(String name) {
    return new String(Fixtures.bytes("events", name + ".json"), StandardCharsets.UTF_8).strip();
  }
}
