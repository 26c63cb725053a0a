// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.reader;

import io.github.datahose.connect.delivery.Assembled;
import io.github.datahose.connect.delivery.Batch;
import io.github.datahose.connect.delivery.ReaderContext;
import io.github.datahose.connect.delivery.ReaderContext.Signal;
import io.github.datahose.connect.monitor.FeedClock;
import io.github.datahose.connect.monitor.FeedMetrics;
import io.github.datahose.connect.monitor.HealthLog;
import io.github.datahose.connect.monitor.LogThrottle;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The wait until Kafka has all of a batch. Meanwhile it warns, in growing intervals, and keeps the
 * feed alive. Confined to the reader's thread.
 */
public final class ConfirmationWait {

  private static final Logger LOG = LoggerFactory.getLogger(ConfirmationWait.class);

  /** When the log first tells that Kafka has not confirmed what was handed over. */
  public static final Duration UNCONFIRMED_AT_FIRST = TestPatience.of(Duration.ofSeconds(30));

  private final String name;
  private final Signal signal;
  private final FeedClock clock;
  private final FeedMetrics metrics;
  private final HealthLog health;
  private final KeepAlive keepAlive;
  private final Optional<String> heartbeatTopic;
  private final LogThrottle warnings = new LogThrottle(Duration.ofMinutes(1));

  /**
   * Makes one for all batches of a reader.
   *
   * @param heartbeatTopic where a worker may be blocked, too, for the events as well
   */
  ConfirmationWait(ReaderContext context, KeepAlive keepAlive, Optional<String> heartbeatTopic) {
    name = context.name();
    signal = context.signal();
    clock = context.clock();
    metrics = context.metrics();
    health = context.health();
    this.keepAlive = keepAlive;
    this.heartbeatTopic = heartbeatTopic;
  }

  /**
   * Waits, if there is anything to wait for.
   *
   * @param ackId what the last read carried
   * @throws InterruptedException if the reader is stopped
   */
  void await(Assembled assembled, String ackId) throws InterruptedException {
    if (assembled.records() > 0) {
      Batch batch = assembled.batch();
      warnings.begin(clock.nanoTime(), UNCONFIRMED_AT_FIRST);
      while (!signal.await(batch::isSettled, untilSomethingIsDue())) {
        warnIfDue(assembled);
        keepAlive.readIfDue(ackId, batch);
      }
      metrics.confirmed();
      health.confirmed(assembled.records(), age(assembled));
    }
    if (LOG.isDebugEnabled()) {
      LOG.debug(
          "{}: the batch of ackId {} is settled {} ms after it came: {} events, {} records, to {}",
          name,
          RetryingFeed.mark(assembled.ackId()),
          age(assembled).toMillis(),
          assembled.events().size(),
          assembled.records(),
          assembled.topics());
    }
  }

  private Duration untilSomethingIsDue() {
    Duration warning = warnings.untilNext(clock.nanoTime());
    Duration read = keepAlive.untilDue();
    return warning.compareTo(read) < 0 ? warning : read;
  }

  private void warnIfDue(Assembled assembled) {
    if (warnings.isDue(clock.nanoTime())) {
      Set<String> topics = new TreeSet<>(assembled.topics());
      heartbeatTopic.ifPresent(topics::add);
      health.waiting(assembled.records(), age(assembled), topics);
    }
  }

  private Duration age(Assembled assembled) {
    return clock.now().since(assembled.headersAt());
  }
}
