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
 * Policy for oversize events: those that are too large for a record. Kafka rejects a record of more
 * than 1 MiB by default, and a rejected record fails the task, again after each restart.
 */
final class OversizePolicy {

  private static final Logger LOG = LoggerFactory.getLogger(OversizePolicy.class);

  /** A converter escapes the original text within its value. */
  private static final int RAW_WEIGHS = 2;

  /**
   * Upper bound of how much a converter enlarges an event: an empty object among the members of a
   * stream becomes a user with six null fields.
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
   * @param size size of the event in bytes if it is oversize, otherwise 0
   */
  record Value(Object value, long size) {

    boolean isOversize() {
      return size > 0;
    }
  }

  /**
   * Returns the value of an event. Checks small events by the length of their JSON alone.
   *
   * @param withRaw whether the value also contains the original text
   * @param whole supplies the value; not called if the length alone shows that the event is
   *     oversize
   * @throws ConnectException if the event is oversize and {@code record.oversize} is FAIL
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
        "{}: An event of type {} with messageId {} has {} bytes, more than record.max.bytes ({}). The reader"
            + " delivers it without its large texts, with the header symphony.oversize. To get such events"
            + " complete, raise the limits (docs/large-events.md).",
        name,
        Printable.of(event.type()),
        Printable.of(event.messageId()),
        size,
        limit);
    return new Value(
        asJson ? EventEnvelope.json(event, json, limit) : EventEnvelope.struct(event, limit), size);
  }

  /** Returns the larger of an event's size and the size of its value in the JSON converter. */
  private long converted(MappedEvent event, long size, Object value) {
    boolean mayBeTooLarge = size * GROWS_AT_MOST > limit && (!asItIs || !event.isReadable());
    return mayBeTooLarge ? Math.max(size, ConvertedJson.sizeOf(value)) : size;
  }

  /**
   * Warns that the texts of {@code record.text} are missing: derived fields never displace the
   * original ones.
   */
  private void warnOfTexts(MappedEvent event, long size) {
    LOG.warn(
        "{}: An event of type {} with messageId {} has {} bytes with the texts of record.text, more than"
            + " record.max.bytes ({}). The reader delivers it with null in these text fields. To get them,"
            + " raise the limits (docs/large-events.md).",
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
            "%s received an event of type %s with messageId %s that has %d bytes, more than record.max.bytes"
                + " (%d). The reader delivered nothing of its batch, and Symphony redelivers it. To deliver the"
                + " event complete, set producer.override.max.request.size and the topic's"
                + " max.message.bytes to at least %d (record.max.bytes follows; if it is set, raise it"
                + " to at least %d). To deliver it without its large texts, set record.oversize to"
                + " ENVELOPE. Then restart the task.",
            name,
            Printable.of(event.type()),
            Printable.of(event.messageId()),
            size,
            limit,
            size * 100 / 95 + 1,
            size));
  }
}
