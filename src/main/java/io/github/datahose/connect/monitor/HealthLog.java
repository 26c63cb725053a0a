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
 * <p>What comes and goes quickly does not fill the log: see {@link TroublePace} and {@link
 * QuietPace}. Confined to the reader's thread, but for the first line.
 */
public final class HealthLog {

  private static final Logger LOG = LoggerFactory.getLogger(HealthLog.class);

  /** What a line tells. {@code docs/logging.md} has a row for each. */
  enum State {
    /** The reader begins. */
    STARTED,
    /** A first read worked. */
    READING,
    /** Reads work, and there have been no events for a while. */
    IDLE,
    /** Events come again. */
    ACTIVE,
    /** A single read failed, and the next try is soon. */
    RETRYING,
    /** Reads fail. */
    FAILING(true),
    /** They work again. */
    HEALED,
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
  private final TroublePace trouble;
  private final QuietPace quiet;
  private boolean hasRead;
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
    trouble = new TroublePace(startedAt);
    quiet = new QuietPace(startedAt);
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
   * A read worked. Told of the first one, of the first after trouble that was told, and as {@link
   * QuietPace} says.
   *
   * @param withAckId whether the read carried one
   * @param events whether it brought any
   */
  public void goodRead(boolean withAckId, boolean events) {
    long now = clock.nanoTime();
    boolean resumed = trouble.failures() > 1 || trouble.isTold() || !hasRead;
    heal(now);
    if (!hasRead) {
      hasRead = true;
      tell(
          State.READING,
          "first good read after %s, %s ackId.",
          since(startedAt, now),
          withAckId ? "with the stored" : "without an");
    }
    switch (quiet.goodRead(now, events, resumed)) {
      case NOTHING -> {}
      case IDLE ->
          tell(State.IDLE, "no events for %s; the feed is read well.", seconds(quiet.lasted()));
      case ACTIVE -> tell(State.ACTIVE, "events again, after %s without.", seconds(quiet.lasted()));
    }
  }

  private void heal(long now) {
    if (trouble.isTold()) {
      tell(
          State.HEALED,
          "is read again, after %d failed reads in %s.",
          trouble.failures(),
          since(trouble.since(), now));
    }
    trouble.over();
  }

  /**
   * A read failed; told as {@link TroublePace} says.
   *
   * @param message the failure, without a full stop
   * @param delay time until the next try
   */
  public void failed(String message, Duration delay) {
    long now = clock.nanoTime();
    String in = delay.isZero() ? "" : " in " + delay.toMillis() + " ms";
    switch (trouble.failed(now, delay)) {
      case NOTHING -> {}
      case SINGLE -> tell(State.RETRYING, "%s. Trying again%s.", message, in);
      case TROUBLE ->
          tell(
              State.FAILING,
              "%s. Failed reads in a row: %d, for %s; trying again%s.",
              message,
              trouble.failures(),
              since(trouble.since(), now),
              in);
    }
  }

  /** Kafka has not confirmed a batch for a while; told each time. */
  public void waiting(int records, Duration time, Collection<String> topics) {
    waiting = true;
    tell(
        State.WAITING,
        "waits for Kafka to confirm %d records, for %d s by now, and takes no other batch meanwhile. Topics: %s. Does each"
            + " exist, or may the worker create it (topic.creation.default.*)? Is Kafka well? Is the connector paused?",
        records,
        time.toSeconds(),
        topics);
  }

  /** Kafka confirmed a batch; told if the wait was. */
  public void confirmed(int records, Duration time) {
    if (waiting) {
      waiting = false;
      quiet.begin(clock.nanoTime());
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
    return seconds(Duration.ofNanos(now - then));
  }

  private static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%.1f s", time.toNanos() / 1e9);
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
