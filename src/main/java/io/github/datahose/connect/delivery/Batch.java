// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.delivery;

import io.github.datahose.connect.delivery.ReaderContext.Signal;
import io.github.datahose.connect.event.Identity;
import io.github.datahose.connect.symphony.Moment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.LongConsumer;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.header.Headers;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Batch of records in flight to Kafka: those of one response of the agent, or a single heartbeat or
 * ledger record. It keeps what is needed of the response after its body is released.
 *
 * <p>Its ackId can be sent only when the batch is settled, because Symphony deletes acknowledged
 * events. A batch is settled when Kafka has confirmed all its records, except those that the
 * connector's own configuration dropped. The batch learns this in one of three ways:
 *
 * <ul>
 *   <li>The worker reported each record ({@code SourceTask.commitRecord}): Kafka confirmed it, or
 *       an SMT or {@code errors.tolerance} dropped it. See {@link TrackedRecord#settle}.
 *   <li>The transaction of its records has ended: {@code SourceTask.commit} was called on the
 *       thread that polls after it took them, and poll is called again. A worker with exactly-once
 *       does not report the records of a transaction in which all records were dropped; it only
 *       calls commit ({@code ExactlyOnceWorkerSourceTask.commitTransaction}). A commit on another
 *       thread (at least once: the worker's offset committer) says nothing about a batch, and
 *       neither does one without a later poll (the final commit of at least once, even if a record
 *       failed). {@link RecordQueue} detects this, and calls {@link #settleAll}.
 *   <li>It has no records, because all events were duplicates.
 * </ul>
 *
 * <p>The reader creates it and waits for it; poll takes its records; the worker's threads settle
 * them. Thread-safe once it is in the queue. It releases its records when poll takes them, because
 * a worker might keep a dropped record, and so its batch, until its next transaction.
 */
public final class Batch {

  private final Signal signal;
  private final LongConsumer settledWithoutMetadata;
  private final String ackId;
  private final Moment headersAt;
  private final List<Identity> events;
  private final BatchOffsets offsets;

  private final SortedSet<String> topics = new TreeSet<>();
  private List<TrackedRecord> records = new ArrayList<>();
  private int recordCount;
  private int unsettled;
  private int withoutMetadata;
  private volatile boolean settled;
  private Runnable whenSettled = () -> {};

  /**
   * Creates a batch without records.
   *
   * @param signal woken when the batch is settled
   * @param settledWithoutMetadata receives the number of records that were settled without metadata
   * @param ackId acknowledges the batch; empty for none
   * @param headersAt when the response's headers arrived
   * @param events identities of all its events, including duplicates, in its order; not copied
   * @param offsets the offsets of its records
   */
  public Batch(
      Signal signal,
      LongConsumer settledWithoutMetadata,
      String ackId,
      Moment headersAt,
      List<Identity> events,
      BatchOffsets offsets) {
    this.signal = signal;
    this.settledWithoutMetadata = settledWithoutMetadata;
    this.ackId = ackId;
    this.headersAt = headersAt;
    this.events = events;
    this.offsets = offsets;
  }

  /**
   * Creates the batch of a heartbeat or ledger record, which acknowledges nothing and counts
   * nothing: a dropped one does not count as a dropped event.
   *
   * @param signal woken when the batch is settled
   */
  public Batch(Signal signal) {
    this(signal, count -> {}, "", null, List.of(), null);
  }

  /** Adds a record. Called by the reader, before the batch is in the queue. */
  public synchronized void add(TrackedRecord record) {
    records.add(record);
    topics.add(record.topic());
    recordCount++;
    unsettled++;
  }

  /** Returns the ackId that acknowledges the batch; empty for none. */
  public String ackId() {
    return ackId;
  }

  /** Returns when the response's headers arrived. */
  public Moment headersAt() {
    return headersAt;
  }

  /** Returns the identities of all its events, including duplicates, in its order. */
  public List<Identity> events() {
    return events;
  }

  /** Returns the offsets of its records. */
  public BatchOffsets offsets() {
    return offsets;
  }

  /**
   * Returns the number of its records; 0 if all events were duplicates. Does not change in the
   * queue.
   */
  public int recordCount() {
    return recordCount;
  }

  /** Returns the topics of its records. Does not change in the queue. */
  public SortedSet<String> topics() {
    return Collections.unmodifiableSortedSet(topics);
  }

  /** Returns the records, once, to poll. */
  synchronized List<TrackedRecord> take() {
    List<TrackedRecord> taken = records;
    records = List.of();
    return taken;
  }

  /** Returns whether poll has taken its records; false for a batch without records. */
  public synchronized boolean isTaken() {
    return recordCount > 0 && records.isEmpty();
  }

  /** Returns the number of its records that were settled without metadata so far. */
  public synchronized int withoutMetadata() {
    return withoutMetadata;
  }

  /**
   * Sets an action to run when the batch is settled, immediately if it already is; only the last
   * one counts.
   */
  public void whenSettled(Runnable action) {
    synchronized (this) {
      whenSettled = action;
      if (!isSettled()) {
        return;
      }
    }
    action.run();
  }

  /**
   * Returns whether every record is settled, so that the ackId can be sent. Valid once the batch is
   * assembled.
   */
  public boolean isSettled() {
    return settled || recordCount == 0;
  }

  /**
   * Settles a record. A second report, or one for a batch that is settled as a whole, has no
   * effect.
   */
  private void settle(TrackedRecord record, boolean withMetadata) {
    Runnable action;
    synchronized (this) {
      if (settled || record.reported) {
        return;
      }
      record.reported = true;
      if (!withMetadata) {
        withoutMetadata++;
        settledWithoutMetadata.accept(1);
      }
      unsettled--;
      if (unsettled > 0) {
        return;
      }
      settled = true;
      action = whenSettled;
    }
    signal.wake();
    action.run();
  }

  /** Settles the records without a report, because their transaction has ended. */
  void settleAll() {
    Runnable action;
    synchronized (this) {
      if (settled) {
        return;
      }
      withoutMetadata += unsettled;
      settledWithoutMetadata.accept(unsettled);
      unsettled = 0;
      settled = true;
      action = whenSettled;
    }
    signal.wake();
    action.run();
  }

  /**
   * A record that knows its batch, and is equal to itself only. A worker with exactly-once keeps
   * the records of a transaction in a hash map ({@code
   * ExactlyOnceWorkerSourceTask.committableRecords}), and {@code SourceRecord} compares by value
   * and offset: it would report only one of two equal records, and the batch would wait
   * indefinitely for the other.
   */
  public static final class TrackedRecord extends SourceRecord {

    private final Batch batch;

    /** Guarded by the batch. */
    private boolean reported;

    public TrackedRecord(
        Batch batch,
        Map<String, ?> sourcePartition,
        Map<String, ?> sourceOffset,
        String topic,
        String key,
        Schema valueSchema,
        Object value,
        Long timestamp,
        Headers headers) {
      super(
          sourcePartition,
          sourceOffset,
          topic,
          null,
          key == null ? null : Schema.STRING_SCHEMA,
          key,
          valueSchema,
          value,
          timestamp,
          headers);
      this.batch = batch;
    }

    /**
     * Settles this record: Kafka confirmed it, or the configuration dropped it. Never throws;
     * cheap, because the producer's I/O thread calls it.
     *
     * @param withMetadata whether Kafka returned the metadata of the record; false for one that an
     *     SMT or a tolerated error dropped
     */
    public void settle(boolean withMetadata) {
      batch.settle(this, withMetadata);
    }

    @Override
    public boolean equals(Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }
  }
}
