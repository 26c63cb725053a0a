// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.reader;

import io.github.datahose.connect.delivery.Batch;
import io.github.datahose.connect.delivery.ReaderContext;
import io.github.datahose.connect.delivery.ReaderContext.Signal;
import io.github.datahose.connect.monitor.Counter;
import io.github.datahose.connect.monitor.FeedClock;
import io.github.datahose.connect.monitor.FeedMetrics;
import io.github.datahose.connect.monitor.LogThrottle;
import io.github.datahose.connect.symphony.Cancellation;
import io.github.datahose.connect.symphony.Moment;
import io.github.datahose.connect.symphony.SymphonyException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keep-alive reads of a feed while a batch waits for Kafka, or for the end of a pause: the agent
 * silently deletes a feed 30 minutes after the last read. A keep-alive read repeats the reader's
 * last read, so it acknowledges nothing new, and drops the events that it returns, which the agent
 * redelivers. Confined to the reader's thread, except for the batch, which cancels a read when it
 * is confirmed.
 */
final class KeepAlive {

  private static final Logger LOG = LoggerFactory.getLogger(KeepAlive.class);

  /** A timed wait does not end sooner if the machine was suspended in the meantime. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

  private static final Duration AFTER_A_FAILURE = Duration.ofSeconds(30);

  private final ReaderContext context;
  private final String name;
  private final RetryingFeed feed;
  private final RetryPolicy policy;
  private final FeedActivity activity;
  private final Duration interval;
  private final FeedClock clock;
  private final FeedMetrics metrics;
  private final Signal signal;
  private final LogThrottle warnings = new LogThrottle();
  private long notBefore;
  private int failures;

  /**
   * Creates the keep-alive reads of a reader.
   *
   * @param policy policy of the reader, also for failures of keep-alive reads
   * @param activity time of the last read by any reader of the feed
   * @param interval maximum time without a read; zero disables keep-alive reads
   */
  KeepAlive(
      ReaderContext context,
      RetryingFeed feed,
      RetryPolicy policy,
      FeedActivity activity,
      Duration interval) {
    this.context = context;
    name = context.name();
    this.feed = feed;
    this.policy = policy;
    this.activity = activity;
    this.interval = interval;
    signal = context.signal();
    clock = context.clock();
    metrics = context.metrics();
    notBefore = clock.nanoTime();
  }

  /**
   * Returns the time until a keep-alive read is due, or until this must be called again; zero if
   * one is due; a day if keep-alive reads are disabled.
   */
  Duration untilDue() {
    if (interval.isZero()) {
      return Duration.ofDays(1);
    }
    Moment now = clock.now();
    long unread = now.since(activity.lastRead()).toNanos();
    long left = Math.max(interval.toNanos() - unread, notBefore - now.nanos());
    return Duration.ofNanos(Math.max(0, Math.min(left, LONGEST_WAIT.toNanos())));
  }

  /**
   * Reads once, if no reader has for the interval; returns immediately when the batch is confirmed.
   *
   * @param ackId ackId of the last read
   */
  void readIfDue(String ackId, Batch waiting) {
    if (!untilDue().isZero()) {
      return;
    }
    Cancellation cancellation = new Cancellation();
    waiting.whenSettled(cancellation::cancel);
    Moment sentAt = clock.now();
    try {
      feed.readToKeepAlive(ackId, cancellation);
      activity.read(context, sentAt, clock.now());
      policy.keepAliveReadSucceeded();
      failures = 0;
      metrics.add(Counter.KEEPALIVE_READS, 1);
      LOG.debug(
          "{}: keep-alive read with ackId {} succeeded; the agent redelivers its events.",
          name,
          RetryingFeed.mark(ackId));
    } catch (SymphonyException failure) {
      if (!waiting.isSettled() && !signal.isStopped()) {
        failed(failure);
      }
    }
  }

  private void failed(SymphonyException failure) {
    long now = clock.nanoTime();
    failures++;
    Duration delay = policy.afterKeepAliveRead(failure, failures, AFTER_A_FAILURE);
    notBefore = now + Math.min(delay.toNanos(), interval.toNanos());
    // Counts as a failed read, but not as a consecutive one, because only reads for events do.
    metrics.add(Counter.READ_FAILURES, 1);
    metrics.add(Counter.of(failure), 1);
    LOG.debug("{}: {}. This was a keep-alive read.", name, failure.getMessage());
    if (failures == 1) {
      warnings.begin(now, Duration.ZERO);
    }
    if (warnings.isDue(now)) {
      LOG.warn(
          "{}: {}. A batch waits for Kafka, and the last read was {} s ago. The agent deletes a feed after 30"
              + " minutes without a read. Check that Kafka confirms the batch, and that the agent is available.",
          name,
          failure.getMessage(),
          clock.now().since(activity.lastRead()).toSeconds());
    }
  }
}
