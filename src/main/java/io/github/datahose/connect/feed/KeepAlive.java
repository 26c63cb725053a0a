// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.feed;

import io.github.datahose.connect.feed.FeedMetrics.Counter;
import io.github.datahose.connect.symphony.Cancellation;
import io.github.datahose.connect.symphony.DatahoseFeed;
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

  private static final Duration AFTER_A_FAILURE = Duration.ofSeconds(30);

  private final String name;
  private final DatahoseFeed feed;
  private final FeedActivity activity;
  private final Duration interval;
  private final FeedClock clock;
  private final FeedMetrics metrics;
  private long notBefore;

  /**
   * Keeps a feed alive.
   *
   * @param activity when any reader of the feed last read it
   * @param interval longest time without a read; zero: never read for this
   */
  KeepAlive(ReaderContext context, DatahoseFeed feed, FeedActivity activity, Duration interval) {
    name = context.name();
    this.feed = feed;
    this.activity = activity;
    this.interval = interval;
    clock = context.clock();
    metrics = context.metrics();
    notBefore = clock.nanoTime();
  }

  /** Time until the feed wants to be read, zero when it does; a day when it never does. */
  Duration untilDue() {
    if (interval.isZero()) {
      return Duration.ofDays(1);
    }
    long now = clock.nanoTime();
    long left = Math.max(activity.lastReadAt() + interval.toNanos() - now, notBefore - now);
    return Duration.ofNanos(Math.max(0, left));
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
    try {
      feed.read(ackId, cancellation);
      activity.read();
      metrics.add(Counter.KEEPALIVE_READS, 1);
    } catch (SymphonyException e) {
      if (!waiting.isSettled()) {
        notBefore = clock.nanoTime() + Math.min(interval.toNanos(), AFTER_A_FAILURE.toNanos());
        LOG.debug("{}: the read that keeps the feed alive failed: {}", name, e.getMessage());
      }
    }
  }
}
