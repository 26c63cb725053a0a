// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.feed;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.datahose.connect.config.DatahoseConfig;
import io.github.datahose.connect.config.RecordValueMode;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * A small record now and then while a reader reads well, so that its stored offset moves also on a
 * quiet feed, and a gap can be told from a quiet night. Between batches only: its offset repeats
 * the last one, with a new time, and a batch's offset must not be overtaken. Confined to the
 * reader's thread.
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

  private final String topic;
  private final Duration interval;
  private final boolean asJson;
  private final Map<String, String> partition;
  private final FeedActivity activity;
  private final HandOver handOver;
  private final FeedClock clock;
  private final FeedMetrics metrics;
  private long nextAt;

  /** Prepares the heartbeat of a reader; the first is due at once, and none without a topic. */
  Heartbeats(
      ReaderContext context,
      DatahoseConfig config,
      Map<String, String> partition,
      FeedActivity activity,
      HandOver handOver) {
    this.activity = activity;
    topic = config.records().heartbeatTopic().orElse(null);
    interval = config.records().heartbeatInterval();
    asJson = config.records().valueMode() == RecordValueMode.JSON;
    this.partition = partition;
    this.handOver = handOver;
    clock = context.clock();
    metrics = context.metrics();
    nextAt = clock.nanoTime();
  }

  /** Where they go; a worker that cannot write there blocks, for the events too. */
  Optional<String> topic() {
    return Optional.ofNullable(topic);
  }

  /**
   * Sends one when it is time; to be called after a read that worked, when no batch is in flight.
   */
  void beat(BatchOffsets last) {
    if (topic == null || clock.nanoTime() - nextAt < 0) {
      return;
    }
    nextAt = clock.nanoTime() + interval.toNanos();
    // Not the time now: a batch may have waited for Kafka since.
    long readAt = activity.lastReadAtMillis();
    String reader = SourcePartition.readerOf(partition);
    Struct value =
        new Struct(SCHEMA)
            .put("reader", reader)
            .put("readAt", readAt)
            .put("reads", metrics.count(FeedMetrics.Counter.READS))
            .put("events", metrics.count(FeedMetrics.Counter.EVENTS))
            .put("records", metrics.count(FeedMetrics.Counter.RECORDS))
            .put("duplicates", metrics.count(FeedMetrics.Counter.DUPLICATES));
    handOver.putHeartbeat(
        reader,
        new SourceRecord(
            partition,
            last.again(readAt),
            topic,
            null,
            Schema.STRING_SCHEMA,
            reader,
            asJson ? Schema.STRING_SCHEMA : SCHEMA,
            asJson ? json(value) : value,
            clock.epochMillis()));
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
