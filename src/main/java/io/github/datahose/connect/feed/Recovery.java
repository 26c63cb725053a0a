// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.feed;

import io.github.datahose.connect.symphony.FailureKind;
import io.github.datahose.connect.symphony.SymphonyCall;
import io.github.datahose.connect.symphony.SymphonyException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What follows a failed read: a further try, at once or after a wait, or the end of the task. The
 * rules are the table in {@code docs/architecture.md}. What can heal is tried for ever; what cannot
 * ends the task, after a time in which a restart at the other side, a rollout or an administrator
 * may have mended it. FAILED means that nobody reads, and the agent deletes a feed that nobody
 * reads for half an hour.
 *
 * <p>Confined to the reader's thread.
 */
final class Recovery {

  /** Counted from the first failure in a row. */
  static final Duration GRACE = Duration.ofMinutes(2);

  static final int MALFORMED_AT_MOST = 10;

  /** An empty answer costs the agent little, and events may be behind the next one. */
  private static final Duration LONGEST_WAIT_WHEN_QUICK = Duration.ofSeconds(5);

  /**
   * What to do next.
   *
   * @param delay wait before the next try; zero: at once
   * @param withoutAckId whether the next try goes without ackId
   * @param fatal the sentence that ends the task, or null
   */
  record Step(Duration delay, boolean withoutAckId, String fatal) {}

  private static final Step AT_ONCE = new Step(Duration.ZERO, false, null);
  private static final Step WITHOUT_ACK_ID = new Step(Duration.ZERO, true, null);

  private final FeedClock clock;
  private final Backoff backoff;
  private final AtomicBoolean taskReadWell;
  private final AgentRotation agents;
  private final String loginAdvice;
  private int failures;
  private int waits;
  private int refusedSessions;
  private int timeouts;
  private int malformed;
  private long firstFailureAt;

  /**
   * Starts without any failure.
   *
   * @param taskReadWell whether any reader of the task has ever read well: shared by them
   * @param agents moves on when another agent may do better
   * @param loginAdvice what to look at when a login is refused
   */
  Recovery(
      FeedClock clock,
      Backoff backoff,
      AtomicBoolean taskReadWell,
      AgentRotation agents,
      String loginAdvice) {
    this.clock = clock;
    this.agents = agents;
    this.loginAdvice = loginAdvice;
    this.backoff = backoff;
    this.taskReadWell = taskReadWell;
  }

  /** Failures since the last good read. */
  int failures() {
    return failures;
  }

  /** Time since the first failure in a row. */
  Duration failingFor() {
    return failures == 0 ? Duration.ZERO : Duration.ofNanos(clock.nanoTime() - firstFailureAt);
  }

  /**
   * A read worked.
   *
   * @param proven whether it is certain that an agent answered
   */
  void goodRead(boolean proven) {
    if (proven) {
      taskReadWell.set(true);
    }
    agents.worked();
    failures = 0;
    waits = 0;
    refusedSessions = 0;
    timeouts = 0;
    malformed = 0;
  }

  Step after(SymphonyException failure, boolean ackIdWasEmpty) {
    if (failures == 0) {
      firstFailureAt = clock.nanoTime();
    }
    failures++;
    if (failure.kind() != FailureKind.MALFORMED) {
      malformed = 0;
    }
    if (failure.isFromProxy()) {
      return afterProxy(failure);
    }
    if (failure.call() != SymphonyCall.READ) {
      return afterLogin(failure);
    }
    return switch (failure.kind()) {
      case UNAUTHORIZED -> refusedSessions++ == 0 ? AT_ONCE : waitAndRetry(failure);
      case NETWORK -> afterNoAnswer(failure);
      case THROTTLED, SERVER -> waitAndRetry(failure);
      case MALFORMED -> afterMalformed(failure);
      case FORBIDDEN, REFUSED -> afterRefusal(failure, ackIdWasEmpty);
    };
  }

  /**
   * As a refused login: once a read has worked, the proxy's administrator is at work, or its own
   * directory away.
   */
  private Step afterProxy(SymphonyException failure) {
    if (failure.kind() == FailureKind.SERVER || taskReadWell.get()) {
      return waitAndRetry(failure);
    }
    return failAfterGrace(failure, Advice.onProxy(failure));
  }

  private Step afterNoAnswer(SymphonyException failure) {
    boolean firstTimeout = failure.isReadTimeout() && timeouts++ == 0;
    return firstTimeout && !agents.hasOthers() ? AT_ONCE : waitAndRetry(failure);
  }

  private Step afterLogin(SymphonyException failure) {
    if (failure.call() == SymphonyCall.KEY_MANAGER_LOGIN && taskReadWell.get()) {
      // The pod took the same key just before. A key manager that is away from its pod refuses so.
      return waitAndRetry(failure);
    }
    boolean refused =
        switch (failure.kind()) {
          // Without a status it is our own key or certificate, which cannot be read.
          case UNAUTHORIZED, FORBIDDEN -> failure.isSymphonyJson() || failure.status() == 0;
          case REFUSED ->
              failure.isSymphonyJson() && failure.status() == 400 && !taskReadWell.get();
          case THROTTLED, SERVER, NETWORK, MALFORMED -> false;
        };
    if (!refused) {
      return waitAndRetry(failure);
    }
    return failAfterGrace(failure, failure.status() == 0 ? Advice.OWN_LOGIN_FILE : loginAdvice);
  }

  private Step afterMalformed(SymphonyException failure) {
    if (failure.isTooQuick()) {
      waits++;
      return new Step(backoff.delay(waits, LONGEST_WAIT_WHEN_QUICK, null), false, null);
    }
    if (failure.isPage() && taskReadWell.get()) {
      return waitAndRetry(failure);
    }
    malformed++;
    if (malformed < MALFORMED_AT_MOST) {
      return waitAndRetry(failure);
    }
    return fail(failure, Advice.onMalformed(failure));
  }

  /**
   * Statuses 3xx and 4xx but 401 and 429. What is not the agent's JSON comes from something in
   * front of it.
   */
  private Step afterRefusal(SymphonyException failure, boolean ackIdWasEmpty) {
    if (failure.isPage() && (taskReadWell.get() || failure.status() == 400)) {
      return waitAndRetry(failure);
    }
    return switch (failure.status()) {
      case 408, 425 -> waitAndRetry(failure);
      case 400 -> ackIdWasEmpty ? failAfterGrace(failure, Advice.onRefusal(400)) : WITHOUT_ACK_ID;
      default -> failAfterGrace(failure, Advice.onRefusal(failure.status()));
    };
  }

  private Step failAfterGrace(SymphonyException failure, String whatToDo) {
    Duration left = GRACE.minus(failingFor());
    if (left.isNegative() || left.isZero()) {
      return fail(failure, whatToDo);
    }
    Step next = waitAndRetry(failure);
    // A login at the proxy is held back for longer than that; the read that ends the task sends
    // none.
    return failure.isProxyLogin() && next.delay().compareTo(left) > 0
        ? new Step(left, false, null)
        : next;
  }

  private static Step fail(SymphonyException failure, String whatToDo) {
    return new Step(Duration.ZERO, false, failure.getMessage() + ". " + whatToDo);
  }

  /** At another agent at once, where that may help; the wait comes when each had its turn. */
  private Step waitAndRetry(SymphonyException failure) {
    Optional<Duration> atLeast = agents.moveOnAfter(failure);
    if (atLeast.isEmpty()) {
      return AT_ONCE;
    }
    waits++;
    return new Step(backoff.delay(waits, atLeast.get()), false, null);
  }
}
