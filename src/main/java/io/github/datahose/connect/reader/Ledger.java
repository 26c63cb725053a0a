// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.reader;

import io.github.datahose.connect.config.DatahoseConfig;
import io.github.datahose.connect.delivery.Batch;
import io.github.datahose.connect.delivery.BatchOffsets;
import io.github.datahose.connect.delivery.ReaderContext;
import io.github.datahose.connect.delivery.RecordQueue;
import io.github.datahose.connect.delivery.Window;
import io.github.datahose.connect.monitor.FeedClock;
import io.github.datahose.connect.monitor.FeedMetrics;
import io.github.datahose.connect.symphony.Moment;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A reader's ledger: a record for each window, with which anybody can prove that what was
 * acknowledged to Symphony is in Kafka, each event once. Confined to the reader's thread.
 *
 * <p>The running window is in the offset of each record, which Kafka commits together with the
 * record; the offset of a ledger record begins the next window. So after a crash the window goes on
 * where the stored records end, and each sequence gets one ledger record.
 */
final class Ledger {

  /** Null where there is none. */
  private final StatusTopic topic;

  private final Duration interval;
  private final String version;
  private final FeedActivity activity;
  private final FeedClock clock;
  private final FeedMetrics metrics;

  /** The running window; null where there is no ledger. */
  private Window window;

  private Moment began;
  private int gapsNoted;

  /**
   * Opens the ledger of a reader; nothing is ever written without a topic.
   *
   * @param open the window to go on with
   * @param version of the connector
   */
  Ledger(
      ReaderContext context,
      DatahoseConfig config,
      Map<String, String> partition,
      FeedActivity activity,
      RecordQueue queue,
      Window open,
      String version) {
    topic =
        config
            .records()
            .ledgerTopic()
            .map(name -> new StatusTopic(context, config, name, "ledger record", partition, queue))
            .orElse(null);
    interval = config.records().ledgerInterval();
    this.version = version;
    this.activity = activity;
    clock = context.clock();
    metrics = context.metrics();
    window = topic == null ? null : open;
    began = began(open);
    if (topic != null) {
      metrics.ledgerConfirmed();
    }
  }

  /** When a window began, as far as the wall clock tells: a restart does not make it longer. */
  private Moment began(Window open) {
    Moment now = clock.now();
    long elapsed = Math.max(0, Math.min(now.epochMillis() - open.from(), interval.toMillis()));
    return new Moment(
        now.nanos() - Duration.ofMillis(elapsed).toNanos(), now.epochMillis() - elapsed);
  }

  /** Where it goes, if anywhere; a worker that cannot write there blocks, for the events too. */
  Optional<String> topic() {
    return Optional.ofNullable(topic).map(StatusTopic::topic);
  }

  /** The running window; null where there is no ledger. */
  Window window() {
    return window;
  }

  /**
   * Notes a read that worked, before its events are assembled. A possible gap before it ends the
   * window without regard to interval and polls, and is told by the next; of a window in which
   * nothing was read yet it becomes a part.
   *
   * @param last the offsets of the last batch, of which all is settled
   * @param answeredAt when the read was answered
   */
  void read(BatchOffsets last, Moment answeredAt) {
    if (window == null) {
      return;
    }
    noteGaps(last, activity.lastRead());
    window = window.withRead(answeredAt.epochMillis());
  }

  private void noteGaps(BatchOffsets last, Moment lastRead) {
    List<FeedActivity.Gap> gaps = activity.gapsFrom(gapsNoted);
    if (gaps.isEmpty()) {
      return;
    }
    Window next = window.isUnread() ? window : window.next();
    for (FeedActivity.Gap gap : gaps) {
      next = next.withGap(gap.from(), gap.to());
    }
    gapsNoted += gaps.size();
    if (!window.isUnread()) {
      close(last, next, lastRead);
    }
    window = next;
  }

  /** Takes a batch in that was assembled with the running window. */
  void assembled(Batch batch) {
    if (window != null) {
      window = batch.offsets().window();
    }
  }

  /** Notes what became of a batch in the end. */
  void settled(Batch batch) {
    if (window != null && batch.withoutMetadata() > 0) {
      window = window.withDropped(batch.withoutMetadata());
    }
  }

  /**
   * Ends the running window when it is time; to be called after a read that worked, when no batch
   * is in flight. Not while poll has not taken the last ledger record: a paused connector must not
   * collect them. A possible gap that another read noticed meanwhile is noted first: an offset with
   * the time of that read must tell of it, since the next start finds no gap any more.
   *
   * @param last the offsets of the last batch
   * @param lastRead when the feed was last read, taken before this
   */
  void closeIfDue(BatchOffsets last, Moment lastRead) {
    if (window == null) {
      return;
    }
    topic.warnIfUnconfirmed();
    noteGaps(last, lastRead);
    if (topic.isTaken() && clock.now().since(began).compareTo(interval) >= 0) {
      close(last, window.next(), lastRead);
    }
  }

  private void close(BatchOffsets last, Window next, Moment lastRead) {
    Batch record =
        topic.send(
            topic.reader() + "#" + window.sequence(),
            window.record(topic.reader(), version),
            // Not the time now: a batch may have waited for Kafka since.
            last.again(lastRead.epochMillis(), next));
    record.whenSettled(
        () -> {
          // One that an SMT dropped is in no ledger.
          if (record.withoutMetadata() == 0) {
            metrics.ledgerConfirmed();
          }
        });
    window = next;
    began = clock.now();
  }
}
