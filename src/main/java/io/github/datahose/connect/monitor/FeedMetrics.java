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
 * A reader's state and counters in one place, as {@link Metric} names them and the MBean shows
 * them. Written by the reader and by the worker's threads, read by JMX: thread-safe, and cheap
 * enough for each record.
 *
 * <p>Counters only grow while the task lives. Ages are in seconds, of real time: also of that in
 * which the machine was suspended. They count from the start of the reader until there is something
 * to count from.
 */
public final class FeedMetrics {

  /** What the reader is doing. */
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

  /** Starts counting. */
  public FeedMetrics(FeedClock clock) {
    this.clock = clock;
    goodReadAt = clock.now();
    eventAt = goodReadAt;
    for (Counter counter : Counter.values()) {
      counters.put(counter, new AtomicLong());
    }
  }

  /** Counts a login that this reader had to make. */
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
   * Notes which agent the reader uses from now on.
   *
   * @param baseUrl without credentials, which no URL of ours has
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
   * Notes that events came.
   *
   * @param newestMillis time of the newest of them in epoch ms, or null when none tells
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

  /** Notes that there is a ledger, and then each time that Kafka has confirmed a record of it. */
  public void ledgerConfirmed() {
    ledgerRecordAt = clock.now();
  }

  double secondsSinceLedgerRecord() {
    Moment confirmedAt = ledgerRecordAt;
    return confirmedAt == null ? -1.0 : secondsSince(confirmedAt);
  }

  /** How old the newest event of the last batch was when it came; 0 before any. */
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

  public void failed(Counter kind, int inARow) {
    add(Counter.READ_FAILURES, 1);
    add(kind, 1);
    consecutiveFailures = inARow;
  }

  /**
   * Notes that the reader waits before its next try.
   *
   * @param seconds 0 when it waits no more
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
   * One attribute of a reader's MBean, which {@code docs/metrics.md} lists, too. The names are
   * public: dashboards hold on to them.
   *
   * @param attribute its name
   * @param kind what its values are like
   * @param unit what is counted or measured, in the plural; empty for a text
   * @param description a sentence or two for whoever looks at it
   * @param value its value now: a Long, a Double or a String
   */
  public record Metric(
      String attribute,
      Kind kind,
      String unit,
      String description,
      Function<FeedMetrics, Object> value) {

    /** What the values of a metric are like. */
    public enum Kind {
      /** A long that only grows. */
      COUNTER,
      /** A long or a double that goes up and down. */
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
                "Time since the last read that the agent answered well, of the reader's life before any."
                    + " A long poll takes up to 30. Reads that only keep the feed alive do not count.",
                FeedMetrics::secondsSinceGoodRead),
            gauge(
                "seconds-since-event",
                "seconds",
                "Time since events came last, of the reader's life before any.",
                FeedMetrics::secondsSinceEvent),
            gauge(
                "seconds-since-ledger-record",
                "seconds",
                "Time since Kafka confirmed a ledger record last, of the reader's life before any; -1"
                    + " without a ledger.",
                FeedMetrics::secondsSinceLedgerRecord),
            gauge(
                "batch-in-flight-age-seconds",
                "seconds",
                "Time that a batch has been waiting for Kafka; 0 when none waits.",
                FeedMetrics::secondsInFlight),
            gauge(
                "batch-in-flight-records",
                "records",
                "Records of the batch that waits for Kafka; 0 when none waits.",
                metrics -> (long) metrics.recordsInFlight),
            gauge(
                "event-lag-seconds",
                "seconds",
                "Age, by its timestamp, of the newest event of the last answer, when that came; 0"
                    + " before any.",
                FeedMetrics::eventLagSeconds),
            gauge(
                "consecutive-failures",
                "reads",
                "Failed reads since the last good one. Reads that only keep the feed alive do not count.",
                metrics -> (long) metrics.consecutiveFailures),
            gauge(
                "backoff-seconds",
                "seconds",
                "Time that the reader waits before it tries again; 0 when it does not wait.",
                metrics -> metrics.backoffSeconds),
            gauge(
                "late-identities",
                "events",
                "Events acknowledged so late that they may come again; offsets remember them.",
                metrics -> (long) metrics.lateIdentities),
            new Metric(
                "state",
                Kind.TEXT,
                "",
                "STARTING, READING, HANDED_OVER (a batch waits for Kafka), BACKING_OFF,"
                    + " FAILED or STOPPED.",
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

    /** All of them: counters, gauges, texts. */
    public static List<Metric> all() {
      return Stream.concat(Stream.of(Counter.values()).map(Metric::of), GAUGES_AND_TEXTS.stream())
          .toList();
    }

    /** The value of a reader's metric: a Long, a Double or a String. */
    public Object valueOf(FeedMetrics metrics) {
      return value.apply(metrics);
    }
  }
}
