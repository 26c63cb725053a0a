// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.delivery;

import io.github.datahose.connect.config.DatahoseConfig;
import io.github.datahose.connect.config.option.RecordOptions.RecordOversize;
import io.github.datahose.connect.config.option.RecordOptions.RecordValueMode;
import io.github.datahose.connect.event.ConvertedJson;
import io.github.datahose.connect.event.EventEnvelope;
import io.github.datahose.connect.event.MappedEvent;
import io.github.datahose.connect.event.RawEvent;
import io.github.datahose.connect.event.text.MessageTexts;
import io.github.datahose.connect.monitor.Counter;
import io.github.datahose.connect.monitor.FeedMetrics;
import io.github.datahose.connect.text.Printable;
import java.util.Locale;
import java.util.function.Supplier;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which events are too large for a record, and what becomes of them. Kafka refuses a record of more
 * than 1 MiB by default, and one that it refuses ends the task, again after each restart.
 */
final class OversizePolicy {

  private static final Logger LOG = LoggerFactory.getLogger(OversizePolicy.class);

  /** A converter escapes the original text within its value. */
  private static final int RAW_WEIGHS = 2;

  /**
   * More than any converter makes of an event's bytes: an empty object among the members of a
   * stream becomes a user with six fields that are null.
   */
  private static final int GROWS_AT_MOST = 64;

  private final String name;
  private final long limit;
  private final boolean fails;
  private final boolean asJson;
  private final boolean asItIs;
  private final FeedMetrics metrics;

  OversizePolicy(ReaderContext context, DatahoseConfig config) {
    name = context.name();
    limit = config.records().recordMaxBytes();
    fails = config.records().oversize() == RecordOversize.FAIL;
    asJson = config.records().valueMode() == RecordValueMode.JSON;
    asItIs = asJson && config.records().writesTextAsItIs();
    metrics = context.metrics();
  }

  /**
   * A record's value: the event, or its envelope.
   *
   * @param size of the event in bytes when it is too large, else 0
   */
  record Value(Object value, long size) {

    boolean isOversize() {
      return size > 0;
    }
  }

  /**
   * Judges an event, the small ones by the length of their JSON alone.
   *
   * @param withRaw whether the value holds the original text besides
   * @param whole makes the value; not asked when the length alone tells that it is too large
   * @throws ConnectException when the event is too large and that is to end the task
   */
  Value valueOf(MappedEvent event, RawEvent json, boolean withRaw, Supplier<?> whole) {
    long size = json.length() * (withRaw ? 1L + RAW_WEIGHS : 1L);
    if (size <= limit) {
      Object value = whole.get();
      long withTexts = converted(event, size, value);
      boolean cleared =
          withTexts > limit && value instanceof Struct struct && MessageTexts.clear(struct);
      size = cleared ? converted(event, size, value) : withTexts;
      if (size <= limit) {
        if (cleared) {
          warnOfTexts(event, withTexts);
        }
        return new Value(value, 0);
      }
    }
    if (fails) {
      throw tooLarge(event, size);
    }
    metrics.add(Counter.OVERSIZE, 1);
    LOG.warn(
        "{}: an event of type {} with messageId {} takes {} bytes, more than record.max.bytes ({}). It is delivered"
            + " without its large texts, with the header symphony.oversize.",
        name,
        Printable.of(event.type()),
        Printable.of(event.messageId()),
        size,
        limit);
    return new Value(
        asJson ? EventEnvelope.json(event, json, limit) : EventEnvelope.struct(event, limit), size);
  }

  /** The larger of an event's size and of what the JSON converter makes of its value. */
  private long converted(MappedEvent event, long size, Object value) {
    boolean mayBeTooLarge = size * GROWS_AT_MOST > limit && (!asItIs || !event.isReadable());
    return mayBeTooLarge ? Math.max(size, ConvertedJson.sizeOf(value)) : size;
  }

  /** What is derived never takes the place of what it is derived from. */
  private void warnOfTexts(MappedEvent event, long size) {
    LOG.warn(
        "{}: an event of type {} with messageId {} takes {} bytes with the texts of record.text, more than"
            + " record.max.bytes ({}). Their fields are null.",
        name,
        Printable.of(event.type()),
        Printable.of(event.messageId()),
        size,
        limit);
  }

  private ConnectException tooLarge(MappedEvent event, long size) {
    return new ConnectException(
        String.format(
            Locale.ROOT,
            "%s got an event of type %s with messageId %s that takes %d bytes, more than record.max.bytes (%d). Nothing of"
                + " its batch was handed over; Symphony delivers it again. To let it through whole, set"
                + " producer.override.max.request.size and the topic's max.message.bytes to at least %d"
                + " (record.max.bytes follows; where it is set, raise it to at least %d). To have it without its"
                + " large texts, set record.oversize to ENVELOPE. Then restart the task.",
            name,
            Printable.of(event.type()),
            Printable.of(event.messageId()),
            size,
            limit,
            size * 100 / 95 + 1,
            size));
  }
}
