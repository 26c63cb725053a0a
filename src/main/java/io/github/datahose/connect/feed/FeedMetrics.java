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
    READS("reads-total", "Reads that the agent answered well, empty ones too."),
    EMPTY_READS("empty-reads-total", "Good reads that brought no events."),
    KEEPALIVE_READS(
        "keepalive-reads-total",
        "Reads that only kept the feed alive while a batch waited for Kafka; what they"
            + " brought was dropped, and comes again."),
    EVENTS("events-total", "Events that came, redelivered ones too."),
    BYTES("bytes-total", "Bytes of the answers after decompression."),
    RECORDS("records-total", "Records handed over to the worker; heartbeats do not count."),
    BATCHES_CONFIRMED(
        "batches-confirmed-total", "Batches whose records Connect has all reported as done with."),
    ACKS("acks-total", "Batches acknowledged to Symphony."),
    ACK_REFUSALS(
        "ack-refusals-total",
        "Acknowledgements that the agent refused as stale; what was not acknowledged comes"
            + " again."),
    DUPLICATES("duplicates-total", "Events dropped because they are in Kafka already."),
    UNMAPPED(
        "unmapped-total",
        "Events that the schema cannot say all of; they are delivered with their original"
            + " text."),
    QUARANTINED("quarantined-total", "Records sent to the quarantine topic."),
    OVERSIZE(
        "oversize-total", "Events too large for a record, delivered without their large texts."),
    SETTLED_WITHOUT_METADATA(
        "settled-without-metadata-total",
        "Records that never reached Kafka by the connector's own configuration: dropped by"
            + " an SMT, or by errors.tolerance=all; heartbeats do not count."),
    IDENTITIES_FORGOTTEN(
        "identities-forgotten-total",
        "Events that may come again and that an offset had no room to remember; after a"
            + " crash they may be there twice."),
    POSSIBLE_GAPS(
        "possible-gaps-total",
        "Times that events may be missing, since nothing was read for half an hour, or other"
            + " event types or scopes were; the log says from when to when."),
    LOGINS("logins-total", "Logins that this reader had to make."),
    AGENT_CHANGES("agent-changes-total", "Times that this reader went on to another agent."),
    READ_FAILURES("read-failures-total", "Failed reads of all kinds, failed logins too."),
    READ_FAILURES_UNAUTHORIZED(
        "read-failures-unauthorized-total", "Failed reads answered 401, as when a session ends."),
    READ_FAILURES_FORBIDDEN(
        "read-failures-forbidden-total", "Failed reads answered 403, as without the entitlements."),
    READ_FAILURES_THROTTLED(
        "read-failures-throttled-total", "Failed reads refused for now, as by 429."),
    READ_FAILURES_REFUSED(
        "read-failures-refused-total",
        "Failed reads refused by another answer of the 400s, or by a redirect."),
    READ_FAILURES_SERVER("read-failures-server-total", "Failed reads answered by a 5xx."),
    READ_FAILURES_NETWORK(
        "read-failures-network-total",
        "Failed reads without an answer, or with one that broke off."),
    READ_FAILURES_MALFORMED(
        "read-failures-malformed-total",
        "Failed reads answered 200 by what is no list of events, or is too large.");

    private final String attribute;
    private final String description;

    Counter(String attribute, String description) {
      this.attribute = attribute;
      this.description = description;
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

  /**
   * One attribute of the MBean.
   *
   * @param description a sentence for whoever looks at the MBean
   * @param value where its value comes from
   */
  record Attribute(String description, Supplier<Object> value) {

    Object get() {
      return value.get();
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

  /** The MBean's attributes: counters as long, gauges as long or double, texts. */
  Map<String, Attribute> attributes() {
    Map<String, Attribute> attributes = new TreeMap<>();
    counters.forEach(
        (counter, value) ->
            attributes.put(counter.attribute, new Attribute(counter.description, value::get)));
    attributes.put(
        "seconds-since-good-read",
        new Attribute(
            "Seconds since the last read that the agent answered well, of the reader's life"
                + " before any. A long poll takes up to 30.",
            () -> secondsSince(goodReadAt)));
    attributes.put(
        "seconds-since-event",
        new Attribute(
            "Seconds since events came last, of the reader's life before any.",
            () -> secondsSince(eventAt)));
    attributes.put(
        "batch-in-flight-age-seconds",
        new Attribute(
            "Seconds that a batch has been waiting for Kafka; 0 when none waits.",
            () -> recordsInFlight == 0 ? 0.0 : secondsSince(handedOverAt)));
    attributes.put(
        "batch-in-flight-records",
        new Attribute(
            "Records of the batch that waits for Kafka; 0 when none waits.",
            () -> (long) recordsInFlight));
    attributes.put(
        "event-lag-seconds",
        new Attribute(
            "Age in seconds, by its timestamp, of the newest event of the last answer, when that"
                + " came.",
            this::eventLagSeconds));
    attributes.put(
        "consecutive-failures",
        new Attribute("Failed reads since the last good one.", () -> (long) consecutiveFailures));
    attributes.put(
        "backoff-seconds",
        new Attribute(
            "Seconds that the reader waits before it tries again; 0 when it does not wait.",
            () -> backoffSeconds));
    attributes.put(
        "late-identities",
        new Attribute(
            "Events acknowledged so late that they may come again; offsets remember them.",
            () -> (long) lateIdentities));
    attributes.put(
        "state",
        new Attribute(
            "STARTING, READING, HANDED_OVER (a batch waits for Kafka), BACKING_OFF, FAILED"
                + " or STOPPED.",
            () -> state.name()));
    attributes.put(
        "agent", new Attribute("Base URL of the agent that the reader uses.", () -> agent));
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
