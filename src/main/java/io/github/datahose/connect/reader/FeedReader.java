// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.reader;

import io.github.datahose.connect.delivery.Batch;
import io.github.datahose.connect.delivery.BatchAssembly;
import io.github.datahose.connect.delivery.BatchAssembly.FeedRead;
import io.github.datahose.connect.delivery.BatchOffsets;
import io.github.datahose.connect.delivery.DedupWindow;
import io.github.datahose.connect.delivery.ReaderContext;
import io.github.datahose.connect.delivery.ReaderContext.Signal;
import io.github.datahose.connect.delivery.RecordQueue;
import io.github.datahose.connect.delivery.RedeliveryCandidates;
import io.github.datahose.connect.monitor.FeedMetrics;
import io.github.datahose.connect.monitor.HealthLog;
import io.github.datahose.connect.symphony.Moment;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * Reader of a feed: a loop that follows the protocol. It reads, hands the batch over, waits until
 * the batch is settled, and reads with its ackId. At most one batch is in flight, because the agent
 * returns the next one only for the acknowledgement.
 *
 * <p>It ends when it is stopped, or with an error that the next poll throws; never silently.
 */
final class FeedReader implements Runnable {

  private final String name;
  private final RetryingFeed feed;
  private final BatchAssembly assembly;
  private final DedupWindow window;
  private final RedeliveryCandidates candidates;
  private final RecordQueue queue;
  private final Signal signal;
  private final FeedMetrics metrics;
  private final HealthLog health;
  private final ConfirmationWait confirmation;
  private final FeedActivity activity;
  private final Ledger ledger;
  private final Heartbeats heartbeats;

  /** The ackId of the next read; empty without a stored offset. */
  private String ackId;

  /** The offsets that heartbeats and ledger records repeat. */
  private BatchOffsets lastOffsets;

  /** Whether the last response certainly came from an agent. */
  private boolean proven;

  /** The parts that each reader has of its own. */
  record Parts(
      RetryingFeed feed,
      BatchAssembly assembly,
      ConfirmationWait confirmation,
      RedeliveryCandidates candidates,
      Ledger ledger,
      Heartbeats heartbeats) {}

  /**
   * Creates a reader that has read nothing.
   *
   * @param shared state that all readers of the feed share
   * @param number of the reader within its feed, from 0
   */
  FeedReader(
      ReaderContext context,
      ReaderFactory.SharedFeed shared,
      int number,
      RecordQueue queue,
      Parts parts) {
    name = context.name();
    ackId = shared.stored().ackId(number);
    lastOffsets = shared.stored().asOffsets(number);
    window = shared.window();
    activity = shared.activity();
    this.queue = queue;
    feed = parts.feed();
    assembly = parts.assembly();
    confirmation = parts.confirmation();
    candidates = parts.candidates();
    ledger = parts.ledger();
    heartbeats = parts.heartbeats();
    signal = context.signal();
    metrics = context.metrics();
    health = context.health();
  }

  @Override
  public void run() {
    try {
      while (true) {
        Batch batch = readBatch();
        if (batch != null) {
          confirmation.await(batch, ackId);
          settled(batch);
        }
        if (proven) {
          Moment lastRead = activity.lastRead();
          ledger.closeIfDue(lastOffsets, lastRead);
          heartbeats.beat(lastOffsets, ledger.window(), lastRead);
        }
      }
    } catch (InterruptedException stopped) {
      if (signal.isStopped()) {
        metrics.state(FeedMetrics.State.STOPPED);
        health.stopped();
      } else {
        fail(
            new ConnectException(
                name + " was interrupted and stopped. Restart the task.", stopped));
      }
    } catch (ConnectException permanent) {
      fail(permanent);
    } catch (Throwable unexpected) {
      fail(
          new ConnectException(
              name + " failed unexpectedly. Restart the task, and report the stack trace.",
              unexpected));
    }
  }

  private void fail(ConnectException failure) {
    metrics.state(FeedMetrics.State.FAILED);
    queue.fail(failure);
    health.failedForGood(failure.getMessage());
  }

  /** Reads, and hands over the batch; returns null without one. The body is released afterwards. */
  private Batch readBatch() throws InterruptedException {
    FeedRead read = feed.read(ackId);
    proven = read.proven();
    candidates.answered(read);
    if (proven) {
      ledger.read(lastOffsets, read.answer().headersAt());
    }
    ackId = read.ackIdSent();
    String newAckId = read.events().ackId();
    if (newAckId == null) {
      return null;
    }
    if (read.events().events().isEmpty()) {
      ackId = newAckId;
      return null;
    }
    Batch batch = assembly.assemble(read, ledger.window());
    ledger.assembled(batch);
    if (batch.recordCount() > 0) {
      metrics.handedOver(batch.recordCount());
      queue.put(batch);
    }
    return batch;
  }

  /** Records a settled batch, which the next read acknowledges. */
  private void settled(Batch batch) {
    window.confirm(batch.events());
    ledger.settled(batch);
    lastOffsets = batch.offsets();
    ackId = batch.ackId();
    candidates.confirmed(batch);
  }
}
