// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.datahose.connect.config.DatahoseConfig;
import io.github.datahose.connect.event.EventJson;
import io.github.datahose.connect.event.EventMapper;
import io.github.datahose.connect.event.EventSchemas;
import io.github.datahose.connect.event.Identity;
import io.github.datahose.connect.event.IdentityDigest;
import io.github.datahose.connect.event.MappedEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.header.Header;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventRecordsTest {

  private static final Map<String, String> PARTITION = SourcePartition.of("pod", "bot", "tag", 0);
  private static final Map<String, Object> OFFSET = Map.of("ackId", "a1");
  private static final String WRONG_TYPE = "{\"type\":\"MESSAGESENT\",\"messageId\":7}";

  private final ManualClock clock = new ManualClock();
  private final FeedMetrics metrics = new FeedMetrics(clock);
  private final Map<String, String> properties =
      new HashMap<>(
          Map.of(
              "name", "datahose",
              "symphony.pod.url", "https://pod.example.test",
              "symphony.username", "bot",
              "symphony.private.key.path", "/secrets/key.pem",
              "topic", "events"));

  @Test
  void makesARecordWithPartitionOffsetAndTheSharedSchema() {
    DatahoseRecord record = record(fixture("messagesent.room"));
    assertThat(record.topic()).isEqualTo("events");
    assertThat(record.kafkaPartition()).isNull();
    assertThat(record.sourcePartition()).isEqualTo(PARTITION);
    assertThat(record.sourceOffset()).isEqualTo(OFFSET);
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
  void fillsFeedAndTypeIntoTheTopic(String event, String topic) {
    properties.put("topic", "symphony.${feed}.${type}");
    assertThat(record(fixture(event)).topic()).isEqualTo(topic);
  }

  @Test
  void sendsATypeThatTheFeedDoesNotNameToUnknownSoThatNothingOnTheWireInventsTopics() {
    properties.put("topic", "symphony.${type}");
    properties.put("datahose.event.types", "ROOMCREATED");
    assertThat(record(fixture("messagesent.room")).topic()).isEqualTo("symphony.unknown");
    assertThat(record("{\"type\":\"../ROOMCREATED\"}").topic()).isEqualTo("symphony.unknown");
    assertThat(record("{\"type\":\"roomcreated\"}").topic()).isEqualTo("symphony.unknown");
  }

  @Test
  void keysByStreamByMessageOrNotAtAll() {
    String event =
        """
        {"type":"MESSAGESENT","messageId":"m1","payload":{"messageSent":{"message":
        {"messageId":"m1","initialMessageId":"a/b+c=","stream":{"streamId":"s/1+2=="}}}}}""";
    assertThat(record(event).key()).isEqualTo("s_1-2");
    properties.put("record.key", "message");
    DatahoseRecord byMessage = record(event);
    assertThat(byMessage.key()).isEqualTo("a_b-c");
    assertThat(byMessage.keySchema()).isEqualTo(Schema.STRING_SCHEMA);
    properties.put("record.key", "none");
    DatahoseRecord byNothing = record(event);
    assertThat(byNothing.key()).isNull();
    assertThat(byNothing.keySchema()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"7", "\"text\"", "[]", "{}", "{\"type\":\"NEW\"}"})
  void keysByIdentityWhereThereIsNothingElse(String event) {
    EventJson json = json(event);
    Identity identity = identity(json);
    assertThat(record(event).key()).isEqualTo(identity.hex());
    properties.put("record.key", "message");
    assertThat(record(event).key()).isEqualTo(identity.hex());
  }

  @Test
  void addsHeadersThatTheEventHasValuesFor() {
    assertThat(headers(record("{\"type\":\"MESSAGESENT\",\"id\":\"e1\"}")))
        .containsExactly(
            Map.entry("symphony.event.type", "MESSAGESENT"),
            Map.entry("symphony.event.id", "e1"),
            Map.entry("symphony.feed", "all"));
    assertThat(headers(record("{}"))).containsExactly(Map.entry("symphony.feed", "all"));
  }

  @Test
  void addsTheMappingErrorInAnyCaseAndTheOtherHeadersOnlyWhenWanted() {
    properties.put("record.headers", "false");
    assertThat(headers(record("{\"type\":\"MESSAGESENT\",\"id\":\"e1\"}"))).isEmpty();
    assertThat(headers(record("{\"type\":\"MESSAGESENT\",\"new\":{\"a\":1}}")))
        .containsExactly(Map.entry("symphony.mapping.error", "/new"));
    assertThat(headers(record("7"))).containsExactly(Map.entry("symphony.mapping.error", "/"));
  }

  @ParameterizedTest
  @CsvSource({"-1,false", "0,false", "1,true", "1699999999999,true"})
  void takesThePositiveTimestampOfAnEvent(long millis, boolean taken) {
    assertThat(record(at(millis)).timestamp()).isEqualTo(taken ? millis : null);
  }

  @ParameterizedTest
  @CsvSource({"240,true", "300,true", "360,false", "86400,false"})
  void takesNoTimestampMoreThanFiveMinutesAheadWhichABrokerMayRefuse(long seconds, boolean taken) {
    long millis = clock.epochMillis() + seconds * 1000;
    DatahoseRecord record = record(at(millis));
    assertThat(record.timestamp()).isEqualTo(taken ? millis : null);
    assertThat(((Struct) record.value()).get("timestamp")).as("the value keeps it").isNotNull();
  }

  @Test
  void takesNoTimestampWhereThereIsNone() {
    assertThat(record("{}").timestamp()).isNull();
    assertThat(record("{\"timestamp\":\"soon\"}").timestamp()).isNull();
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
  void keepsTheOriginalTextAsTheOptionSays(String mode, String event, boolean kept) {
    properties.put("record.raw", mode);
    String text = fixture(event);
    assertThat(raw(record(text))).isEqualTo(kept ? text : null);
  }

  @ParameterizedTest
  @ValueSource(strings = {"unmapped", "always", "never"})
  void quarantinesFieldsOfWrongTypeAndWhatIsNoObjectWithTheirTextInAnyCase(String rawMode) {
    properties.put("record.raw", rawMode);
    properties.put("quarantine.topic", "odd");
    for (String event : new String[] {WRONG_TYPE, "7", "\"text\"", "[{}]"}) {
      DatahoseRecord record = record(event);
      assertThat(record.topic()).as(event).isEqualTo("odd");
      assertThat(raw(record)).isEqualTo(event);
    }
    assertThat(counter("quarantined-total")).isEqualTo(4);
    assertThat(counter("unmapped-total")).isEqualTo(4);
  }

  @Test
  void doesNotQuarantineWhatAnUpgradedAgentSends() {
    properties.put("quarantine.topic", "odd");
    for (String event : new String[] {"unknown-fields", "unknown-type", "no-type"}) {
      assertThat(record(fixture(event)).topic()).as(event).isEqualTo("events");
    }
    String deep = "{\"a\":" + "[".repeat(500) + "]".repeat(500) + "}";
    DatahoseRecord record = record(deep);
    assertThat(record.topic()).isEqualTo("events");
    assertThat(raw(record)).isEqualTo(deep);
    assertThat(headers(record)).containsEntry("symphony.mapping.error", "/");
    assertThat(counter("quarantined-total")).isZero();
  }

  @Test
  void leavesOddEventsAmongTheOthersWithoutAQuarantineTopic() {
    assertThat(record(WRONG_TYPE).topic()).isEqualTo("events");
    assertThat(record("7").topic()).isEqualTo("events");
    assertThat(counter("quarantined-total")).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"messagesent.room", "unknown-fields", "unknown-type"})
  void givesTheOriginalTextAsValueInJsonMode(String event) {
    properties.put("record.value", "json");
    String text = fixture(event);
    DatahoseRecord record = record(text);
    assertThat(record.valueSchema()).isEqualTo(Schema.STRING_SCHEMA);
    assertThat(record.value()).isEqualTo(text);
    assertThat(headers(record)).doesNotContainKey("symphony.mapping.error");
    assertThat(counter("unmapped-total")).isZero();
  }

  @Test
  void quarantinesInJsonModeOnlyWhatIsNoObject() {
    properties.put("record.value", "json");
    properties.put("quarantine.topic", "odd");
    assertThat(record(WRONG_TYPE).topic()).isEqualTo("events");
    assertThat(record("7").topic()).isEqualTo("odd");
    assertThat(record("7").value()).isEqualTo("7");
  }

  @Test
  void keysAndTimesAreTheSameInJsonMode() {
    properties.put("record.value", "json");
    DatahoseRecord record = record(at(1_699_999_999_999L));
    assertThat(record.timestamp()).isEqualTo(1_699_999_999_999L);
    assertThat(record(fixture("messagesent.room")).key()).isNotNull();
  }

  @Test
  void warnsOnceOfEachNewPathAndInvariant10QuotesNoValue() {
    EventRecords records = records();
    try (CapturedLog log = new CapturedLog()) {
      for (int i = 0; i < 3; i++) {
        record(records, "{\"type\":\"MESSAGESENT\",\"new\":\"secret text " + i + "\"}");
        record(records, "{\"type\":\"MESSAGESENT\",\"other\":\"secret text " + i + "\"}");
        record(records, "{\"type\":\"MESSAGESENT\",\"messageId\":{\"x\":\"secret text\"}}");
      }
      assertThat(log.text().lines()).hasSize(3);
      assertThat(log.text()).contains("/new", "/other", "/messageId").doesNotContain("secret");
    }
  }

  @Test
  void whateverIsInTheNamesAWarningIsOneLine() {
    try (CapturedLog log = new CapturedLog()) {
      record("{\"type\":\"A\u0085B\u2028C\u202eD\",\"n\u0085a\u202em\u2028e\":1}");
      assertThat(log.text())
          .contains("type A B C D has")
          .doesNotContain("\u0085", "\u2028", "\u202e");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "struct,unmapped,'',with their original text in the field raw",
    "struct,always,'',with their original text in the field raw",
    "struct,never,'',without what does not fit (record.raw is never)",
    "struct,never,odd,with their original text in the field raw",
    "json,never,'',with their original text as the value"
  })
  void theWarningSaysWhereTheOriginalTextIs(
      String value, String rawMode, String quarantine, String where) {
    properties.put("record.value", value);
    properties.put("record.raw", rawMode);
    properties.put("quarantine.topic", quarantine);
    try (CapturedLog log = new CapturedLog()) {
      record("7");
      assertThat(log.text()).contains("are delivered " + where + "; the header");
    }
  }

  @Test
  void warnsOnceMoreOfAPathWhereItsTextIsNotInTheRecordAnyMore() {
    properties.put("record.raw", "never");
    properties.put("quarantine.topic", "odd");
    EventRecords records = records();
    try (CapturedLog log = new CapturedLog()) {
      record(records, "{\"new\":1,\"id\":2}");
      record(records, "{\"new\":1}");
      assertThat(log.text()).contains("in the field raw", "without what does not fit");
    }
  }

  @Test
  void warnsOfAThousandPathsAtMost() {
    EventRecords records = records();
    try (CapturedLog log = new CapturedLog()) {
      for (int i = 0; i < 1500; i++) {
        record(records, "{\"type\":\"MESSAGESENT\",\"new" + i + "x\":1}");
      }
      assertThat(log.text().lines()).hasSize(1000);
    }
    assertThat(counter("unmapped-total")).isEqualTo(1500);
  }

  @Test
  void invariant2DoesNotKeepTheBodyOfTheAnswerAlive() {
    byte[] body = fixture("unknown-fields").getBytes(StandardCharsets.UTF_8);
    WeakReference<byte[]> reference = new WeakReference<>(body);
    DatahoseRecord record = record(records(), new EventJson(body, 0, body.length));
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

  private static String at(long millis) {
    return "{\"type\":\"MESSAGESENT\",\"timestamp\":" + millis + "}";
  }

  private static String raw(DatahoseRecord record) {
    return ((Struct) record.value()).getString("raw");
  }

  private long counter(String name) {
    return (Long) MetricValues.of(metrics, name);
  }

  private static Map<String, Object> headers(DatahoseRecord record) {
    Map<String, Object> headers = new LinkedHashMap<>();
    for (Header header : record.headers()) {
      assertThat(header.schema()).isEqualTo(Schema.STRING_SCHEMA);
      headers.put(header.key(), header.value());
    }
    return headers;
  }

  @Test
  void addsTheTextOfMessagesOnlyWhereItIsAskedForAndTheValueIsAStruct() {
    assertThat(message(record(fixture("messagesent.room"))).getString("text")).isNull();
    properties.put("record.text", "true");
    Struct message = message(record(fixture("messagesent.room")));
    assertThat(message.getString("text")).isEqualTo("EURUSD 1M ATM 6.85/7.05, who needs a price?");
    assertThat(message.getString("message")).startsWith("<div data-format=");
    properties.put("record.value", "json");
    assertThat(record(fixture("messagesent.room")).value()).isEqualTo(fixture("messagesent.room"));
  }

  @Test
  void brokenMarkupIsNoMappingError() {
    properties.put("record.text", "true");
    properties.put("quarantine.topic", "odd");
    DatahoseRecord record = record(message("<div>a", ""));
    assertThat(record.topic()).isEqualTo("events");
    assertThat(headers(record)).doesNotContainKey("symphony.mapping.error");
    assertThat(message(record).getString("message")).isEqualTo("<div>a");
    assertThat(message(record).getString("text")).isNull();
    assertThat(((Struct) record.value()).getString("raw")).isNull();
  }

  @Test
  void aTextOfSymphonysOwnIsUnknownAndNeverTakenForTheDerivedOne() {
    for (String option : new String[] {"false", "true"}) {
      properties.put("record.text", option);
      String event = message("<p>derived</p>", ",\"text\":\"sent\"");
      DatahoseRecord record = record(event);
      assertThat(message(record).getString("text"))
          .isEqualTo(option.equals("true") ? "derived" : null);
      assertThat(headers(record))
          .containsEntry("symphony.mapping.error", "/payload/messageSent/message/text");
      assertThat(((Struct) record.value()).getString("raw")).isEqualTo(event);
    }
  }

  private static String message(String markup, String more) {
    return "{\"type\":\"MESSAGESENT\",\"payload\":{\"messageSent\":{\"message\":{\"message\":\"%s\"%s}}}}"
        .formatted(markup, more);
  }

  private static Struct message(DatahoseRecord record) {
    return ((Struct) record.value())
        .getStruct("payload")
        .getStruct("messageSent")
        .getStruct("message");
  }

  private DatahoseRecord record(String event) {
    return record(records(), event);
  }

  private static DatahoseRecord record(EventRecords records, String event) {
    return record(records, AnsweredEvent.of(records, event));
  }

  private static DatahoseRecord record(EventRecords records, EventJson json) {
    MappedEvent mapped = new EventMapper().map(json);
    return records.record(null, json, mapped, identity(json), OFFSET);
  }

  private EventRecords records() {
    DatahoseConfig config = new DatahoseConfig(properties);
    return new EventRecords(
        new ReaderContext("Reader", clock, new ReaderSignal(clock), metrics),
        config,
        config.feeds().get(0),
        PARTITION,
        new HashSet<>());
  }

  private static Identity identity(EventJson json) {
    return new IdentityDigest().identityOf(new EventMapper().map(json), json);
  }

  private static EventJson json(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return new EventJson(bytes, 0, bytes.length);
  }

  private static String fixture(String name) {
    try {
      return Files.readString(Path.of("src", "test", "resources", "events", name + ".json"))
          .strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
