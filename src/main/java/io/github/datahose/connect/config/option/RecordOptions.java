// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config.option;

import static io.github.datahose.connect.config.option.Option.REQUIRED;

import io.github.datahose.connect.event.RecordKey;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Width;

/** The options about the records in Kafka. */
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

  /** What a record's value is (option {@code record.value}). */
  public enum RecordValueMode {
    /** A typed Connect struct. */
    STRUCT,

    /** The event's original JSON text. */
    JSON
  }

  /** When the struct carries the event's original JSON text besides (option {@code record.raw}). */
  public enum RecordRawMode {
    /** When the struct does not say all that the JSON said. */
    UNMAPPED,

    /** In each record. */
    ALWAYS,

    /** Never: what does not fit the struct is lost. */
    NEVER
  }

  /** What is done with an event that is too large for a record (option {@code record.oversize}). */
  public enum RecordOversize {
    /** It is delivered without its large texts. */
    ENVELOPE,

    /** The task fails before anything of the event's batch is handed over. */
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
                  "Topic for the events. ${feed} in it is replaced by the feed's name, ${type} by"
                      + " the event's type in lower case, as in messagesent, or by unknown when it is"
                      + " none of the feed's event types. A topic that is missing, and that nobody may"
                      + " create, holds the feed up: create it, or set topic.creation.default.*.",
                  Rule.topicPattern()),
              new Option(
                  QUARANTINE_TOPIC,
                  ConfigDef.Type.STRING,
                  "",
                  Importance.MEDIUM,
                  Width.LONG,
                  "Quarantine topic",
                  "Topic for events in which a known field has a wrong type and for those that are"
                      + " no JSON object, with their original text, and for those that are too large"
                      + " for a record. Default: empty, they go where the others go.",
                  Rule.topic()),
              choice(
                  KEY,
                  Rule.lowerCaseNames(RecordKey.values()),
                  "stream",
                  "Record key",
                  "Key of the records, a string: stream is the id of the conversation, or without one"
                      + " the initiator's user id; message the id of the message's first version, so"
                      + " that a compacted topic keeps the last one; none is no key."),
              choice(
                  VALUE,
                  Rule.lowerCaseNames(RecordValueMode.values()),
                  "struct",
                  "Record value",
                  "Value of the records: struct is a typed Connect struct, json the event's"
                      + " original JSON text as a string. With json take"
                      + " org.apache.kafka.connect.storage.StringConverter as value.converter, since"
                      + " the JsonConverter would quote the text once more."),
              choice(
                  RAW,
                  Rule.lowerCaseNames(RecordRawMode.values()),
                  "unmapped",
                  "Original text",
                  "When the field raw of the struct holds the event's original JSON text: unmapped"
                      + " is when the struct does not say all of it, always, or never, which loses"
                      + " what does not fit the struct."),
              new Option(
                  TEXT,
                  ConfigDef.Type.BOOLEAN,
                  false,
                  Importance.LOW,
                  Width.SHORT,
                  "Text of messages",
                  "Whether the field text of each message in the struct holds the plain text of its"
                      + " PresentationML, besides the field message: blocks and br end a line, cells"
                      + " of a table stand a tab apart, mentions and tags are as shown. It is null"
                      + " where the markup is not well-formed, and where the record would not fit"
                      + " record.max.bytes with it. There is none with record.value=json.",
                  Rule.anything("true or false")),
              new Option(
                  HEADERS,
                  ConfigDef.Type.BOOLEAN,
                  true,
                  Importance.LOW,
                  Width.SHORT,
                  "Record headers",
                  "Whether records have the headers symphony.event.type, symphony.event.id and"
                      + " symphony.feed.",
                  Rule.anything("true or false")),
              new Option(
                  MAX_BYTES,
                  ConfigDef.Type.INT,
                  1_000_000,
                  Importance.MEDIUM,
                  Width.SHORT,
                  "Largest event (bytes)",
                  "Size of an event, in bytes, above which its record might not fit the 1 MiB that"
                      + " Kafka takes by default: that of its JSON, and twice more where the field"
                      + " raw holds that too, since it is escaped there; or what Kafka's JSON"
                      + " converter makes of it, if that is more and value.converter does not name"
                      + " the StringConverter. To let larger events through, set"
                      + " producer.override.max.request.size and the topic's max.message.bytes."
                      + " Default: 1000000, or 95 % of producer.override.max.request.size where that"
                      + " is set.",
                  Rule.atLeast(1024, ", since the least record takes so much")),
              choice(
                  OVERSIZE,
                  Stream.of(RecordOversize.values()).map(RecordOversize::name).toList(),
                  RecordOversize.ENVELOPE.name(),
                  "Events too large",
                  "What is done with an event larger than record.max.bytes: ENVELOPE delivers it"
                      + " without its large texts (message, data, text, raw, attachments, formValues,"
                      + " parameters; if need be the whole payload), with the header"
                      + " symphony.oversize; FAIL ends the task before anything of the event's batch"
                      + " is delivered.")));

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
                  "Topic for a small record of each reader every heartbeat.interval.ms while it reads"
                      + " well, so that its offset moves and a gap can be told from a quiet night."
                      + " Default: empty, no heartbeats.",
                  Rule.topic()),
              new Option(
                  HEARTBEAT_INTERVAL,
                  ConfigDef.Type.LONG,
                  60_000L,
                  Importance.LOW,
                  Width.SHORT,
                  "Heartbeat interval (ms)",
                  "Time, in milliseconds, between the heartbeats of a reader. On a quiet feed they"
                      + " come at the ends of long polls, up to 30 seconds later. At most 1500000 (25"
                      + " minutes), since Symphony deletes a feed that nobody reads for 30 minutes.",
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
                  "Topic for the ledger: a record of each reader about every ledger.interval.ms, with"
                      + " the number of its events and records, and a digest of their identities, so"
                      + " that anybody can prove from Kafka that they are all there, each once. The"
                      + " records of events then have the headers symphony.window and"
                      + " symphony.identity. Requires exactly.once.support=required in the same config,"
                      + " and a topic that takes no other records of the connector. Default: empty, no"
                      + " ledger.",
                  Rule.topic()),
              new Option(
                  LEDGER_INTERVAL,
                  ConfigDef.Type.LONG,
                  60_000L,
                  Importance.LOW,
                  Width.SHORT,
                  "Ledger interval (ms)",
                  "Time, in milliseconds, after which a window of the ledger ends: between two batches"
                      + " or, on a quiet feed, at the end of a long poll, up to 30 seconds later. A"
                      + " possible gap ends it sooner.",
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
