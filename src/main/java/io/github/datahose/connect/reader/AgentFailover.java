// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.reader;

import io.github.datahose.connect.delivery.ReaderContext;
import io.github.datahose.connect.monitor.Counter;
import io.github.datahose.connect.monitor.LogThrottle;
import io.github.datahose.connect.symphony.FailureKind;
import io.github.datahose.connect.symphony.SymphonyCall;
import io.github.datahose.connect.symphony.SymphonyException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import okhttp3.HttpUrl;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Choice of the agent that a reader uses, and the last response of each agent. Feeds belong to the
 * pod, so each of its agents can serve them (the vendor's SDK documents stickiness for the feeds of
 * version 1 only): a reader stays with one agent until a read fails there, and then fails over to
 * the next. So one faulty agent never stops a reader while another is healthy. Confined to the
 * reader's thread.
 */
final class AgentFailover {

  private static final Logger LOG = LoggerFactory.getLogger(AgentFailover.class);

  /** One agent and its state. */
  static final class Agent {

    private final HttpUrl url;

    /** When it may be read again, by its own {@code Retry-After}: monotonic, nanoseconds. */
    private long freeAt;

    /** Whether it failed since the last successful read, or since all agents were tried. */
    private boolean failed;

    /** Whether it was tried since the last successful read, and when: monotonic, nanoseconds. */
    private boolean tried;

    private long lastTryAt;
    private boolean answered;
    private boolean refused;
    private long refusedNanos;
    private int malformed;
    private int quickEmptyReads;

    private Agent(HttpUrl url, long now) {
      this.url = url;
      freeAt = now;
    }

    /** Returns whether it ever responded, with any status. */
    boolean hasAnswered() {
      return answered;
    }

    /** Returns whether its latest response is a rejection that might end the task. */
    boolean refuses() {
      return refused;
    }

    /** Returns the rejection time since the last successful read. */
    long refusedNanos() {
      return refusedNanos;
    }

    void addRefusedTime(long nanos) {
      refusedNanos += nanos;
    }

    /** Returns the number of consecutive malformed responses, up to the latest one. */
    int malformedInARow() {
      return malformed;
    }

    /** Records that a read from this agent did not succeed, at this time. */
    void tried(long now) {
      tried = true;
      lastTryAt = now;
    }

    /**
     * Returns the nanoseconds since that time; 0 without such a read since the last successful one.
     */
    long sinceLastTry(long now) {
      return tried ? now - lastTryAt : 0;
    }

    /**
     * Counts a response with status 200 or 204; returns the number of consecutive quick empty ones.
     */
    int read(boolean quickAndEmpty) {
      quickEmptyReads = quickAndEmpty ? quickEmptyReads + 1 : 0;
      return quickEmptyReads;
    }

    /** Records that the agent rejected a read. */
    void refusedRead() {
      answered(true, 0);
    }

    /** Records a malformed response. */
    void answeredMalformed() {
      answered(false, malformed + 1);
    }

    /** Records any other response: a successful one or a transient failure. */
    void answeredOtherwise() {
      answered(false, 0);
    }

    private void answered(boolean refusal, int malformedInARow) {
      answered = true;
      refused = refusal;
      malformed = malformedInARow;
    }
  }

  private final ReaderContext context;
  private final List<Agent> agents;
  private final LogThrottle warnings = new LogThrottle();
  private int current;

  /**
   * Starts with one of the agents.
   *
   * @param urls base URLs, at least one
   * @param first agent to start with, from 0 and modulo the number of agents, so that several
   *     readers use different agents
   */
  AgentFailover(ReaderContext context, List<HttpUrl> urls, int first) {
    this.context = context;
    long now = context.clock().nanoTime();
    agents = urls.stream().map(url -> new Agent(url, now)).toList();
    current = first % agents.size();
    context.metrics().agent(current().toString());
    warnings.begin(now, Duration.ZERO);
  }

  /** Returns the base URL of the agent in use. */
  HttpUrl current() {
    return inUse().url;
  }

  /** Returns the agent in use. */
  Agent inUse() {
    return agents.get(current);
  }

  /** Returns whether there is another agent. */
  boolean hasOthers() {
    return agents.size() > 1;
  }

  /** Returns whether all agents meet the condition. */
  boolean all(Predicate<Agent> condition) {
    return agents.stream().allMatch(condition);
  }

  /** Records a successful read. */
  void worked() {
    agents.forEach(
        agent -> {
          agent.failed = false;
          agent.tried = false;
          agent.refusedNanos = 0;
          agent.malformed = 0;
        });
  }

  /**
   * Records a failed read of the agent in use. Fails over to the next agent that has not failed and
   * does not ask for a delay; if all agents have failed, to the one that may be read first.
   *
   * @return the minimum delay before the retry; empty if another agent is read immediately
   */
  Optional<Duration> moveOnAfter(SymphonyException failure) {
    Duration wish = failure.retryAfter() == null ? Duration.ZERO : failure.retryAfter();
    if (!failure.isOfOneAgent()) {
      return Optional.of(wish);
    }
    long now = context.clock().nanoTime();
    inUse().freeAt = now + wish.toNanos();
    inUse().failed = true;
    int soonest = current;
    for (int i = 1; i <= agents.size(); i++) {
      int next = (current + i) % agents.size();
      if (!agents.get(next).failed && untilFree(next, now) == 0) {
        moveTo(next, failure);
        // The limit might be the account's or the pod's, so the next agent waits as well.
        return isThrottledByTheAgent(failure) ? Optional.of(wish) : Optional.empty();
      }
      soonest = i == 1 || untilFree(next, now) < untilFree(soonest, now) ? next : soonest;
    }
    agents.forEach(agent -> agent.failed = false);
    moveTo(soonest, failure);
    Duration least = Duration.ofNanos(untilFree(soonest, now));
    return Optional.of(isThrottledByTheAgent(failure) && wish.compareTo(least) > 0 ? wish : least);
  }

  private static boolean isThrottledByTheAgent(SymphonyException failure) {
    return failure.call() == SymphonyCall.READ && failure.kind() == FailureKind.THROTTLED;
  }

  private long untilFree(int agent, long now) {
    return Math.max(0, agents.get(agent).freeAt - now);
  }

  private void moveTo(int next, SymphonyException failure) {
    if (next == current) {
      return;
    }
    HttpUrl before = current();
    current = next;
    context.metrics().agent(current().toString());
    context.metrics().add(Counter.AGENT_CHANGES, 1);
    if (warnings.isDue(context.clock().nanoTime())) {
      LOG.warn(
          "{}: {}. Failing over from agent {}:{} to {}:{}. No events are lost.",
          context.name(),
          failure.getMessage(),
          before.host(),
          before.port(),
          current().host(),
          current().port());
    }
  }
}
