// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.feed;

import io.github.datahose.connect.symphony.SymphonyException;
import java.time.Duration;
import java.util.Optional;

/**
 * The tries that follow one another while reads fail: when the next one is, and at which agent.
 * Which failures deserve one, {@link Recovery} decides. Confined to the reader's thread.
 */
final class Retries {

  /**
   * So long what cannot heal is tried all the same, from the first failure in a row on, or from
   * {@link #beginGrace}.
   */
  static final Duration GRACE = Duration.ofMinutes(2);

  /** An empty answer costs the agent little, and events may be behind the next one. */
  private static final Duration LONGEST_WAIT_WHEN_QUICK = Duration.ofSeconds(5);

  private final FeedClock clock;
  private final Backoff backoff;
  private final AgentRotation agents;
  private int failures;
  private int waits;
  private long graceFrom;

  /**
   * Starts without any failure.
   *
   * @param agents moves on when another agent may do better
   */
  Retries(FeedClock clock, Backoff backoff, AgentRotation agents) {
    this.clock = clock;
    this.backoff = backoff;
    this.agents = agents;
  }

  /** A read failed; to be told before the next step is asked for. */
  void failed() {
    if (failures == 0) {
      graceFrom = clock.nanoTime();
    }
    failures++;
  }

  /** Counts the grace from the failure just told, whatever failed before. */
  void beginGrace() {
    graceFrom = clock.nanoTime();
  }

  /** A read worked. */
  void worked() {
    agents.worked();
    failures = 0;
    waits = 0;
  }

  /** Failures since the last good read. */
  int failures() {
    return failures;
  }

  /** At once and at the same agent, where there is no other to turn to. */
  NextStep atOnceIfAlone(SymphonyException failure) {
    return agents.hasOthers() ? again(failure) : NextStep.AT_ONCE;
  }

  /** At another agent at once, where that may help; the wait comes when each had its turn. */
  NextStep again(SymphonyException failure) {
    Optional<Duration> atLeast = agents.moveOnAfter(failure);
    if (atLeast.isEmpty()) {
      return NextStep.AT_ONCE;
    }
    waits++;
    return NextStep.after(backoff.delay(waits, atLeast.get()));
  }

  /** The same for a while; afterwards the task ends. */
  NextStep againWithinGrace(SymphonyException failure, String whatToDo) {
    Duration left = GRACE.minusNanos(clock.nanoTime() - graceFrom);
    if (left.isNegative() || left.isZero()) {
      return NextStep.end(failure, whatToDo);
    }
    NextStep next = again(failure);
    // A login at the proxy is held back for longer than that; the read that ends the task sends
    // none.
    return failure.isProxyLogin() && next.delay().compareTo(left) > 0 ? NextStep.after(left) : next;
  }

  /** At the same agent, soon, which answered at once and without events. */
  NextStep afterTooQuick() {
    waits++;
    return NextStep.after(backoff.delay(waits, LONGEST_WAIT_WHEN_QUICK, null));
  }
}
