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
 * What one answer of the agent became, or a heartbeat or ledger record alone: records on their way
 * to Kafka, and what stays of the answer once its body is let go.
 *
 * <p>Its ackId may be sent when it is settled, and not before: Symphony forgets what is
 * acknowledged. A batch is settled when Kafka has all of it, but for records that the connector's
 * own configuration dropped. That is known in one of three ways:
 *
 * <ul>
 *   <li>The worker reported each of its records ({@code SourceTask.commitRecord}): Kafka confirmed
 *       it, or an SMT or {@code errors.tolerance} dropped it. See {@link TrackedRecord#settle}.
 *   <li>The transaction that its records belonged to is over: {@code SourceTask.commit} was called
 *       on the thread that polls after it took them, and poll is called again. A worker with
 *       exactly-once does not report the records of a transaction in which every one was dropped;
 *       it only calls commit ({@code ExactlyOnceWorkerSourceTask.commitTransaction}). A commit on
 *       another thread (at least once: the worker's offset committer) says nothing about a batch,
 *       and neither does one that no poll follows (the final commit of at least once, also when a
 *       record failed). {@link RecordQueue} sees it, and calls {@link #settleAll}.
 *   <li>It has no records, since all events were duplicates.
 * </ul>
 *
 * <p>The reader makes it and waits for it; poll takes its records; the worker's threads settle
 * them. Thread-safe once it is in the queue. It lets go of its records when poll takes them, since
 * a worker may keep a dropped record, and so its batch, until its next transaction.
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
   * Makes a batch without records.
   *
   * @param signal woken when the batch is settled
   * @param settledWithoutMetadata is told of so many records that were settled without metadata
   * @param ackId what acknowledges it; empty when nothing does
   * @param headersAt when the answer's headers had come
   * @param events identities of all its events, duplicates too, in its order; not copied
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
   * Makes the batch of a heartbeat or ledger record, which acknowledges nothing and counts nothing:
   * a record of it that was dropped is not among those of events.
   *
   * @param signal woken when the batch is settled
   */
  public Batch(Signal signal) {
    this(signal, count -> {}, "", null, List.of(), null);
  }

  /** Adds a record; by the reader, before the batch is in the queue. */
  public synchronized void add(TrackedRecord record) {
    records.add(record);
    topics.add(record.topic());
    recordCount++;
    unsettled++;
  }

  /** What acknowledges it; empty when nothing does. */
  public String ackId() {
    return ackId;
  }

  /** When the answer's headers had come. */
  public Moment headersAt() {
    return headersAt;
  }

  /** Identities of all its events, duplicates too, in its order. */
  public List<Identity> events() {
    return events;
  }

  /** The offsets of its records. */
  public BatchOffsets offsets() {
    return offsets;
  }

  /** Number of its records; 0 when all events were duplicates. Does not change in the queue. */
  public int recordCount() {
    return recordCount;
  }

  /** Where its records go. Does not change in the queue. */
  public SortedSet<String> topics() {
    return Collections.unmodifiableSortedSet(topics);
  }

  /** The records, handed out once, to poll. */
  synchronized List<TrackedRecord> take() {
    List<TrackedRecord> taken = records;
    records = List.of();
    return taken;
  }

  /** Whether poll has taken its records; not so of a batch without any. */
  public synchronized boolean isTaken() {
    return recordCount > 0 && records.isEmpty();
  }

  /** How many of its records were settled without metadata so far. */
  public synchronized int withoutMetadata() {
    return withoutMetadata;
  }

  /** Has something run once the batch is settled, at once if it is; of several only the last. */
  public void whenSettled(Runnable action) {
    synchronized (this) {
      whenSettled = action;
      if (!isSettled()) {
        return;
      }
    }
    action.run();
  }

  /** Whether every record is settled, and so the ackId may be sent; once it is assembled. */
  public boolean isSettled() {
    return settled || recordCount == 0;
  }

  /**
   * Settles a record; a second report, and one of a batch that is settled as a whole, changes
   * nothing.
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

  /** Settles the records that no report came for, since their transaction is over. */
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
   * A record that knows the batch it settles, and is equal to itself only. A worker with
   * exactly-once keeps the records of a transaction in a hash map ({@code
   * ExactlyOnceWorkerSourceTask.committableRecords}), and {@code SourceRecord} compares by value
   * and offset: of two equal ones only one would be reported, and the batch would wait for the
   * other for ever.
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
     * Takes the worker's word that nothing more will happen to this record: Kafka has it, or it was
     * dropped on purpose. Never throws; cheap, since the producer's I/O thread calls it.
     *
     * @param withMetadata whether Kafka said where the record stands; false for one that an SMT
     *     dropped or a tolerated error lost
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
