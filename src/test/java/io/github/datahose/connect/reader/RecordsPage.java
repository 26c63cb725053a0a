// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.reader;

import static io.github.datahose.documents.Markdown.code;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.datahose.connect.delivery.BatchOffsets;
import io.github.datahose.connect.delivery.FeedOffset;
import io.github.datahose.connect.delivery.RecordFactoryFixture;
import io.github.datahose.connect.delivery.RecordQueue;
import io.github.datahose.connect.event.EventSchemas;
import io.github.datahose.connect.event.Fixtures;
import io.github.datahose.connect.monitor.Counter;
import io.github.datahose.documents.Markdown;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.source.SourceRecord;

/** The parts of {@code docs/records.md} that are made from the schema and the sample events. */
final class RecordsPage {

  /** The sample of a type, where it is not named as the type. */
  private static final Map<String, String> SAMPLES =
      Map.of("MESSAGESENT", "messagesent.attachments");

  private static final Map<String, String> PARTITION =
      FeedOffset.partition("mycompany.symphony.com", "datahose-service-account", "symphony.all", 0);

  private static final ObjectMapper JSON = new ObjectMapper();

  private RecordsPage() {}

  /** All parts by their names in the document. */
  static Map<String, String> parts() {
    Map<String, String> parts = new HashMap<>();
    parts.put("types", types());
    parts.put("structs", structs());
    parts.put("message", event("MESSAGESENT"));
    parts.put("compaction", compaction());
    parts.put("misfit", misfit());
    parts.put("heartbeat", statusPart(heartbeat()));
    parts.put("ledger", statusPart(ledger()));
    return parts;
  }

  /** The sample of a type; that of the messages is on the page. */
  static SourceRecord sample(String type, String... options) {
    return record(SAMPLES.getOrDefault(type, type.toLowerCase(Locale.ROOT)), options);
  }

  /**
   * The record of a sample event.
   *
   * @param fixture name of the event
   * @param options in addition to those of each configuration, as names and values
   */
  static SourceRecord record(String fixture, String... options) {
    RecordFactoryFixture maker = maker(options);
    // To a time at which all samples have been.
    maker.clock.moveWallClock(Duration.ofDays(10_000));
    return maker.record(
        new String(Fixtures.bytes("events", fixture + ".json"), StandardCharsets.UTF_8));
  }

  /** A heartbeat of a quiet hour. */
  static SourceRecord heartbeat() {
    RecordFactoryFixture maker = maker("heartbeat.topic", "symphony.heartbeats");
    maker.metrics.add(Counter.READS, 182);
    maker.metrics.add(Counter.EVENTS, 29);
    maker.metrics.add(Counter.RECORDS, 28);
    maker.metrics.add(Counter.DUPLICATES, 1);
    RecordQueue queue = new RecordQueue(maker.clock);
    new Heartbeats(maker.context, maker.config(), PARTITION, queue)
        .beat(new BatchOffsets("", "", 0, "", new byte[0], List.of(), 0), null, maker.clock.now());
    try {
      return queue.poll(Duration.ZERO).get(0);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A ledger record of a quiet minute, by what an offset stores of its window. */
  static SourceRecord ledger() {
    String window =
        """
        {"sequence": 4711, "from": 1700000000000, "to": 1700000061734, "reads": 4, "events": 12,
        "duplicates": 1, "records": {"symphony.messagesent": 12}, "types": {"MESSAGESENT": 12},
        "quarantined": 0, "oversize": 0, "unmapped": 0, "dropped": 0,
        "digest": "5d2f0c8be1a94f6d3b7790a1c4e8f215"}
        """;
    Struct value =
        FeedOffset.parse(
                Map.of(
                    "ackId",
                    "",
                    "readAt",
                    0L,
                    "filter",
                    "",
                    "identities",
                    "AQ==",
                    "window",
                    window))
            .window()
            .record(FeedOffset.readerOf(PARTITION), "1.0.0");
    return new SourceRecord(
        PARTITION,
        Map.of(),
        "symphony.ledger",
        Schema.STRING_SCHEMA,
        FeedOffset.readerOf(PARTITION),
        value.schema(),
        value);
  }

  private static RecordFactoryFixture maker(String... options) {
    return new RecordFactoryFixture(
            "name", "symphony",
            "symphony.pod.url", "https://mycompany.symphony.com",
            "symphony.username", "datahose-service-account",
            "datahose.event.types", String.join(",", EventSchemas.EVENT_TYPES),
            "topic", "symphony.${type}")
        .set(options);
  }

  /** A record's value as the JsonConverter writes it without schemas. */
  private static JsonNode converted(SourceRecord record) {
    try (JsonConverter converter = new JsonConverter()) {
      converter.configure(Map.of("schemas.enable", "false"), false);
      return JSON.readTree(
          converter.fromConnectData(record.topic(), record.valueSchema(), record.value()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode withoutNulls(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.removeIf(JsonNode::isNull);
    }
    node.forEach(RecordsPage::withoutNulls);
    return node;
  }

  private static String block(JsonNode node) {
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter(
            Separators.createDefaultInstance()
                .withObjectFieldValueSpacing(Separators.Spacing.AFTER));
    printer.indentObjectsWith(new DefaultIndenter("  ", "\n"));
    try {
      return Markdown.block("json", JSON.writer(printer).writeValueAsString(node));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String types() {
    List<List<String>> rows = new ArrayList<>();
    payloads()
        .forEach(
            (type, payload) ->
                rows.add(
                    List.of(
                        code(type),
                        code(payload.name()),
                        fields(payload.schema()),
                        EventSchemas.DATAHOSE_EVENT_TYPES.contains(type) ? "yes" : "no")));
    return Markdown.table(
        List.of("type", "property of the payload", "its fields", "read by default"), rows);
  }

  private static String structs() {
    Map<String, Schema> structs = new LinkedHashMap<>();
    collect(EventSchemas.EVENT, structs);
    structs.keySet().removeIf(RecordsPage::isInTableOfTypes);
    return structs.values().stream()
        .map(struct -> "### " + name(struct) + "\n\n" + fields(struct))
        .collect(Collectors.joining("\n\n"));
  }

  private static void collect(Schema schema, Map<String, Schema> structs) {
    if (schema.type() == Schema.Type.ARRAY) {
      collect(schema.valueSchema(), structs);
    } else if (schema.type() == Schema.Type.STRUCT
        && structs.putIfAbsent(name(schema), schema) == null) {
      schema.fields().forEach(field -> collect(field.schema(), structs));
    }
  }

  private static String fields(Schema struct) {
    return struct.fields().stream()
        .map(field -> code(field.name()) + ": " + type(field.schema()))
        .collect(Collectors.joining(", "));
  }

  /** Whether the fields of a struct are in the table of event types. */
  private static boolean isInTableOfTypes(String struct) {
    return struct.equals("Payload") || payloads().containsKey(struct.toUpperCase(Locale.ROOT));
  }

  private static String event(String type) {
    SourceRecord record = sample(type);
    return String.join(
        "\n\n",
        outside(record, sample(type, "record.key", "message")),
        block(withoutNulls(converted(record))));
  }

  /** Returns the parts of a record except its value. */
  private static String outside(SourceRecord record, SourceRecord byMessage) {
    return Markdown.table(
        List.of("", ""),
        List.of(
            List.of("topic", code(record.topic())),
            List.of("key with `record.key=stream`", code(record.key().toString())),
            List.of("key with `record.key=message`", code(byMessage.key().toString())),
            List.of("timestamp", Instant.ofEpochMilli(record.timestamp()).toString()),
            List.of("headers", headers(record))));
  }

  private static String headers(SourceRecord record) {
    return RecordFactoryFixture.headers(record).entrySet().stream()
        .map(header -> code(header.toString()))
        .collect(Collectors.joining(", "));
  }

  private static String compaction() {
    SourceRecord message = record("messagesent.room", "record.key", "message");
    SourceRecord edit = record("messagesent.edited", "record.key", "message");
    SourceRecord suppression = sample("MESSAGESUPPRESSED", "record.key", "message");
    String first = RecordFactoryFixture.message(edit).getString("initialMessageId");
    String suppressed =
        ((Struct) suppression.value())
            .getStruct("payload")
            .getStruct("messageSuppressed")
            .getString("messageId");
    return Markdown.table(
        List.of("event", "its `messageId`", "ID of the message it concerns", "key"),
        List.of(
            keyed("a message", message, "the same"),
            keyed("an edit", edit, "`initialMessageId`: " + code(first)),
            keyed(
                "a suppression",
                suppression,
                "`messageSuppressed.messageId`: " + code(suppressed))));
  }

  private static List<String> keyed(String event, SourceRecord record, String about) {
    String messageId = ((Struct) record.value()).getString("messageId");
    return List.of(event, code(messageId), about, code(record.key().toString()));
  }

  private static String misfit() {
    SourceRecord record = record("unknown-type");
    return Markdown.table(
            List.of("", ""),
            List.of(List.of("topic", code(record.topic())), List.of("headers", headers(record))))
        + "\n\n"
        + block(withoutNulls(converted(record)));
  }

  private static String statusPart(SourceRecord record) {
    return String.join(
        "\n\n",
        fields(record.valueSchema()),
        "A record, with the key %s:".formatted(code(record.key().toString())),
        block(converted(record)));
  }

  /** The fields of the payload by the type of their events. */
  private static Map<String, Field> payloads() {
    Map<String, Field> payloads = new LinkedHashMap<>();
    for (Field field : EventSchemas.EVENT.field("payload").schema().fields()) {
      payloads.put(field.name().toUpperCase(Locale.ROOT), field);
    }
    return payloads;
  }

  private static String type(Schema schema) {
    return switch (schema.type()) {
      case STRUCT ->
          "[%s](#%s)"
              .formatted(
                  name(schema),
                  isInTableOfTypes(name(schema)) ? "event-types" : Markdown.anchor(name(schema)));
      case ARRAY -> "list of " + type(schema.valueSchema());
      case MAP -> "map of " + type(schema.valueSchema());
      case INT64 ->
          Timestamp.LOGICAL_NAME.equals(schema.name())
              ? "timestamp (int64, milliseconds)"
              : "int64";
      default -> schema.type().getName();
    };
  }

  private static String name(Schema struct) {
    return struct.name().substring(struct.name().lastIndexOf('.') + 1);
  }
}
