// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.reader;

import io.github.datahose.connect.delivery.Batch;
import io.github.datahose.connect.delivery.ReaderContext;
import io.github.datahose.connect.delivery.ReaderContext.Signal;
import io.github.datahose.connect.monitor.FeedClock;
import io.github.datahose.connect.monitor.FeedMetrics;
import io.github.datahose.connect.monitor.HealthLog;
import io.github.datahose.connect.monitor.LogThrottle;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The wait until Kafka confirms a batch. During the wait it warns, at increasing intervals, and
 * keeps the feed alive. Confined to the reader's thread.
 */
final class ConfirmationWait {

  private static final Logger LOG = LoggerFactory.getLogger(ConfirmationWait.class);

  /** Time after which the log first warns that Kafka has not confirmed a batch. */
  static final Duration UNCONFIRMED_AT_FIRST = TestPatience.of(Duration.ofSeconds(30));

  private final String name;
  private final Signal signal;
  private final FeedClock clock;
  private final FeedMetrics metrics;
  private final HealthLog health;
  private final KeepAlive keepAlive;
  private final List<String> statusTopics;
  private final LogThrottle warnings = new LogThrottle();

  /**
   * Creates the wait for all batches of a reader.
   *
   * @param statusTopics further topics that can block the worker, and so the events
   */
  ConfirmationWait(ReaderContext context, KeepAlive keepAlive, List<String> statusTopics) {
    name = context.name();
    signal = context.signal();
    clock = context.clock();
    metrics = context.metrics();
    health = context.health();
    this.keepAlive = keepAlive;
    this.statusTopics = statusTopics;
  }

  /**
   * Waits until the batch is settled.
   *
   * @param ackId ackId of the last read
   * @throws InterruptedException if the reader is stopped
   */
  void await(Batch batch, String ackId) throws InterruptedException {
    if (batch.recordCount() > 0) {
      warnings.begin(clock.nanoTime(), UNCONFIRMED_AT_FIRST);
      while (!signal.await(batch::isSettled, untilSomethingIsDue())) {
        warnIfDue(batch);
        keepAlive.readIfDue(ackId, batch);
      }
      metrics.confirmed();
      health.confirmed(batch.recordCount(), age(batch));
    }
    if (LOG.isDebugEnabled()) {
      LOG.debug(
          "{}: the batch with ackId {} is settled {} ms after it arrived: {} events, {} records, topics {}",
          name,
          RetryingFeed.mark(batch.ackId()),
          age(batch).toMillis(),
          batch.events().size(),
          batch.recordCount(),
          batch.topics());
    }
  }

  private Duration untilSomethingIsDue() {
    Duration warning = warnings.untilNext(clock.nanoTime());
    Duration read = keepAlive.untilDue();
    return warning.compareTo(read) < 0 ? warning : read;
  }

  private void warnIfDue(Batch batch) {
    if (warnings.isDue(clock.nanoTime())) {
      Set<String> topics = new TreeSet<>(batch.topics());
      topics.addAll(statusTopics);
      health.waiting(batch.recordCount(), age(batch), topics);
    }
  }

  private Duration age(Batch batch) {
    return clock.now().since(batch.headersAt());
  }
}
