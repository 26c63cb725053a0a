// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.monitor;

import java.time.Duration;
import java.util.Collection;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A reader's health in the worker's log: one line at each change of its state, all written here and
 * so of one form: the reader, the state, what happened, and in brackets the same numbers each time.
 * A read, an event and a quiet minute write nothing. {@code docs/logging.md} tells what each line
 * means.
 *
 * <p>What comes and goes does not flood the log. A single failure with a further try soon is daily
 * life (an expired session, a long poll that was cut): told the first time, and then ever more
 * seldom. The second in a row is trouble: told at once, and again in growing intervals while it
 * lasts. Trouble that comes back soon after it was over is told only when it lasts for a minute, or
 * when the interval is over.
 *
 * <p>Confined to the reader's thread, but for the first line.
 */
public final class HealthLog {

  private static final Logger LOG = LoggerFactory.getLogger(HealthLog.class);

  /** As long as that without trouble, and the next is new. */
  static final Duration CALM = Duration.ofMinutes(5);

  private static final Duration SOON = Duration.ofSeconds(5);
  private static final Duration LASTING = Duration.ofMinutes(1);

  /** What a line tells. {@code docs/logging.md} has a row for each. */
  enum State {
    /** The reader begins. */
    STARTED,
    /** A first read worked. */
    READING,
    /** A single read failed, and the next try is soon. */
    RETRYING,
    /** Reads fail. */
    FAILING(true),
    /** They work again. */
    RECOVERED,
    /** Kafka does not confirm a batch. */
    WAITING(true),
    /** It has now. */
    CONFIRMED,
    /** The reader ended with an error, and so does the task. */
    FAILED(true),
    /** The reader was stopped. */
    STOPPED;

    private final boolean warning;

    State() {
      this(false);
    }

    State(boolean warning) {
      this.warning = warning;
    }

    boolean isWarning() {
      return warning;
    }
  }

  private final String name;
  private final FeedClock clock;
  private final FeedMetrics metrics;
  private final long startedAt;
  private final LogThrottle singles = new LogThrottle();
  private final LogThrottle troubles = new LogThrottle();
  private boolean hasRead;

  /** Failed reads in a row, and when the first of them was: monotonic, nanoseconds. */
  private int failures;

  private long failingSince;

  /** When there was trouble last; null before any. */
  private Long troubleAt;

  /** Whether the trouble that there is was told. */
  private boolean troubleTold;

  private boolean waiting;

  /**
   * Makes the log of a reader.
   *
   * @param name the reader, as all its lines begin
   */
  public HealthLog(String name, FeedClock clock, FeedMetrics metrics) {
    this.name = name;
    this.clock = clock;
    this.metrics = metrics;
    startedAt = clock.nanoTime();
    singles.begin(startedAt, Duration.ZERO);
  }

  public void started(Collection<String> eventTypes, String account, boolean storedOffset) {
    tell(
        State.STARTED,
        "starts as account %s, with%s a stored offset, for %s. Whoever else reads with this account and tag, in another"
            + " cluster too, shares the feed and gets a part of its events.",
        account,
        storedOffset ? "" : "out",
        eventTypes);
  }

  /**
   * A read worked. Told of the first one, and of the first after trouble that was told.
   *
   * @param withAckId whether the read carried one
   */
  public void goodRead(boolean withAckId) {
    long now = clock.nanoTime();
    if (troubleTold) {
      tell(
          State.RECOVERED,
          "is read again, after %d failed reads in %s.",
          failures,
          since(failingSince, now));
    }
    failures = 0;
    troubleTold = false;
    if (!hasRead) {
      hasRead = true;
      tell(
          State.READING,
          "first good read after %s, %s ackId.",
          since(startedAt, now),
          withAckId ? "with the stored" : "without an");
    }
  }

  /**
   * A read failed.
   *
   * @param message the failure, without a full stop
   * @param delay time until the next try
   */
  public void failed(String message, Duration delay) {
    long now = clock.nanoTime();
    String in = delay.isZero() ? "" : " in " + delay.toMillis() + " ms";
    failures++;
    if (failures == 1) {
      failingSince = now;
    }
    if (failures == 1 && delay.compareTo(SOON) <= 0) {
      if (singles.isDue(now)) {
        tell(State.RETRYING, "%s. Trying again%s.", message, in);
      }
    } else if (isTroubleDue(now)) {
      troubleTold = true;
      tell(
          State.FAILING,
          "%s. Failed reads in a row: %d, for %s; trying again%s.",
          message,
          failures,
          since(failingSince, now),
          in);
    }
  }

  private boolean isTroubleDue(long now) {
    boolean isNew = troubleAt == null || now - troubleAt >= CALM.toNanos();
    troubleAt = now;
    if (!troubleTold && (isNew || now - failingSince >= LASTING.toNanos())) {
      troubles.begin(now, Duration.ZERO);
    }
    return troubles.isDue(now);
  }

  /** Kafka has not confirmed a batch for a while; told each time. */
  public void waiting(int records, Duration time, Collection<String> topics) {
    waiting = true;
    tell(
        State.WAITING,
        "waits for Kafka to confirm %d records, for %d s by now, and takes no other batch meanwhile. Topics: %s. Does each"
            + " exist, or may the worker create it (topic.creation.default.*)? Is Kafka well? Is the connector paused?"
            + " Was the worker suspended (SIGSTOP, a paused VM)?",
        records,
        time.toSeconds(),
        topics);
  }

  /** Kafka confirmed a batch; told if the wait was. */
  public void confirmed(int records, Duration time) {
    if (waiting) {
      waiting = false;
      tell(
          State.CONFIRMED,
          "Kafka has confirmed the %d records, after %d s.",
          records,
          time.toSeconds());
    }
  }

  /** The reader ends with an error, which the next poll throws; a blocked worker does not poll. */
  public void failedForGood(String message) {
    tell(
        State.FAILED,
        "%s This reader ends, and so does the task.",
        message.startsWith(name) ? message.substring(name.length()).strip() : message);
  }

  public void stopped() {
    tell(State.STOPPED, "stopped after %s.", since(startedAt, clock.nanoTime()));
  }

  private static String since(long then, long now) {
    return String.format(Locale.ROOT, "%.1f s", (now - then) / 1e9);
  }

  private void tell(State state, String format, Object... values) {
    String text =
        String.format(
            Locale.ROOT,
            "%s %s: %s [reads=%d events=%d records=%d duplicates=%d failures=%d agent=%s]",
            name,
            state,
            String.format(Locale.ROOT, format, values),
            metrics.count(Counter.READS),
            metrics.count(Counter.EVENTS),
            metrics.count(Counter.RECORDS),
            metrics.count(Counter.DUPLICATES),
            metrics.count(Counter.READ_FAILURES),
            metrics.agent());
    if (state.isWarning()) {
      LOG.warn("{}", text);
    } else {
      LOG.info("{}", text);
    }
  }
}
