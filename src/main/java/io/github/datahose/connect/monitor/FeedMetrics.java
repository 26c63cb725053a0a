// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.monitor;

import io.github.datahose.connect.symphony.Moment;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The state and counters of a reader, with the names of {@link Metric}. The reader and the worker's
 * threads write them, and JMX reads them: thread-safe, and fast enough for each record.
 *
 * <p>Counters never decrease while the task runs. Ages are in seconds of real time, including time
 * in which the machine was suspended. They start at the start of the reader until their event
 * happens.
 */
public final class FeedMetrics {

  /** The state of the reader. */
  public enum State {
    STARTING,
    READING,
    HANDED_OVER,
    BACKING_OFF,
    FAILED,
    STOPPED
  }

  private final FeedClock clock;
  private final Map<Counter, AtomicLong> counters = new EnumMap<>(Counter.class);
  private volatile State state = State.STARTING;
  private volatile String agent = "";
  private volatile Moment goodReadAt;
  private volatile Moment eventAt;
  private volatile double eventLagSeconds;

  /** Null without a ledger. */
  private volatile Moment ledgerRecordAt;

  private volatile Moment handedOverAt;
  private volatile int recordsInFlight;
  private volatile int consecutiveFailures;
  private volatile double backoffSeconds;
  private volatile int lateIdentities;

  /** Starts the counters and ages. */
  public FeedMetrics(FeedClock clock) {
    this.clock = clock;
    goodReadAt = clock.now();
    eventAt = goodReadAt;
    for (Counter counter : Counter.values()) {
      counters.put(counter, new AtomicLong());
    }
  }

  /** Counts a login by this reader. */
  public void loggedIn() {
    add(Counter.LOGINS, 1);
  }

  public void add(Counter counter, long amount) {
    counters.get(counter).addAndGet(amount);
  }

  public long count(Counter counter) {
    return counters.get(counter).get();
  }

  public void state(State now) {
    state = now;
  }

  /**
   * Records the agent that the reader uses.
   *
   * @param baseUrl never has credentials
   */
  public void agent(String baseUrl) {
    agent = baseUrl;
  }

  public String agent() {
    return agent;
  }

  public void goodRead(int bytes) {
    goodReadAt = clock.now();
    consecutiveFailures = 0;
    add(Counter.READS, 1);
    add(Counter.BYTES, bytes);
  }

  double secondsSinceGoodRead() {
    return secondsSince(goodReadAt);
  }

  /**
   * Records the arrival of events.
   *
   * @param newestMillis the time of the newest event in epoch milliseconds, or null if no event has
   *     one
   */
  public void events(int count, Long newestMillis) {
    eventAt = clock.now();
    eventLagSeconds =
        newestMillis == null ? 0.0 : Math.max(0.0, (eventAt.epochMillis() - newestMillis) / 1e3);
    add(Counter.EVENTS, count);
  }

  double secondsSinceEvent() {
    return secondsSince(eventAt);
  }

  /** Records that there is a ledger, and later each confirmed ledger record. */
  public void ledgerConfirmed() {
    ledgerRecordAt = clock.now();
  }

  double secondsSinceLedgerRecord() {
    Moment confirmedAt = ledgerRecordAt;
    return confirmedAt == null ? -1.0 : secondsSince(confirmedAt);
  }

  /** Returns the age of the newest event of the last batch at its arrival; 0 before any. */
  double eventLagSeconds() {
    return eventLagSeconds;
  }

  public void handedOver(int records) {
    handedOverAt = clock.now();
    recordsInFlight = records;
    add(Counter.RECORDS, records);
    state = State.HANDED_OVER;
  }

  public void confirmed() {
    recordsInFlight = 0;
    add(Counter.BATCHES_CONFIRMED, 1);
  }

  double secondsInFlight() {
    return recordsInFlight == 0 ? 0.0 : secondsSince(handedOverAt);
  }

  public void failed(Counter kind, int consecutive) {
    add(Counter.READ_FAILURES, 1);
    add(kind, 1);
    consecutiveFailures = consecutive;
  }

  /**
   * Records that the reader waits before its next retry.
   *
   * @param seconds 0 at the end of the wait
   */
  public void backingOff(double seconds) {
    backoffSeconds = seconds;
    state = seconds > 0 ? State.BACKING_OFF : State.READING;
  }

  public void lateIdentities(int count) {
    lateIdentities = count;
  }

  private double secondsSince(Moment moment) {
    return clock.now().since(moment).toNanos() / 1e9;
  }

  /**
   * One attribute of a reader's MBean, also in {@code docs/metrics.md}. The names are public:
   * dashboards use them.
   *
   * @param attribute the name
   * @param kind the kind of its values
   * @param unit the unit, in the plural; empty for a text
   * @param description one or two sentences for operators
   * @param value returns the current value: a Long, a Double, or a String
   */
  public record Metric(
      String attribute,
      Kind kind,
      String unit,
      String description,
      Function<FeedMetrics, Object> value) {

    /** The kind of the values of a metric. */
    public enum Kind {
      /** A long that never decreases. */
      COUNTER,
      /** A long or a double that increases and decreases. */
      GAUGE,
      /** A text. */
      TEXT;

      @Override
      public String toString() {
        return name().toLowerCase(Locale.ROOT);
      }
    }

    private static final List<Metric> GAUGES_AND_TEXTS =
        List.of(
            gauge(
                "seconds-since-good-read",
                "seconds",
                "Seconds since the last successful read, or since the reader started. A long"
                    + " poll takes up to 30 seconds. Keep-alive reads are excluded.",
                FeedMetrics::secondsSinceGoodRead),
            gauge(
                "seconds-since-event",
                "seconds",
                "Seconds since the last events arrived, or since the reader started.",
                FeedMetrics::secondsSinceEvent),
            gauge(
                "seconds-since-ledger-record",
                "seconds",
                "Seconds since Kafka confirmed the last ledger record, or since the reader"
                    + " started; -1 without a ledger.",
                FeedMetrics::secondsSinceLedgerRecord),
            gauge(
                "batch-in-flight-age-seconds",
                "seconds",
                "Seconds that the in-flight batch has waited for Kafka; 0 without an"
                    + " in-flight batch.",
                FeedMetrics::secondsInFlight),
            gauge(
                "batch-in-flight-records",
                "records",
                "Number of records of the in-flight batch; 0 without an in-flight batch.",
                metrics -> (long) metrics.recordsInFlight),
            gauge(
                "event-lag-seconds",
                "seconds",
                "Seconds between the timestamp of the newest event of the last response and"
                    + " its arrival; 0 before any event.",
                FeedMetrics::eventLagSeconds),
            gauge(
                "consecutive-failures",
                "reads",
                "Number of failed reads since the last successful read. Keep-alive reads are"
                    + " excluded.",
                metrics -> (long) metrics.consecutiveFailures),
            gauge(
                "backoff-seconds",
                "seconds",
                "Seconds that the reader waits before the next retry; 0 if it does not wait.",
                metrics -> metrics.backoffSeconds),
            gauge(
                "late-identities",
                "events",
                "Number of events acknowledged so late that they might be redelivered."
                    + " Offsets contain their identities.",
                metrics -> (long) metrics.lateIdentities),
            new Metric(
                "state",
                Kind.TEXT,
                "",
                "State of the reader: STARTING, READING, HANDED_OVER (a batch waits for"
                    + " Kafka), BACKING_OFF, FAILED, or STOPPED.",
                metrics -> metrics.state.name()),
            new Metric(
                "agent",
                Kind.TEXT,
                "",
                "Base URL of the agent that the reader uses.",
                FeedMetrics::agent));

    private static Metric gauge(
        String attribute, String unit, String description, Function<FeedMetrics, Object> value) {
      return new Metric(attribute, Kind.GAUGE, unit, description, value);
    }

    private static Metric of(Counter counter) {
      return new Metric(
          counter.attribute(),
          Kind.COUNTER,
          counter.unit(),
          counter.description(),
          metrics -> metrics.count(counter));
    }

    /** Returns all metrics: counters, gauges, and texts. */
    public static List<Metric> all() {
      return Stream.concat(Stream.of(Counter.values()).map(Metric::of), GAUGES_AND_TEXTS.stream())
          .toList();
    }

    /** Returns the value for a reader: a Long, a Double, or a String. */
    public Object valueOf(FeedMetrics metrics) {
      return value.apply(metrics);
    }
  }
}
