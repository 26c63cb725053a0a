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
 * Keeps a feed from being deleted while a batch waits for Kafka, or for the end of a pause: the
 * agent deletes what nobody reads for 30 minutes, and says nothing. It repeats the reader's last
 * read, so acknowledges nothing new, and drops what comes, which the feed shows again. Confined to
 * the reader's thread, but for the batch, which ends a read when it is confirmed.
 */
final class KeepAlive {

  private static final Logger LOG = LoggerFactory.getLogger(KeepAlive.class);

  /** A wait does not end sooner because the machine was suspended meanwhile. */
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
   * Keeps a feed alive.
   *
   * @param policy of the reader, for what follows a failure here too
   * @param activity when any reader of the feed last read it
   * @param interval longest time without a read; zero: never read for this
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
   * Time until the feed wants to be read, or until that is to be asked again; zero when it does; a
   * day when it never does.
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
   * Reads once, if nobody has for the interval; returns at once when the batch is confirmed.
   *
   * @param ackId what the last read carried
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
      policy.goodKeepAliveRead();
      failures = 0;
      metrics.add(Counter.KEEPALIVE_READS, 1);
      LOG.debug(
          "{} kept the feed alive by a read with ackId {}; what it brought comes again.",
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
    // Counted as a failed read, but not as one in a row: those are the reads for events.
    metrics.add(Counter.READ_FAILURES, 1);
    metrics.add(Counter.of(failure), 1);
    LOG.debug("{}: {}. It was to keep the feed alive.", name, failure.getMessage());
    if (failures == 1) {
      warnings.begin(now, Duration.ZERO);
    }
    if (warnings.isDue(now)) {
      LOG.warn(
          "{}: {}. The feed was last read {} s ago, while a batch waits for Kafka; the agent deletes a feed that nobody"
              + " reads for 30 minutes.",
          name,
          failure.getMessage(),
          clock.now().since(activity.lastRead()).toSeconds());
    }
  }
}
