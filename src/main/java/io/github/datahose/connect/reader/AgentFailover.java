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
 * Which of several agents a reader uses, and what each of them answered last. Feeds live in the
 * pod, so any agent of it will do (the vendor's SDK documents stickiness for the feeds of version 1
 * only): a reader stays with one agent until a read fails there, and then moves to the next. One
 * bad agent so never stops a reader while another is healthy. Confined to the reader's thread.
 */
final class AgentFailover {

  private static final Logger LOG = LoggerFactory.getLogger(AgentFailover.class);

  /** One agent, and what is known of it. */
  static final class Agent {

    private final HttpUrl url;

    /** When it may be asked again, as it wished: monotonic, nanoseconds. */
    private long freeAt;

    /** Whether it failed since the last successful read, or since each agent had its turn. */
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

    /** Whether it ever answered, with any status. */
    boolean hasAnswered() {
      return answered;
    }

    /** Whether its latest answer is a refusal that might end the task. */
    boolean refuses() {
      return refused;
    }

    /** Refused time since the last successful read. */
    long refusedNanos() {
      return refusedNanos;
    }

    void addRefusedTime(long nanos) {
      refusedNanos += nanos;
    }

    /** Number of malformed answers in a row, up to its latest answer. */
    int malformedInARow() {
      return malformed;
    }

    /** A read by way of this agent did not succeed, at this time. */
    void tried(long now) {
      tried = true;
      lastTryAt = now;
    }

    /** Nanoseconds since then; 0 when there is no such read since the last successful one. */
    long sinceLastTry(long now) {
      return tried ? now - lastTryAt : 0;
    }

    /** Counts an answer with status 200 or 204; returns the number of quick empty ones in a row. */
    int read(boolean quickAndEmpty) {
      quickEmptyReads = quickAndEmpty ? quickEmptyReads + 1 : 0;
      return quickEmptyReads;
    }

    /** The agent refused a read. */
    void refusedRead() {
      answered(true, 0);
    }

    /** The agent's answer is malformed. */
    void answeredMalformed() {
      answered(false, malformed + 1);
    }

    /** The agent gave any other answer, a successful one or one that is transient. */
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
   * Begins with one of the agents.
   *
   * @param urls base URLs, at least one
   * @param first where to begin, counted from 0 and modulo the number of agents: so several readers
   *     spread over the agents
   */
  AgentFailover(ReaderContext context, List<HttpUrl> urls, int first) {
    this.context = context;
    long now = context.clock().nanoTime();
    agents = urls.stream().map(url -> new Agent(url, now)).toList();
    current = first % agents.size();
    context.metrics().agent(current().toString());
    warnings.begin(now, Duration.ZERO);
  }

  /** Base URL of the agent in use. */
  HttpUrl current() {
    return inUse().url;
  }

  /** The agent in use. */
  Agent inUse() {
    return agents.get(current);
  }

  /** Whether there is another one. */
  boolean hasOthers() {
    return agents.size() > 1;
  }

  /** Whether each agent is so. */
  boolean all(Predicate<Agent> condition) {
    return agents.stream().allMatch(condition);
  }

  /** A read succeeded. */
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
   * The read of the agent in use failed. Moves to the next agent that has not failed and does not
   * ask for time; or, when each had its turn, to the one that may be asked first.
   *
   * @return the least time to wait before the next try; empty when another agent is to be asked at
   *     once
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
