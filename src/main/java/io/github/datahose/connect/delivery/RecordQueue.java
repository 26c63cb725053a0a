// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.delivery;

import io.github.datahose.connect.monitor.FeedClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * The one place where readers and the worker's thread meet: batches go over to poll, and so does
 * the error that ends a reader. It is bounded by the protocol: a reader has one batch in flight.
 *
 * <p>It also settles the batches whose transaction is over: commit was called on the thread that
 * polls since that took them, and poll is called again. {@link Batch} says why.
 */
public final class RecordQueue {

  private final FeedClock clock;
  private final List<Batch> ready = new ArrayList<>();
  private final Map<String, Batch> statuses = new LinkedHashMap<>();
  private ConnectException failure;
  private boolean closed;

  /** Handed over, and not yet seen settled. Only the thread that polls touches it. */
  private final List<Batch> polled = new ArrayList<>();

  private volatile Thread pollingThread;
  private boolean committed;

  /** Makes an empty one that lives by the machine's time. */
  public RecordQueue() {
    this(FeedClock.SYSTEM);
  }

  public RecordQueue(FeedClock clock) {
    this.clock = clock;
  }

  /** Hands a batch over; by its reader. */
  public synchronized void put(Batch batch) {
    ready.add(batch);
    notifyAll();
  }

  /**
   * Hands a batch over that nobody waits for. They go to poll in the order in which they came here.
   * Of several of one name that no poll has taken only the last is kept: a paused connector must
   * not collect them.
   */
  public synchronized void putStatus(String name, Batch status) {
    // Not where the former one of that name was: in between others may have come.
    statuses.remove(name);
    statuses.put(name, status);
    notifyAll();
  }

  /**
   * Makes the next poll, and each after it, throw; by a reader that cannot go on. The first failure
   * stays.
   */
  public synchronized void fail(ConnectException cause) {
    if (failure == null) {
      failure = cause;
    }
    notifyAll();
  }

  /** Ends a poll that waits. */
  public synchronized void close() {
    closed = true;
    notifyAll();
  }

  /**
   * The records of all batches that are ready, in one list and so in one transaction; waits for the
   * first.
   *
   * @return null when there were none in time
   * @throws ConnectException what ended a reader
   */
  public List<SourceRecord> poll(Duration atMost) throws InterruptedException {
    pollingThread = Thread.currentThread();
    if (committed) {
      polled.forEach(Batch::settleAll);
      committed = false;
    }
    polled.removeIf(Batch::isSettled);
    List<SourceRecord> records = new ArrayList<>();
    synchronized (this) {
      awaitWork(atMost);
      // Before the batches, since their offsets are older than those of batches.
      take(statuses.values(), records);
      take(ready, records);
    }
    return records.isEmpty() ? null : records;
  }

  private void take(Collection<Batch> batches, List<SourceRecord> records) {
    for (Batch batch : batches) {
      records.addAll(batch.take());
      polled.add(batch);
    }
    batches.clear();
  }

  private void awaitWork(Duration atMost) throws InterruptedException {
    long deadline = clock.nanoTime() + atMost.toNanos();
    long left = atMost.toNanos();
    while (ready.isEmpty() && statuses.isEmpty() && failure == null && !closed && left > 0) {
      clock.await(this, left);
      left = deadline - clock.nanoTime();
    }
    if (failure != null) {
      // A new one each time, so that its stack tells of this poll, and the worker may add to it.
      throw new ConnectException(failure.getMessage(), failure);
    }
  }

  /** What {@code SourceTask.commit()} tells; any thread. */
  public void commit() {
    if (Thread.currentThread() == pollingThread) {
      committed = true;
    }
  }
}
