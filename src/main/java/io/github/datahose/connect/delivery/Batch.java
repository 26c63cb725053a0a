// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.delivery;

import io.github.datahose.connect.delivery.ReaderContext.Signal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * What one answer of the agent became, or a heartbeat alone: records on their way to Kafka, and the
 * count of those not settled yet.
 *
 * <p>The reader makes it and waits for it; poll takes its records; the worker's threads settle
 * them. Thread-safe from the hand-over on. It lets go of its records when poll takes them, since a
 * worker may keep a dropped record, and so its batch, until its next transaction.
 */
public final class Batch {

  private final Signal signal;
  private final LongConsumer settledWithoutMetadata;
  private List<DatahoseRecord> records = new ArrayList<>();
  private int unsettled;
  private volatile boolean settled;
  private Runnable whenSettled = () -> {};

  /**
   * Makes an empty batch.
   *
   * @param signal woken when the last record is settled
   * @param settledWithoutMetadata is told of so many records that were settled without metadata
   */
  public Batch(Signal signal, LongConsumer settledWithoutMetadata) {
    this.signal = signal;
    this.settledWithoutMetadata = settledWithoutMetadata;
  }

  /** Adds a record; by the reader, before the hand-over. */
  public synchronized void add(DatahoseRecord record) {
    records.add(record);
    unsettled++;
  }

  /** The records, handed out once, to poll. */
  synchronized List<DatahoseRecord> take() {
    List<DatahoseRecord> taken = records;
    records = List.of();
    return taken;
  }

  /** Has something run once the batch is settled, at once if it is; of several only the last. */
  public void whenSettled(Runnable action) {
    synchronized (this) {
      whenSettled = action;
      if (!settled) {
        return;
      }
    }
    action.run();
  }

  /** Whether nothing of the batch is under way any more: its ackId may be sent. */
  public boolean isSettled() {
    return settled;
  }

  /**
   * Settles a record; a second report, and one of a batch that is settled as a whole, changes
   * nothing.
   */
  void settle(DatahoseRecord record, boolean withMetadata) {
    Runnable action;
    synchronized (this) {
      if (settled || !record.report()) {
        return;
      }
      if (!withMetadata) {
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

  /**
   * Settles what no report came for, since the transaction that it belonged to is over: the worker
   * does not report the records of a transaction in which every one was dropped.
   */
  void settleAll() {
    Runnable action;
    synchronized (this) {
      if (settled) {
        return;
      }
      settledWithoutMetadata.accept(unsettled);
      unsettled = 0;
      settled = true;
      action = whenSettled;
    }
    signal.wake();
    action.run();
  }
}
