// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.reader;

import io.github.datahose.connect.monitor.FeedClock;
import io.github.datahose.connect.symphony.FailureKind;
import io.github.datahose.connect.symphony.Remedies;
import io.github.datahose.connect.symphony.SymphonyCall;
import io.github.datahose.connect.symphony.SymphonyException;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Policy for failed reads: a retry, immediately or after a delay, or the end of the task. {@link
 * #meaningOf} is the table of {@code docs/architecture.md}, "Failures", in its order; {@link
 * #after} decides what each meaning leads to. Transient failures are retried indefinitely. A
 * failure that might be permanent ends the task, after a time in which a restart, a rollout, or an
 * administrator of the other side might fix it, and only if no other agent could succeed: a failed
 * task reads nothing, and the agent deletes a feed 30 minutes after the last read.
 *
 * <p>That time is <i>rejection time</i>, of each agent and of the logins: each rejection adds the
 * time since the previous attempt at that agent, at most 30 s; a successful read resets all; other
 * failures neither add nor reset. So an outage, or another agent, never uses up the time for the
 * rejections that often follow while a service starts.
 *
 * <p>Confined to the reader's thread.
 */
final class RetryPolicy {

  /** Rejection time after which a rejection ends the task. */
  static final Duration REFUSED_AT_MOST = TestPatience.of(Duration.ofMinutes(2));

  /** Maximum time that one rejection adds to the rejection time. */
  static final Duration ADDED_AT_MOST = TestPatience.of(Duration.ofSeconds(30));

  /** Number of consecutive malformed responses after which an agent counts as rejecting. */
  static final int MALFORMED_AT_MOST = 10;

  /** An empty response costs the agent little, and the next one might have events. */
  private static final Duration LONGEST_WAIT_WHEN_QUICK = Duration.ofSeconds(5);

  /** Meaning of a failure for the task. */
  enum Meaning {
    /** Retried indefinitely. */
    TRANSIENT,
    /** Ends the task after the maximum rejection time. */
    REFUSAL,
    /** Ends the task at the tenth consecutive one. */
    MALFORMED,
    /** The session might have expired: one immediate retry with a new session. */
    SESSION_REFUSED,
    /** The ackId might be unknown: one immediate retry without it. */
    ACK_ID_REFUSED
  }

  /**
   * The next step after a failed read.
   *
   * @param delay delay before the retry; zero for an immediate one
   * @param withoutAckId whether the retry has no ackId
   * @param fatal message of the failed task, or null
   */
  record NextStep(Duration delay, boolean withoutAckId, String fatal) {

    private static final NextStep AT_ONCE = retryAfter(Duration.ZERO);
    private static final NextStep AT_ONCE_WITHOUT_ACK_ID = new NextStep(Duration.ZERO, true, null);

    private static NextStep retryAfter(Duration delay) {
      return new NextStep(delay, false, null);
    }

    private static NextStep end(SymphonyException failure, String remedy) {
      return new NextStep(Duration.ZERO, false, failure.getMessage() + ". " + remedy);
    }
  }

  private final FeedClock clock;
  private final Backoff backoff;
  private final AgentFailover agents;
  private final ReadHistory history;
  private final String loginRemedy;
  private int failures;
  private int waits;
  private int refusedSessions;
  private int timeouts;

  /** Rejection time of logins; each agent has its own for reads. */
  private Duration refusedLogins = Duration.ZERO;

  /**
   * Starts without any failure.
   *
   * @param agents fails over when a read of one agent fails
   * @param history whether the task has read successfully, shared by its readers
   * @param loginRemedy what to check after a rejected login
   */
  RetryPolicy(
      FeedClock clock,
      Backoff backoff,
      AgentFailover agents,
      ReadHistory history,
      String loginRemedy) {
    this.clock = clock;
    this.backoff = backoff;
    this.agents = agents;
    this.history = history;
    this.loginRemedy = loginRemedy;
  }

  /** Returns the number of failures since the last successful read. */
  int failures() {
    return failures;
  }

  /**
   * Returns the meaning of a failed read, or of the failed login that it needs: the failure table.
   *
   * @param ackIdWasEmpty whether the read had no ackId
   */
  Meaning meaningOf(SymphonyException failure, boolean ackIdWasEmpty) {
    boolean login = failure.call() != SymphonyCall.READ;
    boolean hasRead = history.hasRead();
    return switch (failure.kind()) {
      case UNAUTHORIZED -> login ? ofRefusedLogin(failure) : Meaning.SESSION_REFUSED;
      case FORBIDDEN -> login ? ofRefusedLogin(failure) : Meaning.REFUSAL;
      // Its file might be being replaced: the same grace period as for a rejected login.
      case CREDENTIALS_UNREADABLE -> Meaning.REFUSAL;
      // A network drive recovers by itself.
      case CREDENTIALS_TIMEOUT -> Meaning.TRANSIENT;
      // The session is kept, and the key manager asked again.
      case KEY_MANAGER_TOKEN_MISSING -> Meaning.TRANSIENT;
      case NOT_FOUND, REFUSED -> login ? Meaning.TRANSIENT : Meaning.REFUSAL;
      case BAD_REQUEST ->
          login
              ? hasRead ? Meaning.TRANSIENT : Meaning.REFUSAL
              : ackIdWasEmpty ? Meaning.REFUSAL : Meaning.ACK_ID_REFUSED;
      // Another server responds in place of the agent: before the first successful read a
      // configuration error, later a page in front of an agent that is there.
      case NOT_SYMPHONY -> login || hasRead ? Meaning.TRANSIENT : Meaning.REFUSAL;
      case PAGE -> login || hasRead ? Meaning.TRANSIENT : Meaning.MALFORMED;
      case THROTTLED, UNAVAILABLE -> Meaning.TRANSIENT;
      case UNKNOWN_HOST,
          NO_NAME_SERVER,
          UNREACHABLE,
          UNTRUSTED_CERTIFICATE,
          INVALID_CERTIFICATE,
          WRONG_HOST_NAME,
          TLS,
          CONNECTION_LOST,
          NETWORK ->
          Meaning.TRANSIENT;
      case TIMEOUT -> Meaning.TRANSIENT;
      // The wrong login is in this task's own configuration, which nothing else can fix: it ends a
      // task that has not read since it started, whatever an earlier task did.
      case PROXY_LOGIN -> history.hasReadSinceStart() ? Meaning.TRANSIENT : Meaning.REFUSAL;
      // Its rules might be changing, or its directory might be unavailable.
      case PROXY_REFUSED -> hasRead ? Meaning.TRANSIENT : Meaning.REFUSAL;
      case PROXY_UNAVAILABLE -> Meaning.TRANSIENT;
      case MALFORMED, TOO_LARGE -> login ? Meaning.TRANSIENT : Meaning.MALFORMED;
      case TOO_QUICK -> Meaning.TRANSIENT;
    };
  }

  /**
   * Returns the meaning of a rejected login. A key manager that cannot reach its pod rejects a key
   * that the pod has just accepted.
   */
  private Meaning ofRefusedLogin(SymphonyException failure) {
    return failure.call() == SymphonyCall.KEY_MANAGER_LOGIN && history.hasRead()
        ? Meaning.TRANSIENT
        : Meaning.REFUSAL;
  }

  /**
   * Decides what follows a failed read.
   *
   * @param ackIdWasEmpty whether the read had no ackId
   */
  NextStep after(SymphonyException failure, boolean ackIdWasEmpty) {
    failures++;
    Meaning meaning = meaningOf(failure, ackIdWasEmpty);
    note(failure, meaning);
    return switch (meaning) {
      case ACK_ID_REFUSED -> NextStep.AT_ONCE_WITHOUT_ACK_ID;
      case SESSION_REFUSED -> refusedSessions++ == 0 ? NextStep.AT_ONCE : again(failure);
      case TRANSIENT -> again(failure);
      case MALFORMED -> nobodyElseCouldAnswer() ? end(failure) : again(failure);
      case REFUSAL -> afterRefusal(failure);
    };
  }

  private NextStep afterRefusal(SymphonyException failure) {
    if (isOfAnAgent(failure)
        ? nobodyElseCouldAnswer()
        : refusedLogins.compareTo(REFUSED_AT_MOST) >= 0) {
      return end(failure);
    }
    NextStep next = again(failure);
    // The login to the proxy is held back for much longer. An attempt that is held back sends none,
    // and counts.
    return failure.kind() == FailureKind.PROXY_LOGIN && next.delay().compareTo(ADDED_AT_MOST) > 0
        ? NextStep.retryAfter(ADDED_AT_MOST)
        : next;
  }

  private NextStep end(SymphonyException failure) {
    return NextStep.end(failure, Remedies.of(failure, loginRemedy));
  }

  /**
   * Retries immediately at another agent, if there is one; with a delay after all agents were
   * tried.
   */
  private NextStep again(SymphonyException failure) {
    if (failure.kind() == FailureKind.TIMEOUT && timeouts++ == 0 && !agents.hasOthers()) {
      return NextStep.AT_ONCE;
    }
    Optional<Duration> atLeast = agents.moveOnAfter(failure);
    if (atLeast.isEmpty()) {
      return NextStep.AT_ONCE;
    }
    waits++;
    return NextStep.retryAfter(
        failure.kind() == FailureKind.TOO_QUICK
            ? backoff.delay(waits, LONGEST_WAIT_WHEN_QUICK, atLeast.get())
            : backoff.delay(waits, atLeast.get()));
  }

  /**
   * Returns whether the latest response of each agent is one that ends the task. Before the first
   * successful read, an agent that never responded counts as a configuration error; later it might
   * recover.
   */
  private boolean nobodyElseCouldAnswer() {
    return agents.all(
        agent ->
            agent.hasAnswered()
                ? (agent.refuses() && agent.refusedNanos() >= REFUSED_AT_MOST.toNanos())
                    || agent.malformedInARow() >= MALFORMED_AT_MOST
                : !history.hasRead());
  }

  private void note(SymphonyException failure, Meaning meaning) {
    if (isOfAnAgent(failure)) {
      noteAnswer(failure, meaning);
    }
    long now = clock.nanoTime();
    if (meaning == Meaning.REFUSAL) {
      addRefusedTime(failure, now);
    }
    if (meaning != Meaning.ACK_ID_REFUSED) {
      // Its retry belongs to the same attempt.
      agents.inUse().tried(now);
    }
  }

  /**
   * Records the agent's response, if there is one: a proxy that cannot reach the agent responds for
   * itself.
   */
  private void noteAnswer(SymphonyException failure, Meaning meaning) {
    if (meaning == Meaning.REFUSAL) {
      agents.inUse().refusedRead();
    } else if (meaning == Meaning.MALFORMED) {
      agents.inUse().answeredMalformed();
    } else if (failure.kind().isServersAnswer()) {
      agents.inUse().answeredOtherwise();
    }
  }

  /**
   * Adds the time since the previous attempt at the same agent, so that the time for an unavailable
   * one in between does not count.
   */
  private void addRefusedTime(SymphonyException failure, long now) {
    long since = Math.min(agents.inUse().sinceLastTry(now), ADDED_AT_MOST.toNanos());
    if (isOfAnAgent(failure)) {
      agents.inUse().addRefusedTime(since);
    } else {
      refusedLogins = refusedLogins.plusNanos(since);
    }
  }

  /** Returns whether the failure concerns the agent in use, and not a login. */
  private static boolean isOfAnAgent(SymphonyException failure) {
    return failure.call() == SymphonyCall.READ && failure.kind() != FailureKind.PROXY_LOGIN;
  }

  /**
   * Records a successful read.
   *
   * @param proven whether the response certainly came from an agent
   */
  void readSucceeded(boolean proven) {
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

  /** Records a successful keep-alive read, which counts only for the agents. */
  void keepAliveReadSucceeded() {
    agents.worked();
  }

  /**
   * Decides what follows a failed keep-alive read. The next one may use another agent or another
   * session, but the failure does not count: only reads for events end a task.
   *
   * @param inARow number of consecutive failed keep-alive reads, including this one
   * @param pause delay before the next one if no other agent can be read immediately
   * @return the delay before the next one
   */
  Duration afterKeepAliveRead(SymphonyException failure, int inARow, Duration pause) {
    if (inARow == 1 && meaningOf(failure, true) == Meaning.SESSION_REFUSED) {
      return pause;
    }
    return agents
        .moveOnAfter(failure)
        .map(atLeast -> atLeast.compareTo(pause) > 0 ? atLeast : pause)
        .orElse(Duration.ZERO);
  }

  /**
   * Record of whether a task has read successfully, now or before a restart. Shared by the readers
   * of a task. Thread-safe.
   */
  static final class ReadHistory {

    private final boolean earlier;
    private volatile boolean sinceStart;

    /**
     * Creates the history of a task that starts.
     *
     * @param earlier whether a recent offset proves that an earlier task has read
     */
    ReadHistory(boolean earlier) {
      this.earlier = earlier;
    }

    /** Records a successful read of a reader of the task. */
    void readNow() {
      sinceStart = true;
    }

    private boolean hasReadSinceStart() {
      return sinceStart;
    }

    private boolean hasRead() {
      return earlier || sinceStart;
    }
  }

  /**
   * The delay before a retry: exponential, with full jitter, so that readers do not retry in
   * lockstep.
   *
   * @param first upper bound of the first delay
   * @param longest upper bound of all delays
   */
  record Backoff(Duration first, Duration longest, RandomGenerator random) {

    Backoff(Duration first, Duration longest) {
      this(first, longest, new SplittableRandom());
    }

    /**
     * Returns the delay before a retry.
     *
     * @param attempt number of the consecutive delay, from 1
     * @param atLeast delay that the server asked for
     */
    Duration delay(int attempt, Duration atLeast) {
      return delay(attempt, longest, atLeast);
    }

    /**
     * Returns the delay with another upper bound, for cases in which a long delay costs more than
     * frequent retries.
     */
    Duration delay(int attempt, Duration atMost, Duration atLeast) {
      double exponential = first.toNanos() * Math.pow(2, attempt - 1);
      double ceiling =
          Math.min(exponential, (double) Math.min(atMost.toNanos(), longest.toNanos()));
      Duration jittered = Duration.ofNanos((long) (random.nextDouble() * ceiling));
      return atLeast.compareTo(jittered) > 0 ? atLeast : jittered;
    }
  }
}
