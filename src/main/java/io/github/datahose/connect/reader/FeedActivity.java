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
 * Time of the last read of a feed by any of its readers, which share this object, and the possible
 * gaps. There is a possible gap if the feed was unread for too long: the agent silently deletes a
 * feed 30 minutes after the last read (vendor's documentation of datafeeds; for Datahose, no number
 * is documented). Thread-safe.
 */
final class FeedActivity {

  private static final Logger LOG = LoggerFactory.getLogger(FeedActivity.class);

  private static final Duration FEED_LIVES_UNREAD = Duration.ofMinutes(30);

  /**
   * A period whose events might be missing.
   *
   * @param from epoch ms
   * @param to epoch ms, not before {@code from}
   */
  record Gap(long from, long to) {

    private static Gap upTo(Moment end, long from) {
      return new Gap(from, Math.max(from, end.epochMillis()));
    }
  }

  private final FeedClock clock;

  /** All gaps since the start: at most one for each 30 minutes. */
  private final List<Gap> gaps = new ArrayList<>();

  /** Start of a gap before the task started; null once the feed is read, or without such a gap. */
  private Long gapBeforeStart;

  private volatile Moment lastRead;

  /** Creates the activity of readers that start now. */
  FeedActivity(FeedClock clock) {
    this.clock = clock;
    readNow();
  }

  /**
   * Returns the time of the last read, including keep-alive reads; before any read, the start of
   * the readers.
   */
  Moment lastRead() {
    return lastRead;
  }

  /** Records a read now. */
  void readNow() {
    lastRead = clock.now();
  }

  /**
   * Records a read of the feed. Warns of a possible gap, and counts it, if no reader had read for
   * so long that the agent might have deleted the feed and created it again for this read. A read
   * that itself took that long was in progress while the machine was suspended.
   *
   * @param sentAt when the read was sent
   * @param answeredAt when its response arrived
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
          "{}: this task did not read the feed for {} s. The agent deletes a feed 30 minutes after the last"
              + " read, so the events of that time are lost unless another reader with this account and tag"
              + " read the feed. Check the warnings before this line for the cause.",
          context.name(),
          unread.toSeconds());
    }
  }

  /** Returns the possible gaps since the start, without the given number of first ones. */
  synchronized List<Gap> gapsFrom(int first) {
    return List.copyOf(gaps.subList(first, gaps.size()));
  }

  /**
   * Warns of a possible gap before the start of a task, and counts it. The gap ends with the first
   * read.
   *
   * @param withHeartbeats whether a quiet feed stores offsets, too, as with a ledger; the warning
   *     is then exact
   */
  synchronized void reportStart(
      ReaderContext context, StoredOffsets stored, boolean withHeartbeats) {
    Long notedAt = stored.notedAt();
    long now = context.clock().epochMillis();
    if (stored.isOfAnotherFeed()) {
      gapBeforeStart = notedAt;
      context.metrics().add(Counter.POSSIBLE_GAPS, 1);
      LOG.warn(
          "{}: Event types or scopes changed, so the agent creates a new feed that starts now, unless it still has"
              + " one with these types and scopes. The old feed was last read at {} or later, and keeps its events"
              + " until 30 minutes after its last read. If the change was a mistake, change the types or scopes back"
              + " now: events of types in both lists are then duplicated. If you just changed them back, no action is"
              + " needed. Next time, start a second connector with the new types and its own tag before you stop the"
              + " old one.",
          context.name(),
          Instant.ofEpochMilli(notedAt));
    } else if (notedAt != null && now - notedAt > FEED_LIVES_UNREAD.toMillis()) {
      gapBeforeStart = notedAt;
      context.metrics().add(Counter.POSSIBLE_GAPS, 1);
      LOG.warn(
          "{}: The connector stored no offset between {} and {}. {}",
          context.name(),
          Instant.ofEpochMilli(notedAt),
          Instant.ofEpochMilli(now),
          withHeartbeats || stored.hasLedgerWindow()
              ? "With heartbeats or a ledger, this means that the connector did not read, or that Kafka was"
                  + " unavailable or the connector was paused (then it kept the feed alive, unless its log says"
                  + " otherwise). If no reader read the feed for 30 minutes, the agent deleted it, and the"
                  + " events of that time are lost. Check the log of that time."
              : "Either there were no events, or no reader read the feed. The agent deletes a feed 30 minutes"
                  + " after the last read, and the events of that time are then lost. To distinguish the two"
                  + " cases next time, set heartbeat.topic.");
    }
  }
}
