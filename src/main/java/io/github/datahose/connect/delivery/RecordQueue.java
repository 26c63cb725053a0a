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
 * Queue between the readers and the worker's thread: poll takes their batches, and throws the error
 * that ends a reader. The protocol bounds the queue: a reader has one batch in flight.
 *
 * <p>It also settles the batches whose transaction has ended: commit was called on the polling
 * thread after it took them, and poll is called again. {@link Batch} explains why.
 */
public final class RecordQueue {

  private final FeedClock clock;
  private final List<Batch> ready = new ArrayList<>();
  private final Map<String, Batch> statuses = new LinkedHashMap<>();
  private ConnectException failure;
  private boolean closed;

  /** Batches that were handed over and not yet seen as settled. Only the polling thread uses it. */
  private final List<Batch> polled = new ArrayList<>();

  private volatile Thread pollingThread;
  private boolean committed;

  /** Creates an empty queue with the machine's clock. */
  public RecordQueue() {
    this(FeedClock.SYSTEM);
  }

  public RecordQueue(FeedClock clock) {
    this.clock = clock;
  }

  /** Hands a batch over. Called by its reader. */
  public synchronized void put(Batch batch) {
    ready.add(batch);
    notifyAll();
  }

  /**
   * Hands over a batch that no reader waits for. Poll takes these batches in their order here. Of
   * several with one name that no poll has taken, only the last is kept: a paused connector must
   * not collect them.
   */
  public synchronized void putStatus(String name, Batch status) {
    // Not at the place of the previous one of that name: others might have been added in between.
    statuses.remove(name);
    statuses.put(name, status);
    notifyAll();
  }

  /**
   * Makes the next poll, and each later one, throw. Called by a failed reader. The first failure is
   * kept.
   */
  public synchronized void fail(ConnectException cause) {
    if (failure == null) {
      failure = cause;
    }
    notifyAll();
  }

  /** Ends a waiting poll. */
  public synchronized void close() {
    closed = true;
    notifyAll();
  }

  /**
   * Returns the records of all ready batches, in one list and so in one transaction; waits for the
   * first.
   *
   * @return null if there were none in time
   * @throws ConnectException the error that ended a reader
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
      // Before the batches, because their offsets are older than those of the batches.
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
      // A new one each time, so that its stack trace is that of this poll, and the worker can add
      // to it.
      throw new ConnectException(failure.getMessage(), failure);
    }
  }

  /** Records a {@code SourceTask.commit()}; on any thread. */
  public void commit() {
    if (Thread.currentThread() == pollingThread) {
      committed = true;
    }
  }
}
