// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.feed;

import static io.github.datahose.documents.Markdown.code;

import io.github.datahose.connect.event.EventSchemas;
import io.github.datahose.documents.Markdown;
import io.github.datahose.registry.AvroRecords;
import io.github.datahose.registry.ShippedSchema;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.source.SourceRecord;

/** The parts of {@code docs/records.md} that are made from the schema and the sample events. */
final class RecordsPage {

  /** What each type tells; the API's names say the rest. */
  private static final Map<String, String> MEANINGS =
      Map.ofEntries(
          Map.entry(
              "MESSAGESENT",
              "A message in a chat, a room or on a wall, or an edit of one: an edit has a message id of its own, and"
                  + " `replacing` and `initialMessageId` name the version before and the first one. `message` is"
                  + " PresentationML, `data` EntityJSON as text."),
          Map.entry(
              "SHAREDPOST",
              "A wall post that somebody shared: their post, and the one that was shared."),
          Map.entry(
              "INSTANTMESSAGECREATED",
              "A chat between two or more people was made. Of the members there may be ids only."),
          Map.entry("ROOMCREATED", "A room was made."),
          Map.entry(
              "ROOMUPDATED",
              "A room's properties changed, or a group chat was renamed. The properties are those after the change,"
                  + " often not all of them."),
          Map.entry(
              "ROOMDEACTIVATED",
              "A room was closed. The stream often has neither name nor `external`."),
          Map.entry("ROOMREACTIVATED", "A closed room was opened again."),
          Map.entry(
              "USERJOINEDROOM",
              "Somebody came into a room: by themselves when they are the initiator, too."),
          Map.entry(
              "USERLEFTROOM", "Somebody left a room, or was taken out of it by the initiator."),
          Map.entry("ROOMMEMBERPROMOTEDTOOWNER", "A member of a room was made an owner of it."),
          Map.entry(
              "ROOMMEMBERDEMOTEDFROMOWNER", "An owner of a room was made an ordinary member."),
          Map.entry(
              "USERREQUESTEDTOJOINROOM",
              "The initiator asks to be let into a room; `affectedUsers` are its owners."),
          Map.entry("CONNECTIONREQUESTED", "The initiator asks `toUser` for a connection."),
          Map.entry(
              "CONNECTIONACCEPTED",
              "The initiator accepted the connection that `fromUser` had asked for."),
          Map.entry(
              "MESSAGESUPPRESSED",
              "A message was suppressed. `payload.messageSuppressed.messageId` is that message's id, the `messageId` of"
                  + " the envelope this event's own. The message itself was delivered before, and stays in its"
                  + " topic."),
          Map.entry(
              "SYMPHONYELEMENTSACTION",
              "Somebody sent a form. `formValues` is a free object and stays JSON text."),
          Map.entry(
              "GENERICSYSTEMEVENT",
              "Something that a system tells, as of calls; `eventSubtype` says what. `parameters` is a free object and"
                  + " stays JSON text. Agents know it from 26.3.1 on, so it is read only when"
                  + " [`datahose.event.types`](configuration.md#datahoseeventtypes) names it."));

  /** The sample of a type, where it is not named as the type. */
  private static final Map<String, String> SAMPLES =
      Map.of("MESSAGESENT", "messagesent.attachments");

  private RecordsPage() {}

  /** All parts by their names in the document. */
  static Map<String, String> parts() {
    return Map.of(
        "types", types(),
        "topics", topics(),
        "structs", structs(),
        "events", events(),
        "whole", whole(),
        "compaction", compaction(),
        "misfit", misfit(),
        "heartbeat", heartbeat());
  }

  /** What is shown for a type. */
  static SourceRecord sample(String type, String... options) {
    return SampleRecords.of(SAMPLES.getOrDefault(type, type.toLowerCase(Locale.ROOT)), options);
  }

  /** The value of a record in Avro's encoding as JSON. */
  static String avro(SourceRecord record, ShippedSchema schema) {
    return AvroRecords.json(AvroRecords.of((Struct) record.value(), schema.schema()));
  }

  /** Indented, but for the short branches of unions, which would take three lines each. */
  private static String avroBlock(SourceRecord record, ShippedSchema schema) {
    return Markdown.block(
        "json",
        SampleRecords.indented(avro(record, schema))
            .replaceAll("\\{\\s+(\"(?:string|long|boolean)\": .*)\\s+\\}", "{ $1 }"));
  }

  private static String types() {
    return Markdown.table(
        List.of("type", "property of the payload", "read by default"),
        payloads().entrySet().stream()
            .map(
                payload ->
                    List.of(
                        "["
                            + code(payload.getKey())
                            + "](#"
                            + Markdown.anchor(payload.getKey())
                            + ")",
                        code(payload.getValue().name()),
                        EventSchemas.DATAHOSE_EVENT_TYPES.contains(payload.getKey())
                            ? "yes"
                            : "no"))
            .toList());
  }

  private static String topics() {
    List<String> topics =
        new ArrayList<>(EventSchemas.DATAHOSE_EVENT_TYPES.stream().sorted().toList());
    topics.replaceAll(type -> sample(type).topic());
    topics.add(SampleRecords.of("unknown-type").topic());
    return Markdown.block("", String.join("\n", topics));
  }

  private static String structs() {
    Map<String, Schema> structs = new LinkedHashMap<>();
    collect(EventSchemas.EVENT, structs);
    payloads().values().forEach(payload -> structs.remove(name(payload.schema())));
    return structs.values().stream()
        .map(
            struct ->
                "### "
                    + name(struct)
                    + "\n\n"
                    + Markdown.table(
                        List.of("field", "type"),
                        struct.fields().stream()
                            .map(field -> List.of(code(field.name()), type(field.schema())))
                            .toList()))
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

  private static String events() {
    return payloads().entrySet().stream()
        .map(payload -> event(payload.getKey(), payload.getValue()))
        .collect(Collectors.joining("\n\n"));
  }

  private static String event(String type, Field payload) {
    SourceRecord record = sample(type);
    return "### "
        + type
        + "\n\n"
        + MEANINGS.get(type)
        + "\n\n"
        + code("payload." + payload.name())
        + " is the struct "
        + code(name(payload.schema()))
        + ":\n\n"
        + Markdown.table(
            List.of("field", "type"),
            payload.schema().fields().stream()
                .map(field -> List.of(code(field.name()), type(field.schema())))
                .toList())
        + "\n\nA record:\n\n"
        + outside(record, sample(type, "record.key", "message"))
        + "\n\n"
        + Markdown.block("json", SampleRecords.jsonWithoutNulls(record))
        + "\n\n"
        + Markdown.folded("The same in Avro", avroBlock(record, ShippedSchema.EVENT));
  }

  /** What a record has besides its value. */
  private static String outside(SourceRecord record, SourceRecord byMessage) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("topic", code(record.topic())));
    rows.add(List.of("key with `record.key=stream`", code(record.key().toString())));
    rows.add(List.of("key with `record.key=message`", code(byMessage.key().toString())));
    rows.add(List.of("timestamp", Instant.ofEpochMilli(record.timestamp()).toString()));
    rows.add(List.of("headers", headers(record)));
    return Markdown.table(List.of("", ""), rows);
  }

  private static String headers(SourceRecord record) {
    return StreamSupport.stream(record.headers().spliterator(), false)
        .map(header -> code(header.key() + "=" + header.value()))
        .collect(Collectors.joining(", "));
  }

  private static String whole() {
    return Markdown.block("json", SampleRecords.json(sample("CONNECTIONACCEPTED")));
  }

  private static String compaction() {
    SourceRecord message = SampleRecords.of("messagesent.room", "record.key", "message");
    SourceRecord edit = SampleRecords.of("messagesent.edited", "record.key", "message");
    SourceRecord suppression = sample("MESSAGESUPPRESSED", "record.key", "message");
    return Markdown.table(
        List.of("event", "its `messageId`", "the message that it is about", "key"),
        List.of(
            keyed("a message", message, "that"),
            keyed(
                "an edit",
                edit,
                "`initialMessageId`: "
                    + code(text(edit, "messageSent", "message", "initialMessageId"))),
            keyed(
                "a suppression",
                suppression,
                "`messageSuppressed.messageId`: "
                    + code(text(suppression, "messageSuppressed", "messageId")))));
  }

  private static List<String> keyed(String event, SourceRecord record, String about) {
    String messageId = ((Struct) record.value()).getString("messageId");
    return List.of(event, code(messageId), about, code(record.key().toString()));
  }

  private static String text(SourceRecord record, String... path) {
    Struct struct = ((Struct) record.value()).getStruct("payload");
    for (int i = 0; i < path.length - 1; i++) {
      struct = struct.getStruct(path[i]);
    }
    return struct.getString(path[path.length - 1]);
  }

  private static String misfit() {
    SourceRecord record = SampleRecords.of("unknown-type");
    return Markdown.table(
            List.of("", ""),
            List.of(List.of("topic", code(record.topic())), List.of("headers", headers(record))))
        + "\n\n"
        + Markdown.block("json", SampleRecords.jsonWithoutNulls(record));
  }

  private static String heartbeat() {
    SourceRecord record = SampleRecords.heartbeat();
    return Markdown.table(
            List.of("field", "type"),
            record.valueSchema().fields().stream()
                .map(field -> List.of(code(field.name()), type(field.schema())))
                .toList())
        + "\n\nA record, with the key "
        + code(record.key().toString())
        + ":\n\n"
        + Markdown.block("json", SampleRecords.json(record))
        + "\n\n"
        + Markdown.folded("The same in Avro", avroBlock(record, ShippedSchema.HEARTBEAT));
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
      case STRUCT -> "[" + name(schema) + "](#" + Markdown.anchor(name(schema)) + ")";
      case ARRAY -> "list of " + type(schema.valueSchema());
      case INT64 ->
          Timestamp.LOGICAL_NAME.equals(schema.name())
              ? "timestamp: int64, milliseconds since 1970"
              : "int64";
      default -> schema.type().getName();
    };
  }

  private static String name(Schema struct) {
    return struct.name().substring(struct.name().lastIndexOf('.') + 1);
  }
}
