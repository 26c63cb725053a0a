// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.reader;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.datahose.connect.config.DatahoseConfig;
import io.github.datahose.connect.config.option.RecordOptions.RecordValueMode;
import io.github.datahose.connect.delivery.Batch;
import io.github.datahose.connect.delivery.Batch.TrackedRecord;
import io.github.datahose.connect.delivery.BatchOffsets;
import io.github.datahose.connect.delivery.FeedOffset;
import io.github.datahose.connect.delivery.ReaderContext;
import io.github.datahose.connect.delivery.ReaderContext.Signal;
import io.github.datahose.connect.delivery.RecordQueue;
import io.github.datahose.connect.monitor.Counter;
import io.github.datahose.connect.monitor.FeedClock;
import io.github.datahose.connect.monitor.FeedMetrics;
import io.github.datahose.connect.monitor.LogThrottle;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A small record now and then while a reader reads well, so that its stored offset moves also on a
 * quiet feed, and a gap can be told from a quiet night. Between batches only: its offset repeats
 * the last one, with a new time, and a batch's offset must not be overtaken. Confined to the
 * reader's thread.
 *
 * <p>Nobody waits for one, but one that is not confirmed is warned of: a worker that waits for its
 * topic takes no events either, and on a quiet feed nothing else would tell.
 */
final class Heartbeats {

  private static final Logger LOG = LoggerFactory.getLogger(Heartbeats.class);

  static final Schema SCHEMA =
      SchemaBuilder.struct()
          .name("io.github.datahose.connect.Heartbeat")
          .field("reader", Schema.STRING_SCHEMA)
          .field("readAt", Schema.INT64_SCHEMA)
          .field("reads", Schema.INT64_SCHEMA)
          .field("events", Schema.INT64_SCHEMA)
          .field("records", Schema.INT64_SCHEMA)
          .field("duplicates", Schema.INT64_SCHEMA)
          .version(1)
          .build();

  private final String name;
  private final String topic;
  private final Duration interval;
  private final boolean asJson;
  private final Map<String, String> partition;
  private final FeedActivity activity;
  private final RecordQueue queue;
  private final FeedClock clock;
  private final FeedMetrics metrics;
  private final Signal signal;
  private final LogThrottle warnings = new LogThrottle();
  private long nextAt;

  /** The newest, as a batch of its own; null before the first. */
  private Batch heartbeat;

  private long unconfirmedSince;

  /** Prepares the heartbeat of a reader; the first is due at once, and none without a topic. */
  Heartbeats(
      ReaderContext context,
      DatahoseConfig config,
      Map<String, String> partition,
      FeedActivity activity,
      RecordQueue queue) {
    this.activity = activity;
    name = context.name();
    topic = config.records().heartbeatTopic().orElse(null);
    interval = config.records().heartbeatInterval();
    asJson = config.records().valueMode() == RecordValueMode.JSON;
    this.partition = partition;
    this.queue = queue;
    clock = context.clock();
    metrics = context.metrics();
    signal = context.signal();
    nextAt = clock.nanoTime();
  }

  /** Where they go, if anywhere; a worker that cannot write there blocks, for the events too. */
  Optional<String> topic() {
    return Optional.ofNullable(topic);
  }

  /**
   * Sends one when it is time; to be called after a read that worked, when no batch is in flight.
   */
  void beat(BatchOffsets last) {
    if (topic == null) {
      return;
    }
    long now = clock.nanoTime();
    boolean confirmed = heartbeat == null || heartbeat.isSettled();
    if (!confirmed && warnings.isDue(now)) {
      warnUnconfirmed(now);
    }
    if (now - nextAt < 0) {
      return;
    }
    nextAt = now + interval.toNanos();
    if (confirmed) {
      unconfirmedSince = now;
      warnings.begin(now, ConfirmationWait.UNCONFIRMED_AT_FIRST);
    }
    send(last);
  }

  private void send(BatchOffsets last) {
    // Not the time now: a batch may have waited for Kafka since.
    long readAt = activity.lastRead().epochMillis();
    String reader = FeedOffset.readerOf(partition);
    Struct value =
        new Struct(SCHEMA)
            .put("reader", reader)
            .put("readAt", readAt)
            .put("reads", metrics.count(Counter.READS))
            .put("events", metrics.count(Counter.EVENTS))
            .put("records", metrics.count(Counter.RECORDS))
            .put("duplicates", metrics.count(Counter.DUPLICATES));
    heartbeat = new Batch(signal);
    heartbeat.add(
        new TrackedRecord(
            heartbeat,
            partition,
            last.again(readAt, null),
            topic,
            reader,
            asJson ? Schema.STRING_SCHEMA : SCHEMA,
            asJson ? json(value) : value,
            clock.epochMillis(),
            null));
    queue.putHeartbeat(reader, heartbeat);
  }

  private void warnUnconfirmed(long now) {
    LOG.warn(
        "{} waits for Kafka to confirm a heartbeat in topic {}, for {} s by now; events may not get through either. Does the"
            + " topic exist, or may the worker create it (topic.creation.default.*)? Is Kafka well? Is the connector paused?",
        name,
        topic,
        Duration.ofNanos(now - unconfirmedSince).toSeconds());
  }

  private static String json(Struct value) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("reader", value.getString("reader"));
    SCHEMA.fields().stream()
        .filter(field -> field.schema().type() == Schema.Type.INT64)
        .forEach(field -> json.put(field.name(), value.getInt64(field.name())));
    return json.toString();
  }
}
