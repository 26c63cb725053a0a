// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.reader;

import io.github.datahose.connect.monitor.FeedClock;
import io.github.datahose.connect.symphony.FailureKind;
import io.github.datahose.connect.symphony.SymphonyCall;
import io.github.datahose.connect.symphony.SymphonyException;
import java.time.Duration;
import java.util.Optional;

/**
 * What follows a failed read: a further try, at once or after a wait, or the end of the task. The
 * rules are the table in {@code docs/architecture.md}. What is transient is retried indefinitely.
 * What might be permanent ends the task, after a time in which a restart at the other side, a
 * rollout or an administrator may have fixed it, and only if no other agent could answer: FAILED
 * means that nobody reads, and the agent deletes a feed that nobody reads for 30 minutes.
 *
 * <p>That time is <i>refused time</i>, of each agent and of the logins: each refusal adds the time
 * since the previous try at that agent, at most 30 s; a successful read resets all; other failures
 * neither add nor reset. So an outage, or another agent, never uses up the patience for the
 * refusals that often follow, while a service starts.
 *
 * <p>Confined to the reader's thread.
 */
final class RetryPolicy {

  /** Refused time after which a refusal ends the task. */
  static final Duration REFUSED_AT_MOST = TestPatience.of(Duration.ofMinutes(2));

  /** What one refusal adds to the refused time at most. */
  static final Duration ADDED_AT_MOST = TestPatience.of(Duration.ofSeconds(30));

  /** Malformed answers in a row of one agent after which it counts as refusing. */
  static final int MALFORMED_AT_MOST = 10;

  /** An empty answer costs the agent little, and events may be behind the next one. */
  private static final Duration LONGEST_WAIT_WHEN_QUICK = Duration.ofSeconds(5);

  /** What a failure means for the task. */
  private enum Meaning {
    TRANSIENT,
    /** Ends the task once the refused time is over. */
    REFUSAL,
    /** Ends the task at the tenth in a row. */
    MALFORMED,
    /** The session might have expired: once at once with a new one. */
    SESSION_REFUSED,
    /** The ackId might be unknown: once at once without it. */
    ACK_ID_REFUSED
  }

  private final FeedClock clock;
  private final Backoff backoff;
  private final AgentFailover agents;
  private final ReadHistory history;
  private final String loginAdvice;
  private int failures;
  private int waits;
  private int refusedSessions;
  private int timeouts;

  /** Refused time of logins; that of reads is each agent's own. */
  private Duration refusedLogins = Duration.ZERO;

  /**
   * Starts without any failure.
   *
   * @param agents moves on when a read of one agent fails
   * @param history the successful reads of the task, shared by its readers
   * @param loginAdvice what to look at when a login is refused
   */
  RetryPolicy(
      FeedClock clock,
      Backoff backoff,
      AgentFailover agents,
      ReadHistory history,
      String loginAdvice) {
    this.clock = clock;
    this.backoff = backoff;
    this.agents = agents;
    this.history = history;
    this.loginAdvice = loginAdvice;
  }

  /** Failures since the last successful read. */
  int failures() {
    return failures;
  }

  /**
   * A read worked.
   *
   * @param proven whether it is certain that an agent answered
   */
  void goodRead(boolean proven) {
    agents.inUse().answeredOtherwise();
    if (!proven) {
      agents.inUse().tried(clock.nanoTime());
      return;
    }
    history.readNow();
    agents.worked();
    failures = 0;
    waits = 0;
    refusedSessions = 0;
    timeouts = 0;
    refusedLogins = Duration.ZERO;
  }

  /**
   * A read failed.
   *
   * @param ackIdWasEmpty whether it went without ackId
   */
  NextStep after(SymphonyException failure, boolean ackIdWasEmpty) {
    failures++;
    Meaning meaning = meaningOf(failure, ackIdWasEmpty);
    note(failure, meaning);
    long now = clock.nanoTime();
    if (meaning == Meaning.REFUSAL) {
      addRefusedTime(failure, now);
    }
    if (meaning != Meaning.ACK_ID_REFUSED) {
      // Its second try belongs to the same one.
      agents.inUse().tried(now);
    }
    return switch (meaning) {
      case SESSION_REFUSED -> NextStep.AT_ONCE;
      case ACK_ID_REFUSED -> NextStep.AT_ONCE_WITHOUT_ACK_ID;
      case TRANSIENT -> again(failure);
      case MALFORMED ->
          nobodyElseCouldAnswer()
              ? NextStep.end(failure, Remedies.onMalformed(failure))
              : again(failure);
      case REFUSAL -> afterRefusal(failure);
    };
  }

  /** The previous try is that of the same agent, so that a dead one in between takes no time. */
  private void addRefusedTime(SymphonyException failure, long now) {
    long since = Math.min(agents.inUse().sinceLastTry(now), ADDED_AT_MOST.toNanos());
    if (isOfAnAgent(failure)) {
      agents.inUse().addRefusedTime(since);
    } else {
      refusedLogins = refusedLogins.plusNanos(since);
    }
  }

  /** Whether it is the business of the agent in use; else it is a refused login's. */
  private static boolean isOfAnAgent(SymphonyException failure) {
    return failure.call() == SymphonyCall.READ && failure.kind() != FailureKind.PROXY_LOGIN;
  }

  /** Notes what the agent answered, if it did: a proxy that cannot reach it answers for itself. */
  private void note(SymphonyException failure, Meaning meaning) {
    if (!isOfAnAgent(failure)) {
      return;
    }
    if (meaning == Meaning.REFUSAL) {
      agents.inUse().refusedRead();
    } else if (meaning == Meaning.MALFORMED) {
      agents.inUse().answeredMalformed();
    } else if (failure.kind().isServersAnswer()) {
      agents.inUse().answeredOtherwise();
    }
  }

  private Meaning meaningOf(SymphonyException failure, boolean ackIdWasEmpty) {
    boolean read = failure.call() == SymphonyCall.READ;
    return switch (failure.kind()) {
      case UNAUTHORIZED ->
          read
              ? refusedSessions++ == 0 ? Meaning.SESSION_REFUSED : Meaning.TRANSIENT
              : ofRefusedLogin(failure);
      case CREDENTIALS_UNREADABLE -> Meaning.REFUSAL;
      case FORBIDDEN -> read ? Meaning.REFUSAL : ofRefusedLogin(failure);
      case NOT_FOUND, REFUSED -> read ? Meaning.REFUSAL : Meaning.TRANSIENT;
      case BAD_REQUEST ->
          read
              ? ackIdWasEmpty ? Meaning.REFUSAL : Meaning.ACK_ID_REFUSED
              : history.hasRead() ? Meaning.TRANSIENT : Meaning.REFUSAL;
      case NOT_SYMPHONY -> read && !history.hasRead() ? Meaning.REFUSAL : Meaning.TRANSIENT;
      case PAGE -> read && !history.hasRead() ? Meaning.MALFORMED : Meaning.TRANSIENT;
      case MALFORMED, TOO_LARGE -> read ? Meaning.MALFORMED : Meaning.TRANSIENT;
      // A wrong login is in this task's own config, which nobody else can fix: that ends a task
      // which has not read since it started, whatever the one before it did.
      case PROXY_LOGIN -> history.hasReadSinceStart() ? Meaning.TRANSIENT : Meaning.REFUSAL;
      // It may be in the middle of a change of its rules.
      case PROXY_REFUSED -> history.hasRead() ? Meaning.TRANSIENT : Meaning.REFUSAL;
      case KEY_MANAGER_TOKEN_MISSING,
          CREDENTIALS_TIMEOUT,
          THROTTLED,
          UNAVAILABLE,
          TOO_QUICK,
          TIMEOUT,
          UNKNOWN_HOST,
          NO_NAME_SERVER,
          UNREACHABLE,
          UNTRUSTED_CERTIFICATE,
          INVALID_CERTIFICATE,
          WRONG_HOST_NAME,
          TLS,
          CONNECTION_LOST,
          NETWORK,
          PROXY_UNAVAILABLE ->
          Meaning.TRANSIENT;
    };
  }

  /** The pod took the same key just before. A key manager that is away from its pod refuses so. */
  private Meaning ofRefusedLogin(SymphonyException failure) {
    return failure.call() == SymphonyCall.KEY_MANAGER_LOGIN && history.hasRead()
        ? Meaning.TRANSIENT
        : Meaning.REFUSAL;
  }

  private NextStep afterRefusal(SymphonyException failure) {
    if (isOfAnAgent(failure)
        ? nobodyElseCouldAnswer()
        : refusedLogins.compareTo(REFUSED_AT_MOST) >= 0) {
      return NextStep.end(failure, adviceOn(failure));
    }
    NextStep next = again(failure);
    // The proxy's login is held back for much longer. A try that is held back sends none, and
    // counts.
    return failure.kind() == FailureKind.PROXY_LOGIN && next.delay().compareTo(ADDED_AT_MOST) > 0
        ? NextStep.after(ADDED_AT_MOST)
        : next;
  }

  /**
   * Whether the latest answer of each agent is one that ends the task. On the first day an agent
   * that never answered is one more mistake of the config; later on it might come back.
   */
  private boolean nobodyElseCouldAnswer() {
    return agents.all(
        agent ->
            agent.hasAnswered()
                ? (agent.refuses() && agent.refusedNanos() >= REFUSED_AT_MOST.toNanos())
                    || agent.malformedInARow() >= MALFORMED_AT_MOST
                : !history.hasRead());
  }

  private String adviceOn(SymphonyException failure) {
    return switch (failure.kind()) {
      case PROXY_LOGIN, PROXY_REFUSED -> Remedies.onProxy(failure);
      case CREDENTIALS_UNREADABLE -> Remedies.OWN_LOGIN_FILE;
      default ->
          failure.call() == SymphonyCall.READ ? Remedies.onRefusal(failure.status()) : loginAdvice;
    };
  }

  /** At another agent at once, where there is one; the wait comes when each had its turn. */
  private NextStep again(SymphonyException failure) {
    if (failure.kind() == FailureKind.TIMEOUT && timeouts++ == 0 && !agents.hasOthers()) {
      return NextStep.AT_ONCE;
    }
    Optional<Duration> atLeast = agents.moveOnAfter(failure);
    if (atLeast.isEmpty()) {
      return NextStep.AT_ONCE;
    }
    waits++;
    return NextStep.after(
        failure.kind() == FailureKind.TOO_QUICK
            ? backoff.delay(waits, LONGEST_WAIT_WHEN_QUICK, atLeast.get())
            : backoff.delay(waits, atLeast.get()));
  }
}
