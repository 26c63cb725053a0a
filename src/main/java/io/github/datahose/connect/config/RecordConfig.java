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

/** The options for records, heartbeats, and the ledger. Immutable. */
public final class RecordConfig {
  /** The worker removes the prefix and passes the rest to the task's producer. */
  private static final String MAX_REQUEST_SIZE = "producer.override.max.request.size";

  /** Kafka's default of the producer's {@code max.request.size}, in bytes. */
  private static final int DEFAULT_REQUEST_SIZE = 1_048_576;

  private final AbstractConfig options;
  private final ParsedConfig parsed;

  RecordConfig(AbstractConfig options, ParsedConfig parsed) {
    this.options = options;
    this.parsed = parsed;
  }

  /** Returns the topic of the heartbeats, if any. */
  public Optional<String> heartbeatTopic() {
    return Optional.of(options.getString(RecordOptions.HEARTBEAT_TOPIC))
        .filter(topic -> !topic.isEmpty());
  }

  /** Returns the time between the heartbeats of a reader. */
  public Duration heartbeatInterval() {
    return Duration.ofMillis(options.getLong(RecordOptions.HEARTBEAT_INTERVAL));
  }

  /** Returns the topic of the ledger, if any. */
  public Optional<String> ledgerTopic() {
    return Optional.of(options.getString(RecordOptions.LEDGER_TOPIC))
        .filter(topic -> !topic.isEmpty());
  }

  /** Returns the time after which a window of the ledger ends. */
  public Duration ledgerInterval() {
    return Duration.ofMillis(options.getLong(RecordOptions.LEDGER_INTERVAL));
  }

  /** Returns the key of the records. */
  public RecordKey keyMode() {
    return RecordKey.valueOf(choice(RecordOptions.KEY));
  }

  /** Returns the form of the records' values. */
  public RecordValueMode valueMode() {
    return RecordValueMode.valueOf(choice(RecordOptions.VALUE));
  }

  /** Returns which structs contain the event's original text; has no effect on JSON values. */
  public RecordRawMode rawMode() {
    return RecordRawMode.valueOf(choice(RecordOptions.RAW));
  }

  /** Returns whether the messages in a struct contain their plain text. */
  public boolean messageText() {
    return options.getBoolean(RecordOptions.TEXT);
  }

  /**
   * Returns the size of the largest event, in bytes, that is delivered whole, as {@code
   * record.max.bytes} counts: the option if it is set, else 95 % of the producer's limit if that is
   * set, else the default. The other 5 % are for the record's key, headers and, with some
   * converters, schema.
   */
  public int recordMaxBytes() {
    int requestSize = requestSize(parsed);
    return parsed.isGiven(RecordOptions.MAX_BYTES) || requestSize == 0
        ? options.getInt(RecordOptions.MAX_BYTES)
        : (int) (requestSize * 95L / 100);
  }

  /**
   * Returns whether a text value is known to be written without escapes. It is not known if the
   * worker's own converter is used.
   */
  public boolean writesTextAsItIs() {
    return "org.apache.kafka.connect.storage.StringConverter"
        .equals(parsed.properties().get("value.converter"));
  }

  /** Returns the handling of oversize events. */
  public RecordOversize oversize() {
    return RecordOversize.valueOf(choice(RecordOptions.OVERSIZE));
  }

  /** Returns whether records have the headers about their event. */
  public boolean headers() {
    return options.getBoolean(RecordOptions.HEADERS);
  }

  /** Returns the topic for events that cannot be mapped or are oversize, if there is one. */
  public Optional<String> quarantineTopic() {
    return Optional.of(options.getString(RecordOptions.QUARANTINE_TOPIC))
        .filter(topic -> !topic.isEmpty());
  }

  private String choice(String option) {
    return options.getString(option).toUpperCase(Locale.ROOT);
  }

  /** Warns only, because the worker's configuration might set another default for its producers. */
  static void checkMaxBytes(ParsedConfig parsed) {
    if (!parsed.isGiven(RecordOptions.MAX_BYTES) || !parsed.isValid(RecordOptions.MAX_BYTES)) {
      return;
    }
    int requestSize = requestSize(parsed);
    int producerLimit = requestSize == 0 ? DEFAULT_REQUEST_SIZE : requestSize;
    if ((Integer) parsed.value(RecordOptions.MAX_BYTES) > producerLimit) {
      parsed.warn(
          RecordOptions.MAX_BYTES
              + " exceeds the "
              + producerLimit
              + " bytes that "
              + (requestSize == 0 ? "a producer accepts by default" : MAX_REQUEST_SIZE + " allows")
              + ". A larger record fails the task. Increase "
              + MAX_REQUEST_SIZE
              + " and the topic's max.message.bytes.");
    }
  }

  /** Returns 0 if it is not set, or if it is not a size, which the producer rejects. */
  private static int requestSize(ParsedConfig parsed) {
    String text = parsed.properties().get(MAX_REQUEST_SIZE);
    try {
      return text == null ? 0 : Math.max(0, Integer.parseInt(text.strip()));
    } catch (NumberFormatException noSize) {
      return 0;
    }
  }
}
