// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.reader;

import io.github.datahose.connect.config.DatahoseConfig;
import io.github.datahose.connect.delivery.BatchOffsets;
import io.github.datahose.connect.delivery.ReaderContext;
import io.github.datahose.connect.delivery.RecordQueue;
import io.github.datahose.connect.delivery.Window;
import io.github.datahose.connect.monitor.Counter;
import io.github.datahose.connect.monitor.FeedClock;
import io.github.datahose.connect.monitor.FeedMetrics;
import io.github.datahose.connect.symphony.Moment;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;

/**
 * Heartbeats of a reader: a small record at an interval while reads succeed, so that the stored
 * offset also advances on a quiet feed, and a gap can be distinguished from a quiet night. Its
 * offset repeats the last one, with a new time. Confined to the reader's thread.
 */
final class Heartbeats {

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

  /** Null without heartbeats. */
  private final StatusTopic topic;

  private final Duration interval;
  private final FeedClock clock;
  private final FeedMetrics metrics;
  private long nextAt;

  /** Creates the heartbeats of a reader; the first is due immediately, and none without a topic. */
  Heartbeats(
      ReaderContext context,
      DatahoseConfig config,
      Map<String, String> partition,
      RecordQueue queue) {
    topic =
        config
            .records()
            .heartbeatTopic()
            .map(name -> new StatusTopic(context, config, name, "heartbeat", partition, queue))
            .orElse(null);
    interval = config.records().heartbeatInterval();
    clock = context.clock();
    metrics = context.metrics();
    nextAt = clock.nanoTime();
  }

  /** Returns the topic, if any. A worker that cannot write to it also blocks the events. */
  Optional<String> topic() {
    return Optional.ofNullable(topic).map(StatusTopic::topic);
  }

  /**
   * Sends a heartbeat if one is due. Call it after a successful read, while no batch is in flight.
   *
   * @param last the offsets of the last batch
   * @param window the running window of the ledger; null without one
   * @param lastRead when the feed was last read
   */
  void beat(BatchOffsets last, Window window, Moment lastRead) {
    if (topic == null) {
      return;
    }
    topic.warnIfUnconfirmed();
    long now = clock.nanoTime();
    if (now - nextAt < 0) {
      return;
    }
    nextAt = now + interval.toNanos();
    // Not the current time: a batch might have waited for Kafka since.
    long readAt = lastRead.epochMillis();
    Struct value =
        new Struct(SCHEMA)
            .put("reader", topic.reader())
            .put("readAt", readAt)
            .put("reads", metrics.count(Counter.READS))
            .put("events", metrics.count(Counter.EVENTS))
            .put("records", metrics.count(Counter.RECORDS))
            .put("duplicates", metrics.count(Counter.DUPLICATES));
    topic.send(topic.reader(), value, last.again(readAt, window));
  }
}
