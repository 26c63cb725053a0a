// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.reader;

import io.github.datahose.connect.config.DatahoseConfig;
import io.github.datahose.connect.config.option.RecordOptions.RecordValueMode;
import io.github.datahose.connect.delivery.Batch;
import io.github.datahose.connect.delivery.Batch.TrackedRecord;
import io.github.datahose.connect.delivery.FeedOffset;
import io.github.datahose.connect.delivery.ReaderContext;
import io.github.datahose.connect.delivery.ReaderContext.Signal;
import io.github.datahose.connect.delivery.RecordQueue;
import io.github.datahose.connect.event.ConvertedJson;
import io.github.datahose.connect.monitor.FeedClock;
import io.github.datahose.connect.monitor.LogThrottle;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Topic for records of a reader about itself: heartbeats or its ledger. Poll takes the records in
 * the order in which they were created, and only between batches, because their offsets must not
 * overtake those of a batch. Confined to the reader's thread.
 *
 * <p>The reader does not wait for such a record, but warns if Kafka does not confirm it: a worker
 * that waits for this topic accepts no events either, and on a quiet feed nothing else would show
 * that.
 */
final class StatusTopic {

  private static final Logger LOG = LoggerFactory.getLogger(StatusTopic.class);

  private final String name;
  private final String topic;
  private final String kind;
  private final boolean asJson;
  private final Map<String, String> partition;
  private final RecordQueue queue;
  private final FeedClock clock;
  private final Signal signal;
  private final LogThrottle warnings = new LogThrottle();

  /** The newest record, as a batch of its own; null before the first. */
  private Batch newest;

  private long unconfirmedSince;

  /**
   * Creates a topic without records.
   *
   * @param kind kind of its records, for the log
   */
  StatusTopic(
      ReaderContext context,
      DatahoseConfig config,
      String topic,
      String kind,
      Map<String, String> partition,
      RecordQueue queue) {
    name = context.name();
    this.topic = topic;
    this.kind = kind;
    asJson = config.records().valueMode() == RecordValueMode.JSON;
    this.partition = partition;
    this.queue = queue;
    clock = context.clock();
    signal = context.signal();
  }

  /** Returns the topic's name. */
  String topic() {
    return topic;
  }

  /** Returns the name of the reader, which is the key of its records. */
  String reader() {
    return FeedOffset.readerOf(partition);
  }

  /**
   * Hands a record over.
   *
   * @param record name of the record; of several with this name that no poll has taken, only the
   *     last is kept
   * @return the record as a batch of its own
   */
  Batch send(String record, Struct value, Map<String, Object> offset) {
    if (isConfirmed()) {
      unconfirmedSince = clock.nanoTime();
      warnings.begin(unconfirmedSince, ConfirmationWait.UNCONFIRMED_AT_FIRST);
    }
    newest = new Batch(signal);
    newest.add(
        new TrackedRecord(
            newest,
            partition,
            offset,
            topic,
            reader(),
            asJson ? Schema.STRING_SCHEMA : value.schema(),
            asJson ? ConvertedJson.textOf(value) : value,
            clock.epochMillis(),
            null));
    queue.putStatus(record, newest);
    return newest;
  }

  /** Returns whether poll has taken the newest record, if there is one. */
  boolean isTaken() {
    return newest == null || newest.isTaken();
  }

  private boolean isConfirmed() {
    return newest == null || newest.isSettled();
  }

  /** Warns, at increasing intervals, of a record that Kafka does not confirm. */
  void warnIfUnconfirmed() {
    long now = clock.nanoTime();
    if (!isConfirmed() && warnings.isDue(now)) {
      LOG.warn(
          "{}: Kafka has not confirmed a {} in topic {} after {} s. Events might be blocked, too. Check that"
              + " the topic exists or can be created (topic.creation.default.*). Check that the brokers are"
              + " healthy and the connector is not paused. Check that the worker was not suspended"
              + " (SIGSTOP, a paused VM).",
          name,
          kind,
          topic,
          Duration.ofNanos(now - unconfirmedSince).toSeconds());
    }
  }
}
