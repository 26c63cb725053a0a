// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config.option;

import static io.github.datahose.connect.config.option.Option.REQUIRED;

import io.github.datahose.connect.event.RecordKey;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Width;

/** The options for the records in Kafka. */
public final class RecordOptions {
  public static final String TOPIC = "topic";
  public static final String KEY = "record.key";
  public static final String VALUE = "record.value";
  public static final String RAW = "record.raw";
  public static final String TEXT = "record.text";
  public static final String HEADERS = "record.headers";
  public static final String MAX_BYTES = "record.max.bytes";
  public static final String OVERSIZE = "record.oversize";
  public static final String QUARANTINE_TOPIC = "quarantine.topic";
  public static final String HEARTBEAT_TOPIC = "heartbeat.topic";
  public static final String HEARTBEAT_INTERVAL = "heartbeat.interval.ms";
  public static final String LEDGER_TOPIC = "ledger.topic";
  public static final String LEDGER_INTERVAL = "ledger.interval.ms";

  /** The form of a record's value (option {@code record.value}). */
  public enum RecordValueMode {
    /** A typed Connect struct. */
    STRUCT,

    /** The event's original JSON text. */
    JSON
  }

  /** Which structs contain the event's original JSON text (option {@code record.raw}). */
  public enum RecordRawMode {
    /** Structs that do not represent all of the event's JSON. */
    UNMAPPED,

    /** All structs. */
    ALWAYS,

    /** No structs: content that does not fit the struct is lost. */
    NEVER
  }

  /** The handling of oversize events (option {@code record.oversize}). */
  public enum RecordOversize {
    /** Delivers the event without its large texts. */
    ENVELOPE,

    /** Fails the task before any event of the batch is handed over. */
    FAIL
  }

  public static final Option.Group RECORDS =
      new Option.Group(
          "Records",
          List.of(
              new Option(
                  TOPIC,
                  ConfigDef.Type.STRING,
                  REQUIRED,
                  Importance.HIGH,
                  Width.LONG,
                  "Topic",
                  "Topic for the events. ${feed} is replaced by the feed's name. ${type} is"
                      + " replaced by the event's type in lower case, such as messagesent, or by"
                      + " unknown if it is none of the feed's event types. If the topic does not"
                      + " exist and cannot be created, the feed stalls. Create it or set"
                      + " topic.creation.default.*.",
                  Rule.topicPattern()),
              new Option(
                  QUARANTINE_TOPIC,
                  ConfigDef.Type.STRING,
                  "",
                  Importance.MEDIUM,
                  Width.LONG,
                  "Quarantine topic",
                  "Topic for oversize events, events with a known field of the wrong type, and"
                      + " events that are not a JSON object. The last two kinds are delivered with"
                      + " their original text. Default: empty, these events go to the topics of the"
                      + " other events.",
                  Rule.topic()),
              choice(
                  KEY,
                  Rule.lowerCaseNames(RecordKey.values()),
                  "stream",
                  "Record key",
                  "Key of the records, a string. stream: the ID of the conversation, or the"
                      + " initiator's user ID if there is none. message: the ID of the message's"
                      + " first version, so that a compacted topic keeps the latest version. none: no"
                      + " key."),
              choice(
                  VALUE,
                  Rule.lowerCaseNames(RecordValueMode.values()),
                  "struct",
                  "Record value",
                  "Value of the records. struct: a typed Connect struct. json: the event's"
                      + " original JSON text as a string. With json, set value.converter to"
                      + " org.apache.kafka.connect.storage.StringConverter, because the JsonConverter"
                      + " would quote the text again."),
              choice(
                  RAW,
                  Rule.lowerCaseNames(RecordRawMode.values()),
                  "unmapped",
                  "Original text",
                  "Structs whose field raw contains the event's original JSON text. unmapped:"
                      + " structs that do not represent all of it. always: all structs. never: no"
                      + " structs, so content that does not fit the struct is lost."),
              new Option(
                  TEXT,
                  ConfigDef.Type.BOOLEAN,
                  false,
                  Importance.LOW,
                  Width.SHORT,
                  "Text of messages",
                  "Whether the field text of each message in the struct contains the plain"
                      + " text of its PresentationML, in addition to the field message. Blocks and br"
                      + " end a line, a tab separates the cells of a table, and mentions and tags are"
                      + " as displayed. The field is null if the markup is not well-formed, or if the"
                      + " record would then exceed record.max.bytes. With record.value=json there is"
                      + " no such field.",
                  Rule.anything("true or false")),
              new Option(
                  HEADERS,
                  ConfigDef.Type.BOOLEAN,
                  true,
                  Importance.LOW,
                  Width.SHORT,
                  "Record headers",
                  "Whether records have the headers symphony.event.type, symphony.event.id,"
                      + " and symphony.feed.",
                  Rule.anything("true or false")),
              new Option(
                  MAX_BYTES,
                  ConfigDef.Type.INT,
                  1_000_000,
                  Importance.MEDIUM,
                  Width.SHORT,
                  "Maximum event size (bytes)",
                  "Maximum size of an event, in bytes. A record of a larger event might exceed"
                      + " the 1 MiB that Kafka accepts by default. The size is that of the event's"
                      + " JSON, plus twice that size if the field raw also contains the JSON, because"
                      + " it is escaped there. If the output of Kafka's JSON converter is larger, and"
                      + " value.converter does not name the StringConverter, the size of that output"
                      + " counts. To deliver larger events, set producer.override.max.request.size"
                      + " and the topic's max.message.bytes. Default: 1000000, or 95 % of"
                      + " producer.override.max.request.size if that is set.",
                  Rule.atLeast(1024, ", because the smallest record needs that much")),
              choice(
                  OVERSIZE,
                  Stream.of(RecordOversize.values()).map(RecordOversize::name).toList(),
                  RecordOversize.ENVELOPE.name(),
                  "Oversize events",
                  "Handling of events larger than record.max.bytes. ENVELOPE: delivers the"
                      + " event without its large texts (message, data, text, raw, attachments,"
                      + " formValues, parameters; if necessary, the whole payload), with the header"
                      + " symphony.oversize. FAIL: fails the task before any event of the batch is"
                      + " delivered.")));

  public static final Option.Group HEARTBEATS =
      new Option.Group(
          "Heartbeats",
          List.of(
              new Option(
                  HEARTBEAT_TOPIC,
                  ConfigDef.Type.STRING,
                  "",
                  Importance.MEDIUM,
                  Width.LONG,
                  "Heartbeat topic",
                  "Topic for heartbeats. Each reader writes a small record every"
                      + " heartbeat.interval.ms while its reads succeed, so that its offset advances"
                      + " and you can tell a gap from a quiet feed. Default: empty, no heartbeats.",
                  Rule.topic()),
              new Option(
                  HEARTBEAT_INTERVAL,
                  ConfigDef.Type.LONG,
                  60_000L,
                  Importance.LOW,
                  Width.SHORT,
                  "Heartbeat interval (ms)",
                  "Time in milliseconds between the heartbeats of a reader. On a quiet feed,"
                      + " the reader writes them when a long poll ends, up to 30 seconds later. At"
                      + " most 1500000 (25 minutes), because Symphony deletes a feed after 30 minutes"
                      + " without a read.",
                  Rule.between(1, 1_500_000, "ms (25 minutes)"))));

  public static final Option.Group LEDGER =
      new Option.Group(
          "Ledger",
          List.of(
              new Option(
                  LEDGER_TOPIC,
                  ConfigDef.Type.STRING,
                  "",
                  Importance.MEDIUM,
                  Width.LONG,
                  "Ledger topic",
                  "Topic for the ledger. Each reader writes a record about every"
                      + " ledger.interval.ms, with the number of its events and records and a digest"
                      + " of their identities. With it, anyone can prove from Kafka that each event"
                      + " that Symphony delivered is there exactly once. The records of events then have the headers"
                      + " symphony.window and symphony.identity. Requires"
                      + " exactly.once.support=required in the same configuration, and a topic"
                      + " without other records of the connector. Default: empty, no ledger.",
                  Rule.topic()),
              new Option(
                  LEDGER_INTERVAL,
                  ConfigDef.Type.LONG,
                  60_000L,
                  Importance.LOW,
                  Width.SHORT,
                  "Ledger interval (ms)",
                  "Time in milliseconds after which a window of the ledger ends: between two"
                      + " batches or, on a quiet feed, when a long poll ends, up to 30 seconds later."
                      + " A possible gap ends it sooner.",
                  Rule.between(1_000, 1_500_000, "ms (25 minutes)"))));

  private RecordOptions() {}

  private static Option choice(
      String name, List<String> allowed, String defaultValue, String displayName, String text) {
    return new Option(
        name,
        ConfigDef.Type.STRING,
        defaultValue,
        Importance.MEDIUM,
        Width.SHORT,
        displayName,
        text,
        Rule.oneOf(allowed),
        allowed);
  }
}
