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
 * Ledger of a reader: a record for each window, which proves that the events that were acknowledged
 * to Symphony are in Kafka, each once. Confined to the reader's thread.
 *
 * <p>The running window is in the offset of each record, which Kafka commits together with the
 * record; the offset of a ledger record begins the next window. So after a crash the window
 * continues where the stored records end, and each sequence gets one ledger record.
 */
final class Ledger {

  /** Null without a ledger. */
  private final StatusTopic topic;

  private final Duration interval;
  private final String version;
  private final FeedActivity activity;
  private final FeedClock clock;
  private final FeedMetrics metrics;

  /** The running window; null without a ledger. */
  private Window window;

  private Moment began;
  private int gapsNoted;

  /**
   * Opens the ledger of a reader; without a topic, it writes nothing.
   *
   * @param open the window to continue
   * @param version version of the connector
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

  /** Returns the start of a window by the wall clock: a restart does not make the window longer. */
  private Moment began(Window open) {
    Moment now = clock.now();
    long elapsed = Math.max(0, Math.min(now.epochMillis() - open.from(), interval.toMillis()));
    return new Moment(
        now.nanos() - Duration.ofMillis(elapsed).toNanos(), now.epochMillis() - elapsed);
  }

  /** Returns the topic, if any. A worker that cannot write to it also blocks the events. */
  Optional<String> topic() {
    return Optional.ofNullable(topic).map(StatusTopic::topic);
  }

  /** Returns the running window; null without a ledger. */
  Window window() {
    return window;
  }

  /**
   * Records a successful read, before its events are assembled. A possible gap before the read ends
   * the window regardless of interval and polls, and is recorded in the next window; if the running
   * window has no read yet, it is recorded there.
   *
   * @param last the offsets of the last batch, all of which is settled
   * @param answeredAt when the response arrived
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

  /** Adds a batch that was assembled with the running window. */
  void assembled(Batch batch) {
    if (window != null) {
      window = batch.offsets().window();
    }
  }

  /** Records the dropped records of a settled batch. */
  void settled(Batch batch) {
    if (window != null && batch.withoutMetadata() > 0) {
      window = window.withDropped(batch.withoutMetadata());
    }
  }

  /**
   * Ends the running window if it is due. Call it after a successful read, while no batch is in
   * flight. Does nothing until poll has taken the last ledger record: a paused connector must not
   * collect them. First records a possible gap that another read detected in the meantime: an
   * offset with the time of that read must contain the gap, because the next start no longer
   * detects it.
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
            // Not the current time: a batch might have waited for Kafka since.
            last.again(lastRead.epochMillis(), next));
    record.whenSettled(
        () -> {
          // A record that an SMT dropped is in no ledger.
          if (record.withoutMetadata() == 0) {
            metrics.ledgerConfirmed();
          }
        });
    window = next;
    began = clock.now();
  }
}
