// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.monitor;

import java.time.Duration;
import java.util.Collection;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Log of a reader's health: one line for each change of its state, all in one format: the reader,
 * the state, what happened, and the same numbers in brackets. Reads, events, and quiet minutes are
 * not logged. {@code docs/logging.md} explains each line.
 *
 * <p>Intermittent failures do not flood the log. A single failure with an early retry is normal (an
 * expired session, a long poll that was cut): it is logged the first time, and then at increasing
 * intervals. A second consecutive failure is logged immediately, and again at increasing intervals
 * while failures continue. Failures that return soon after a recovery are logged only if they last
 * for a minute, or when the interval has elapsed.
 *
 * <p>Confined to the reader's thread, except for the first line.
 */
public final class HealthLog {

  private static final Logger LOG = LoggerFactory.getLogger(HealthLog.class);

  /** Time without failures after which the next one is new. */
  static final Duration CALM = Duration.ofMinutes(5);

  private static final Duration SOON = Duration.ofSeconds(5);
  private static final Duration LASTING = Duration.ofMinutes(1);

  /** State of a line. {@code docs/logging.md} has a row for each. */
  enum State {
    /** The reader starts. */
    STARTED,
    /** The first read succeeded. */
    READING,
    /** A single read failed, and the retry is soon. */
    RETRYING,
    /** Reads fail. */
    FAILING(true),
    /** Reads succeed again. */
    RECOVERED,
    /** Kafka has not confirmed a batch. */
    WAITING(true),
    /** Kafka has confirmed the batch. */
    CONFIRMED,
    /** The reader failed, and so does the task. */
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

  /** Consecutive failed reads, and the time of the first one: monotonic, nanoseconds. */
  private int failures;

  private long failingSince;

  /** Time of the last failure that counted; null before the first. */
  private Long lastTroubleAt;

  /** Whether the current failures were logged. */
  private boolean failuresLogged;

  private boolean waiting;

  /**
   * Creates the log of a reader.
   *
   * @param name name of the reader, with which all its lines start
   */
  public HealthLog(String name, FeedClock clock, FeedMetrics metrics) {
    this.name = name;
    this.clock = clock;
    this.metrics = metrics;
    startedAt = clock.nanoTime();
    singles.begin(startedAt, Duration.ZERO);
  }

  public void started(Collection<String> eventTypes, String account, boolean storedOffset) {
    log(
        State.STARTED,
        "starts as account %s, with%s a stored offset, for %s. Other readers with this account and tag, in any"
            + " cluster, share the feed and receive part of its events.",
        account,
        storedOffset ? "" : "out",
        eventTypes);
  }

  /**
   * Records a successful read. Logs the first one, and the first after failures that were logged.
   *
   * @param withAckId whether the read had an ackId
   */
  public void readSucceeded(boolean withAckId) {
    long now = clock.nanoTime();
    if (failuresLogged) {
      log(
          State.RECOVERED,
          "Reads succeed again after %d failed reads in %s.",
          failures,
          since(failingSince, now));
    }
    failures = 0;
    failuresLogged = false;
    if (!hasRead) {
      hasRead = true;
      log(
          State.READING,
          "First successful read after %s, %s ackId.",
          since(startedAt, now),
          withAckId ? "with the stored" : "without an");
    }
  }

  /**
   * Records a failed read.
   *
   * @param message the failure, without a period at the end
   * @param delay delay before the retry
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
        log(State.RETRYING, "%s. Retrying%s.", message, in);
      }
    } else if (isTroubleDue(now)) {
      failuresLogged = true;
      log(
          State.FAILING,
          "%s. %d consecutive failed reads over %s. Retrying%s.",
          message,
          failures,
          since(failingSince, now),
          in);
    }
  }

  private boolean isTroubleDue(long now) {
    boolean isNew = lastTroubleAt == null || now - lastTroubleAt >= CALM.toNanos();
    lastTroubleAt = now;
    if (!failuresLogged && (isNew || now - failingSince >= LASTING.toNanos())) {
      troubles.begin(now, Duration.ZERO);
    }
    return troubles.isDue(now);
  }

  /** Logs that Kafka has not confirmed a batch, at each call. */
  public void waiting(int records, Duration time, Collection<String> topics) {
    waiting = true;
    log(
        State.WAITING,
        "Kafka has not confirmed %d records after %d s. The reader fetches no other batch. Topics: %s. Check"
            + " that each topic exists or can be created (topic.creation.default.*). Check that the brokers are"
            + " healthy and the connector is not paused. Check that the worker was not suspended (SIGSTOP,"
            + " a paused VM).",
        records,
        time.toSeconds(),
        topics);
  }

  /** Records that Kafka confirmed a batch; logs it if the wait was logged. */
  public void confirmed(int records, Duration time) {
    if (waiting) {
      waiting = false;
      log(State.CONFIRMED, "Kafka confirmed the %d records after %d s.", records, time.toSeconds());
    }
  }

  /**
   * Logs the error of a failed reader. The next poll throws it, too, but a blocked worker does not
   * poll.
   */
  public void failedForGood(String message) {
    log(
        State.FAILED,
        "%s The reader stops and the task fails.",
        message.startsWith(name) ? message.substring(name.length()).strip() : message);
  }

  public void stopped() {
    log(State.STOPPED, "stopped after %s.", since(startedAt, clock.nanoTime()));
  }

  private static String since(long then, long now) {
    return String.format(Locale.ROOT, "%.1f s", (now - then) / 1e9);
  }

  private void log(State state, String format, Object... values) {
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
