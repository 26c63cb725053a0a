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
 * A reader of a feed, a plain loop that reads like the protocol: read, hand over, wait until Kafka
 * has it all, read with that ackId. One batch is in flight, never two: the agent gives the next one
 * in exchange for the acknowledgement.
 *
 * <p>It ends when it is stopped, or with an error that the next poll throws: never silently.
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

  /** Of the next read; empty without a stored offset. */
  private String ackId;

  /** What heartbeats and ledger records repeat. */
  private BatchOffsets lastOffsets;

  /** Whether it is certain that an agent answered the last read. */
  private boolean proven;

  /** The parts that a reader has of its own. */
  record Parts(
      RetryingFeed feed,
      BatchAssembly assembly,
      ConfirmationWait confirmation,
      RedeliveryCandidates candidates,
      Ledger ledger,
      Heartbeats heartbeats) {}

  /**
   * Makes a reader that has read nothing.
   *
   * @param shared what it shares with the other readers of its feed
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
        fail(new ConnectException(name + " was interrupted. Restart the task.", stopped));
      }
    } catch (ConnectException cannotHeal) {
      fail(cannotHeal);
    } catch (Throwable unexpected) {
      fail(
          new ConnectException(
              name + " ended unexpectedly. Restart the task, and report this with the stack trace.",
              unexpected));
    }
  }

  private void fail(ConnectException failure) {
    metrics.state(FeedMetrics.State.FAILED);
    queue.fail(failure);
    health.failedForGood(failure.getMessage());
  }

  /** Reads, and hands over what came; null when nothing did. Its body is not held beyond this. */
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

  /** From now on the next read acknowledges it. */
  private void settled(Batch batch) {
    window.confirm(batch.events());
    ledger.settled(batch);
    lastOffsets = batch.offsets();
    ackId = batch.ackId();
    candidates.confirmed(batch);
  }
}
