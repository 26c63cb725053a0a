// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import io.github.datahose.connect.config.option.RecordOptions;
import io.github.datahose.connect.config.option.RecordOptions.RecordOversize;
import io.github.datahose.connect.config.option.RecordOptions.RecordRawMode;
import io.github.datahose.connect.config.option.RecordOptions.RecordValueMode;
import io.github.datahose.connect.event.RecordKey;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.apache.kafka.common.config.AbstractConfig;

/** The part of the configuration about records, heartbeats, and the ledger. Immutable. */
public final class RecordConfig {
  /** The worker takes this prefix off and gives the rest to the task's producer. */
  private static final String MAX_REQUEST_SIZE = "producer.override.max.request.size";

  /** Kafka's own default of the producer's {@code max.request.size}, in bytes. */
  private static final int DEFAULT_REQUEST_SIZE = 1_048_576;

  private final AbstractConfig options;
  private final ParsedConfig parsed;

  RecordConfig(AbstractConfig options, ParsedConfig parsed) {
    this.options = options;
    this.parsed = parsed;
  }

  /** Where heartbeats go, if anywhere. */
  public Optional<String> heartbeatTopic() {
    return Optional.of(options.getString(RecordOptions.HEARTBEAT_TOPIC))
        .filter(topic -> !topic.isEmpty());
  }

  /** Time between the heartbeats of a reader. */
  public Duration heartbeatInterval() {
    return Duration.ofMillis(options.getLong(RecordOptions.HEARTBEAT_INTERVAL));
  }

  /** Where the ledger goes, if there is one. */
  public Optional<String> ledgerTopic() {
    return Optional.of(options.getString(RecordOptions.LEDGER_TOPIC))
        .filter(topic -> !topic.isEmpty());
  }

  /** Time after which a window of the ledger ends. */
  public Duration ledgerInterval() {
    return Duration.ofMillis(options.getLong(RecordOptions.LEDGER_INTERVAL));
  }

  /** What the records' key is. */
  public RecordKey keyMode() {
    return RecordKey.valueOf(choice(RecordOptions.KEY));
  }

  /** What the records' value is. */
  public RecordValueMode valueMode() {
    return RecordValueMode.valueOf(choice(RecordOptions.VALUE));
  }

  /** When a struct holds the event's original text; without meaning for JSON values. */
  public RecordRawMode rawMode() {
    return RecordRawMode.valueOf(choice(RecordOptions.RAW));
  }

  /** Whether the messages in a struct carry their plain text. */
  public boolean messageText() {
    return options.getBoolean(RecordOptions.TEXT);
  }

  /**
   * The largest event, in bytes, that is delivered whole, as {@code record.max.bytes} counts: what
   * is set, else 95 % of the producer's limit where the config sets that, else the default. What is
   * left between the two is for the record's key, headers and, with some converters, schema.
   */
  public int recordMaxBytes() {
    int requestSize = requestSize(parsed);
    return parsed.isGiven(RecordOptions.MAX_BYTES) || requestSize == 0
        ? options.getInt(RecordOptions.MAX_BYTES)
        : (int) (requestSize * 95L / 100);
  }

  /**
   * Whether a text as value is known to be written without escapes. Not known when the worker's own
   * converter is used.
   */
  public boolean writesTextAsItIs() {
    return "org.apache.kafka.connect.storage.StringConverter"
        .equals(parsed.properties().get("value.converter"));
  }

  /** What is done with an event that is too large for a record. */
  public RecordOversize oversize() {
    return RecordOversize.valueOf(choice(RecordOptions.OVERSIZE));
  }

  /** Whether records carry the headers about their event. */
  public boolean headers() {
    return options.getBoolean(RecordOptions.HEADERS);
  }

  /** The topic for events that cannot be mapped or are too large, if they have one of their own. */
  public Optional<String> quarantineTopic() {
    return Optional.of(options.getString(RecordOptions.QUARANTINE_TOPIC))
        .filter(topic -> !topic.isEmpty());
  }

  private String choice(String option) {
    return options.getString(option).toUpperCase(Locale.ROOT);
  }

  /**
   * Warns, and no more: the worker's own configuration may set another default for its producers.
   */
  static void checkMaxBytes(ParsedConfig parsed) {
    if (!parsed.isGiven(RecordOptions.MAX_BYTES) || !parsed.isValid(RecordOptions.MAX_BYTES)) {
      return;
    }
    int requestSize = requestSize(parsed);
    int producerTakes = requestSize == 0 ? DEFAULT_REQUEST_SIZE : requestSize;
    if ((Integer) parsed.value(RecordOptions.MAX_BYTES) > producerTakes) {
      parsed.warn(
          RecordOptions.MAX_BYTES
              + " is more than the "
              + producerTakes
              + " bytes that "
              + (requestSize == 0 ? "a producer takes by default" : MAX_REQUEST_SIZE + " allows")
              + ": a larger record ends the task. Set "
              + MAX_REQUEST_SIZE
              + ", and the topic's max.message.bytes, to more than that");
    }
  }

  /** 0 where it is not set; also where it is no size, which the producer rejects. */
  private static int requestSize(ParsedConfig parsed) {
    String text = parsed.properties().get(MAX_REQUEST_SIZE);
    try {
      return text == null ? 0 : Math.max(0, Integer.parseInt(text.strip()));
    } catch (NumberFormatException noSize) {
      return 0;
    }
  }
}
