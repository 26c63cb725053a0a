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
 * A topic for what a reader writes about itself: heartbeats, its ledger. Its records go to poll in
 * the order in which they were made, between batches only, since the offset of a batch must not be
 * overtaken. Confined to the reader's thread.
 *
 * <p>Nobody waits for such a record, but one that is not confirmed is warned of: a worker that
 * waits for its topic takes no events either, and on a quiet feed nothing else would tell.
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

  /** The newest, as a batch of its own; null before the first. */
  private Batch newest;

  private long unconfirmedSince;

  /**
   * Makes one that has no record yet.
   *
   * @param kind what its records are, for the log
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

  /** The topic's name. */
  String topic() {
    return topic;
  }

  /** The reader, as the key of its records names it. */
  String reader() {
    return FeedOffset.readerOf(partition);
  }

  /**
   * Hands a record over.
   *
   * @param record of several with this name that no poll has taken only the last is kept
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

  /** Whether poll has taken the newest record, if there is one. */
  boolean isTaken() {
    return newest == null || newest.isTaken();
  }

  private boolean isConfirmed() {
    return newest == null || newest.isSettled();
  }

  /** Warns, in growing intervals, of a record that Kafka does not confirm. */
  void warnIfUnconfirmed() {
    long now = clock.nanoTime();
    if (!isConfirmed() && warnings.isDue(now)) {
      LOG.warn(
          "{} waits for Kafka to confirm a {} in topic {}, for {} s by now; events may not get through either. Does the"
              + " topic exist, or may the worker create it (topic.creation.default.*)? Is Kafka well? Is the connector paused?"
              + " Was the worker suspended (SIGSTOP, a paused VM)?",
          name,
          kind,
          topic,
          Duration.ofNanos(now - unconfirmedSince).toSeconds());
    }
  }
}
