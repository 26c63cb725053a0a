// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.feed;

import io.github.datahose.connect.event.Identity;
import io.github.datahose.connect.feed.FeedMetrics.Counter;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A reader of a feed, a plain loop that reads like the protocol: read, hand over, wait until Kafka
 * has it all, read with that ackId. One batch is in flight, never two: the agent gives the next one
 * in exchange for the acknowledgement.
 *
 * <p>It ends when it is stopped, or with an error that the next poll throws: never silently.
 */
final class FeedReader implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(FeedReader.class);

  /**
   * The agent shows a batch again 30 s after it gave it out; what was acknowledged by then does not
   * come again.
   */
  private static final Duration ACKNOWLEDGED_IN_TIME = Duration.ofSeconds(20);

  /** Of the time between two reads so much counts for late identities: Kafka's absence does not. */
  private static final Duration CONFIRMED_AT_MOST = Duration.ofSeconds(30);

  private static final Duration UNCONFIRMED_AT_FIRST = Duration.ofSeconds(30);

  /** A batch that is in Kafka, and whose ackId the agent may not have yet. */
  private record Confirmed(String ackId, long headersAtNanos, List<Identity> events) {}

  private final String name;
  private final RetryingFeed feed;
  private final BatchAssembly assembly;
  private final DedupWindow window;
  private final LateIdentities late;
  private final HandOver handOver;
  private final ReaderSignal signal;
  private final FeedClock clock;
  private final FeedMetrics metrics;
  private final KeepAlive keepAlive;
  private final Heartbeats heartbeats;
  private final WarningPace warnings = new WarningPace(Duration.ofMinutes(1));

  private String ackId;
  private BatchOffsets lastOffsets;
  private long lastAnsweredAt;
  private Confirmed confirmed;

  /**
   * Makes a reader that has read nothing.
   *
   * @param ackId where to begin; empty without a stored offset
   * @param lastOffsets what a heartbeat repeats until there is a batch
   */
  FeedReader(
      ReaderContext context,
      String ackId,
      BatchOffsets lastOffsets,
      RetryingFeed feed,
      BatchAssembly assembly,
      DedupWindow window,
      LateIdentities late,
      HandOver handOver,
      KeepAlive keepAlive,
      Heartbeats heartbeats) {
    name = context.name();
    this.ackId = ackId;
    this.lastOffsets = lastOffsets;
    this.feed = feed;
    this.assembly = assembly;
    this.window = window;
    this.late = late;
    this.handOver = handOver;
    this.keepAlive = keepAlive;
    this.heartbeats = heartbeats;
    signal = context.signal();
    clock = context.clock();
    metrics = context.metrics();
    lastAnsweredAt = clock.nanoTime();
  }

  @Override
  public void run() {
    try {
      while (true) {
        Assembled assembled = readBatch();
        if (assembled != null) {
          awaitConfirmation(assembled);
        }
        heartbeats.beat(lastOffsets);
      }
    } catch (InterruptedException stopped) {
      metrics.state(FeedMetrics.State.STOPPED);
      if (!signal.isStopped()) {
        handOver.fail(new ConnectException(name + " was interrupted. Restart the task.", stopped));
      }
    } catch (ConnectException cannotHeal) {
      metrics.state(FeedMetrics.State.FAILED);
      handOver.fail(cannotHeal);
    } catch (Throwable unexpected) {
      metrics.state(FeedMetrics.State.FAILED);
      handOver.fail(
          new ConnectException(
              name + " ended unexpectedly. Restart the task, and report this with the stack trace.",
              unexpected));
    }
  }

  /** Reads, and hands over what came; null when nothing did. Its body is not held beyond this. */
  private Assembled readBatch() throws InterruptedException {
    FeedRead read = feed.read(ackId);
    acknowledged(read);
    String newAckId = read.events().ackId();
    if (newAckId == null) {
      return null;
    }
    if (read.events().events().isEmpty()) {
      ackId = newAckId;
      return null;
    }
    Assembled assembled = assembly.assemble(read, ackId);
    if (assembled.records() > 0) {
      metrics.handedOver(assembled.records());
      handOver.put(assembled.batch());
    }
    return assembled;
  }

  /**
   * Notes that the agent has the last batch's acknowledgement, or has it too late to be sure that
   * the batch does not come again. (On a quiet feed, where a read takes 20 to 30 s, each is late.)
   */
  private void acknowledged(FeedRead read) {
    long answeredAt = read.answer().headersAtNanos();
    long sinceLastAnswer = answeredAt - lastAnsweredAt;
    long withoutKafka = answeredAt - read.answer().sentAtNanos() + CONFIRMED_AT_MOST.toNanos();
    late.advance(Math.min(sinceLastAnswer, withoutKafka));
    lastAnsweredAt = answeredAt;
    if (confirmed != null) {
      boolean carried = read.ackIdSent().equals(confirmed.ackId());
      boolean inTime =
          carried
              && read.answer().status() == 200
              && answeredAt - confirmed.headersAtNanos() <= ACKNOWLEDGED_IN_TIME.toNanos();
      if (carried) {
        metrics.add(Counter.ACKS, 1);
      }
      if (!inTime) {
        late.add(confirmed.events());
      }
      confirmed = null;
    }
    ackId = read.ackIdSent();
    metrics.lateIdentities(late.size());
  }

  private void awaitConfirmation(Assembled assembled) throws InterruptedException {
    Batch batch = assembled.batch();
    if (assembled.records() > 0) {
      warnings.begin(clock.nanoTime(), UNCONFIRMED_AT_FIRST);
      while (!signal.await(batch::isSettled, untilSomethingIsDue())) {
        warnUnconfirmed(assembled);
        keepAlive.readIfDue(ackId, batch);
      }
      metrics.confirmed();
    }
    window.confirm(assembled.events());
    lastOffsets = assembled.offsets();
    ackId = assembled.ackId();
    confirmed = new Confirmed(ackId, assembled.headersAtNanos(), assembled.events());
  }

  private Duration untilSomethingIsDue() {
    Duration warning = warnings.untilNext(clock.nanoTime());
    Duration read = keepAlive.untilDue();
    return warning.compareTo(read) < 0 ? warning : read;
  }

  private void warnUnconfirmed(Assembled assembled) {
    if (warnings.isDue(clock.nanoTime())) {
      LOG.warn(
          "{} waits for Kafka to confirm {} records, for {} s by now, and reads nothing meanwhile. Topics: {}. Does each"
              + " exist, or may the worker create it (topic.creation.default.*)? Is Kafka well? Is the connector paused?",
          name,
          assembled.records(),
          Duration.ofNanos(clock.nanoTime() - assembled.headersAtNanos()).toSeconds(),
          assembled.topics());
    }
  }
}
