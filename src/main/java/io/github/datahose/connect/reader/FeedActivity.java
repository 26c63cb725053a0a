// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.reader;

import io.github.datahose.connect.delivery.ReaderContext;
import io.github.datahose.connect.delivery.StoredOffsets;
import io.github.datahose.connect.monitor.Counter;
import io.github.datahose.connect.monitor.FeedClock;
import io.github.datahose.connect.symphony.Moment;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When a feed was last read by any of its readers, which share this, and whether it was unread for
 * so long that there is a possible gap: the agent deletes a feed that nobody reads for 30 minutes
 * (vendor's documentation of datafeeds; for a datahose nobody states a number), and says nothing.
 * Thread-safe.
 */
final class FeedActivity {

  private static final Logger LOG = LoggerFactory.getLogger(FeedActivity.class);

  private static final Duration FEED_LIVES_UNREAD = Duration.ofMinutes(30);

  /**
   * A time of which events may be missing.
   *
   * @param from epoch ms
   * @param to epoch ms, not before
   */
  record Gap(long from, long to) {

    private static Gap upTo(Moment end, long from) {
      return new Gap(from, Math.max(from, end.epochMillis()));
    }
  }

  private final FeedClock clock;

  /** All since the start: at most one for each 30 minutes. */
  private final List<Gap> gaps = new ArrayList<>();

  /** Since when nothing was recorded, where the start told a gap; null once the feed is read. */
  private Long gapBeforeStart;

  private volatile Moment lastRead;

  /** That of readers which start now. */
  FeedActivity(FeedClock clock) {
    this.clock = clock;
    readNow();
  }

  /** When the feed was last read, to keep it alive too; before any read the readers' start. */
  Moment lastRead() {
    return lastRead;
  }

  /** The feed was read just now. */
  void readNow() {
    lastRead = clock.now();
  }

  /**
   * A reader read the feed. Warns of a possible gap, and counts it, if nobody had read for so long
   * that the agent might have deleted the feed, and made it anew by this read. A read that itself
   * took that long was under way while the machine was suspended.
   *
   * @param sentAt when the read was sent
   * @param answeredAt when it was answered
   */
  synchronized void read(ReaderContext context, Moment sentAt, Moment answeredAt) {
    Duration before = sentAt.since(lastRead);
    Duration during = answeredAt.since(sentAt);
    boolean suspended = before.compareTo(during) <= 0;
    Duration unread = suspended ? during : before;
    boolean tooLong = unread.compareTo(FEED_LIVES_UNREAD) > 0;
    if (gapBeforeStart != null) {
      gaps.add(Gap.upTo(answeredAt, gapBeforeStart));
      gapBeforeStart = null;
    } else if (tooLong) {
      gaps.add(Gap.upTo(answeredAt, (suspended ? sentAt : lastRead).epochMillis()));
    }
    readNow();
    if (tooLong) {
      context.metrics().add(Counter.POSSIBLE_GAPS, 1);
      LOG.warn(
          "{} was not read for {} s by this task. The agent deletes a feed that nobody reads for 30 minutes: events of"
              + " that time are lost, unless another reader with this account and tag read.",
          context.name(),
          unread.toSeconds());
    }
  }

  /** The possible gaps that were noticed since the start, without so many of the first. */
  synchronized List<Gap> gapsFrom(int first) {
    return List.copyOf(gaps.subList(first, gaps.size()));
  }

  /**
   * Warns of a possible gap before the start of a task, and counts it. It ends with the first read.
   *
   * @param withHeartbeats whether a quiet feed leaves a trace, too, as it does where a window of a
   *     ledger is stored: then the statement is exact
   */
  synchronized void tellStart(ReaderContext context, StoredOffsets stored, boolean withHeartbeats) {
    Long notedAt = stored.notedAt();
    long now = context.clock().epochMillis();
    if (stored.isOfAnotherFeed()) {
      gapBeforeStart = notedAt;
      context.metrics().add(Counter.POSSIBLE_GAPS, 1);
      LOG.warn(
          "{}: event types or scopes are not those of the last start, so the agent makes a new feed, which begins now. The"
              + " old one was last read at {}; what it still held, and what came since, is lost. Next time let a second"
              + " connector with the new types and a tag of its own run before you stop the old one.",
          context.name(),
          Instant.ofEpochMilli(notedAt));
    } else if (notedAt != null && now - notedAt > FEED_LIVES_UNREAD.toMillis()) {
      gapBeforeStart = notedAt;
      context.metrics().add(Counter.POSSIBLE_GAPS, 1);
      LOG.warn(
          "{}: nothing was recorded between {} and {}. {}",
          context.name(),
          Instant.ofEpochMilli(notedAt),
          Instant.ofEpochMilli(now),
          withHeartbeats || stored.hasLedgerWindow()
              ? "With heartbeats or a ledger that means that this connector did not read, or that Kafka was away or the connector paused"
                  + " (then it kept the feed alive, unless its log tells otherwise). If nobody read for 30 minutes, the"
                  + " agent deleted the feed, and events of that time are lost."
              : "The agent deletes a feed that nobody reads for 30 minutes: events of that time are lost if nothing read"
                  + " the feed meanwhile, or there were none. Set heartbeat.topic to tell the two apart next time.");
    }
  }
}
