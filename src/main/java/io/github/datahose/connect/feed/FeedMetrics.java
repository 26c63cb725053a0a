// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.feed;

import io.github.datahose.connect.symphony.FailureKind;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * A reader's state and counters in one place, as the MBean shows them. Written by the reader and by
 * the worker's threads, read by JMX: thread-safe, and cheap enough for each record.
 *
 * <p>Counters only grow while the task lives. Ages are in seconds, and count from the start of the
 * reader until there is something to count from.
 */
final class FeedMetrics {

  /** What is counted. */
  enum Counter {
    READS("reads-total"),
    EMPTY_READS("empty-reads-total"),
    KEEPALIVE_READS("keepalive-reads-total"),
    EVENTS("events-total"),
    BYTES("bytes-total"),
    RECORDS("records-total"),
    BATCHES_CONFIRMED("batches-confirmed-total"),
    ACKS("acks-total"),
    ACK_REFUSALS("ack-refusals-total"),
    DUPLICATES("duplicates-total"),
    UNMAPPED("unmapped-total"),
    QUARANTINED("quarantined-total"),
    OVERSIZE("oversize-total"),
    SETTLED_WITHOUT_METADATA("settled-without-metadata-total"),
    IDENTITIES_FORGOTTEN("identities-forgotten-total"),
    POSSIBLE_GAPS("possible-gaps-total"),
    LOGINS("logins-total"),
    AGENT_CHANGES("agent-changes-total"),
    READ_FAILURES("read-failures-total"),
    READ_FAILURES_UNAUTHORIZED("read-failures-unauthorized-total"),
    READ_FAILURES_FORBIDDEN("read-failures-forbidden-total"),
    READ_FAILURES_THROTTLED("read-failures-throttled-total"),
    READ_FAILURES_REFUSED("read-failures-refused-total"),
    READ_FAILURES_SERVER("read-failures-server-total"),
    READ_FAILURES_NETWORK("read-failures-network-total"),
    READ_FAILURES_MALFORMED("read-failures-malformed-total");

    private final String attribute;

    Counter(String attribute) {
      this.attribute = attribute;
    }

    /** The failures of a kind. */
    static Counter of(FailureKind kind) {
      return switch (kind) {
        case UNAUTHORIZED -> READ_FAILURES_UNAUTHORIZED;
        case FORBIDDEN -> READ_FAILURES_FORBIDDEN;
        case THROTTLED -> READ_FAILURES_THROTTLED;
        case REFUSED -> READ_FAILURES_REFUSED;
        case SERVER -> READ_FAILURES_SERVER;
        case NETWORK -> READ_FAILURES_NETWORK;
        case MALFORMED -> READ_FAILURES_MALFORMED;
      };
    }
  }

  /** What the reader is doing. */
  enum State {
    STARTING,
    READING,
    HANDED_OVER,
    BACKING_OFF,
    FAILED,
    STOPPED
  }

  private static final double NANOS_PER_SECOND = 1e9;

  private final FeedClock clock;
  private final Map<Counter, AtomicLong> counters = new EnumMap<>(Counter.class);
  private volatile State state = State.STARTING;
  private volatile String agent = "";
  private volatile long goodReadAt;
  private volatile long eventAt;
  private volatile Long newestEventMillis;
  private volatile long handedOverAt;
  private volatile int recordsInFlight;
  private volatile int consecutiveFailures;
  private volatile double backoffSeconds;
  private volatile int lateIdentities;

  /** Starts counting. */
  FeedMetrics(FeedClock clock) {
    this.clock = clock;
    goodReadAt = clock.nanoTime();
    eventAt = goodReadAt;
    for (Counter counter : Counter.values()) {
      counters.put(counter, new AtomicLong());
    }
  }

  /** Counts a login that this reader had to make. */
  void loggedIn() {
    add(Counter.LOGINS, 1);
  }

  void add(Counter counter, long amount) {
    counters.get(counter).addAndGet(amount);
  }

  long count(Counter counter) {
    return counters.get(counter).get();
  }

  void state(State now) {
    state = now;
  }

  /**
   * Notes which agent the reader uses from now on.
   *
   * @param baseUrl without credentials, which no URL of ours has
   */
  void agent(String baseUrl) {
    agent = baseUrl;
  }

  void goodRead(int bytes) {
    goodReadAt = clock.nanoTime();
    consecutiveFailures = 0;
    add(Counter.READS, 1);
    add(Counter.BYTES, bytes);
  }

  /**
   * Notes that events came.
   *
   * @param newestMillis time of the newest of them in epoch ms, or null when none tells
   */
  void events(int count, Long newestMillis) {
    eventAt = clock.nanoTime();
    newestEventMillis = newestMillis;
    add(Counter.EVENTS, count);
  }

  void handedOver(int records) {
    handedOverAt = clock.nanoTime();
    recordsInFlight = records;
    add(Counter.RECORDS, records);
    state = State.HANDED_OVER;
  }

  void confirmed() {
    recordsInFlight = 0;
    add(Counter.BATCHES_CONFIRMED, 1);
  }

  void failed(Counter kind, int inARow) {
    add(Counter.READ_FAILURES, 1);
    add(kind, 1);
    consecutiveFailures = inARow;
  }

  /**
   * Notes that the reader waits before its next try.
   *
   * @param seconds 0 when it waits no more
   */
  void backingOff(double seconds) {
    backoffSeconds = seconds;
    state = seconds > 0 ? State.BACKING_OFF : State.READING;
  }

  void lateIdentities(int count) {
    lateIdentities = count;
  }

  /**
   * The MBean's attributes and where their values come from: counters as long, gauges as long or
   * double, texts.
   */
  Map<String, Supplier<Object>> attributes() {
    Map<String, Supplier<Object>> attributes = new TreeMap<>();
    counters.forEach((counter, value) -> attributes.put(counter.attribute, value::get));
    attributes.put("seconds-since-good-read", () -> secondsSince(goodReadAt));
    attributes.put("seconds-since-event", () -> secondsSince(eventAt));
    attributes.put(
        "batch-in-flight-age-seconds",
        () -> recordsInFlight == 0 ? 0.0 : secondsSince(handedOverAt));
    attributes.put("batch-in-flight-records", () -> (long) recordsInFlight);
    attributes.put("event-lag-seconds", this::eventLagSeconds);
    attributes.put("consecutive-failures", () -> (long) consecutiveFailures);
    attributes.put("backoff-seconds", () -> backoffSeconds);
    attributes.put("late-identities", () -> (long) lateIdentities);
    attributes.put("state", () -> state.name());
    attributes.put("agent", () -> agent);
    return attributes;
  }

  private double secondsSince(long nanos) {
    return (clock.nanoTime() - nanos) / NANOS_PER_SECOND;
  }

  /** How old the newest event of the last batch was when it came; 0 before any. */
  private Object eventLagSeconds() {
    Long newest = newestEventMillis;
    if (newest == null) {
      return 0.0;
    }
    double ageNow = (clock.epochMillis() - newest) / 1e3;
    return Math.max(0.0, ageNow - secondsSince(eventAt));
  }
}
