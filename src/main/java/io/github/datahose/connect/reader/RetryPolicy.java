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
 * What follows a failed read: a further try, at once or after a wait, or the end of the task.
 * {@link #meaningOf} is the table of {@code docs/architecture.md}, "What goes wrong", in its order;
 * {@link #after} is what each meaning leads to. What is transient is retried indefinitely. What
 * might be permanent ends the task, after a time in which a restart at the other side, a rollout or
 * an administrator may have fixed it, and only if no other agent could answer: FAILED means that
 * nobody reads, and the agent deletes a feed that nobody reads for 30 minutes.
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
  enum Meaning {
    /** Retried indefinitely. */
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

  /**
   * What follows a failed read.
   *
   * @param delay wait before the next try; zero: at once
   * @param withoutAckId whether the next try goes without ackId
   * @param fatal the sentences that end the task, or null
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

  /** Refused time of logins; that of reads is each agent's own. */
  private Duration refusedLogins = Duration.ZERO;

  /**
   * Starts without any failure.
   *
   * @param agents moves on when a read of one agent fails
   * @param history the successful reads of the task, shared by its readers
   * @param loginRemedy what to look at when a login is refused
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

  /** Failures since the last successful read. */
  int failures() {
    return failures;
  }

  /**
   * The failure table: what a failure of a read, or of the login that it needs, means.
   *
   * @param ackIdWasEmpty whether the read went without ackId
   */
  Meaning meaningOf(SymphonyException failure, boolean ackIdWasEmpty) {
    boolean login = failure.call() != SymphonyCall.READ;
    boolean hasRead = history.hasRead();
    return switch (failure.kind()) {
      case UNAUTHORIZED -> login ? ofRefusedLogin(failure) : Meaning.SESSION_REFUSED;
      case FORBIDDEN -> login ? ofRefusedLogin(failure) : Meaning.REFUSAL;
      // Its file may be in the midst of being replaced: the same grace as for a refused login.
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
      // Something is in the agent's place: a mistake of the config on the first day, and later on
      // a page that hides an agent which was there.
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
      // A wrong login is in this task's own config, which nobody else can fix: that ends a task
      // which has not read since it started, whatever the one before it did.
      case PROXY_LOGIN -> history.hasReadSinceStart() ? Meaning.TRANSIENT : Meaning.REFUSAL;
      // It may be in the middle of a change of its rules, or its directory is down.
      case PROXY_REFUSED -> hasRead ? Meaning.TRANSIENT : Meaning.REFUSAL;
      case PROXY_UNAVAILABLE -> Meaning.TRANSIENT;
      case MALFORMED, TOO_LARGE -> login ? Meaning.TRANSIENT : Meaning.MALFORMED;
      case TOO_QUICK -> Meaning.TRANSIENT;
    };
  }

  /** A key manager that is away from its pod refuses a key which the pod took just before. */
  private Meaning ofRefusedLogin(SymphonyException failure) {
    return failure.call() == SymphonyCall.KEY_MANAGER_LOGIN && history.hasRead()
        ? Meaning.TRANSIENT
        : Meaning.REFUSAL;
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
    // The proxy's login is held back for much longer. A try that is held back sends none, and
    // counts.
    return failure.kind() == FailureKind.PROXY_LOGIN && next.delay().compareTo(ADDED_AT_MOST) > 0
        ? NextStep.retryAfter(ADDED_AT_MOST)
        : next;
  }

  private NextStep end(SymphonyException failure) {
    return NextStep.end(failure, Remedies.of(failure, loginRemedy));
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
    return NextStep.retryAfter(
        failure.kind() == FailureKind.TOO_QUICK
            ? backoff.delay(waits, LONGEST_WAIT_WHEN_QUICK, atLeast.get())
            : backoff.delay(waits, atLeast.get()));
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

  private void note(SymphonyException failure, Meaning meaning) {
    if (isOfAnAgent(failure)) {
      noteAnswer(failure, meaning);
    }
    long now = clock.nanoTime();
    if (meaning == Meaning.REFUSAL) {
      addRefusedTime(failure, now);
    }
    if (meaning != Meaning.ACK_ID_REFUSED) {
      // Its second try belongs to the same one.
      agents.inUse().tried(now);
    }
  }

  /** Notes what the agent answered, if it did: a proxy that cannot reach it answers for itself. */
  private void noteAnswer(SymphonyException failure, Meaning meaning) {
    if (meaning == Meaning.REFUSAL) {
      agents.inUse().refusedRead();
    } else if (meaning == Meaning.MALFORMED) {
      agents.inUse().answeredMalformed();
    } else if (failure.kind().isServersAnswer()) {
      agents.inUse().answeredOtherwise();
    }
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

  /** Whether it is the business of the agent in use; otherwise it is that of a login. */
  private static boolean isOfAnAgent(SymphonyException failure) {
    return failure.call() == SymphonyCall.READ && failure.kind() != FailureKind.PROXY_LOGIN;
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

  /** A keep-alive read worked. It proves the agent, and counts for nothing else. */
  void goodKeepAliveRead() {
    agents.worked();
  }

  /**
   * A keep-alive read failed. The next one may go to another agent or with another session, but the
   * failure counts for nothing: only reads for events end a task.
   *
   * @param inARow number of failed keep-alive reads in a row, this one included
   * @param pause the wait before the next one where no other agent can be asked at once
   * @return the wait before the next one
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
   * Whether a task has read successfully, now or before a restart. Shared by the readers of a task.
   * Thread-safe.
   */
  static final class ReadHistory {

    private final boolean earlier;
    private volatile boolean sinceStart;

    /**
     * The history of a task that starts.
     *
     * @param earlier whether a recent offset says that a task before it has read
     */
    ReadHistory(boolean earlier) {
      this.earlier = earlier;
    }

    /** A reader of the task has read successfully. */
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
   * The delay before a retry: exponential, with full jitter, so that readers do not march in step.
   *
   * @param first upper bound of the first delay
   * @param longest upper bound of all delays
   */
  record Backoff(Duration first, Duration longest, RandomGenerator random) {

    Backoff(Duration first, Duration longest) {
      this(first, longest, new SplittableRandom());
    }

    /**
     * The delay before a retry.
     *
     * @param attempt which delay in a row it is, from 1
     * @param atLeast what the server asked for
     */
    Duration delay(int attempt, Duration atLeast) {
      return delay(attempt, longest, atLeast);
    }

    /** The same with another upper bound, where waiting long costs more than asking often. */
    Duration delay(int attempt, Duration atMost, Duration atLeast) {
      double exponential = first.toNanos() * Math.pow(2, attempt - 1);
      double ceiling =
          Math.min(exponential, (double) Math.min(atMost.toNanos(), longest.toNanos()));
      Duration jittered = Duration.ofNanos((long) (random.nextDouble() * ceiling));
      return atLeast.compareTo(jittered) > 0 ? atLeast : jittered;
    }
  }
}
