// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.monitor;

import io.github.datahose.connect.symphony.Moment;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

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

  public State state() {
    return state;
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

  long recordsInFlight() {
    return recordsInFlight;
  }

  public void failed(Counter kind, int inARow) {
    add(Counter.READ_FAILURES, 1);
    add(kind, 1);
    consecutiveFailures = inARow;
  }

  long consecutiveFailures() {
    return consecutiveFailures;
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

  double backoffSeconds() {
    return backoffSeconds;
  }

  public void lateIdentities(int count) {
    lateIdentities = count;
  }

  public long lateIdentities() {
    return lateIdentities;
  }

  private double secondsSince(Moment moment) {
    return clock.now().since(moment).toNanos() / 1e9;
  }
}
