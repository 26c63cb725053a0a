// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.feed;

import io.github.datahose.connect.symphony.SymphonyCall;
import io.github.datahose.connect.symphony.SymphonyException;
import java.time.Duration;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import okhttp3.HttpUrl;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which of several agents a reader uses. Feeds live in the pod, so any agent of it will do (the
 * vendor's SDK documents stickiness for the feeds of version 1 only): a reader stays with one until
 * that fails it, and goes on to the next then. Confined to the reader's thread.
 */
final class AgentRotation {

  private static final Logger LOG = LoggerFactory.getLogger(AgentRotation.class);

  private final ReaderContext context;
  private final List<HttpUrl> agents;

  /** When each may be asked again, as it wished: monotonic, nanoseconds. */
  private final long[] freeAt;

  /** Those that failed since one worked, or since each had its turn. */
  private final BitSet failed = new BitSet();

  private final WarningPace warnings = new WarningPace(Duration.ofMinutes(1));
  private int current;

  /**
   * Begins with one of the agents.
   *
   * @param agents base URLs, at least one
   * @param first where to begin, counted from 0 and round about: so several readers spread over the
   *     agents
   */
  AgentRotation(ReaderContext context, List<HttpUrl> agents, int first) {
    this.context = context;
    this.agents = List.copyOf(agents);
    long now = context.clock().nanoTime();
    freeAt = new long[agents.size()];
    Arrays.fill(freeAt, now);
    current = first % agents.size();
    context.metrics().agent(current().toString());
    warnings.begin(now, Duration.ZERO);
  }

  /** Base URL of the agent in use. */
  HttpUrl current() {
    return agents.get(current);
  }

  /** Whether there is another one. */
  boolean hasOthers() {
    return agents.size() > 1;
  }

  /** The agent in use works. */
  void worked() {
    failed.clear();
  }

  /**
   * The read of the agent in use failed. Where another may do better, goes on to the next that has
   * not failed and does not wish to be left alone; or, when each had its turn, to the one that may
   * be asked first.
   *
   * @return the least time to wait before the next try; empty when another agent is to be asked at
   *     once
   */
  Optional<Duration> moveOnAfter(SymphonyException failure) {
    Duration wish = failure.retryAfter() == null ? Duration.ZERO : failure.retryAfter();
    if (!mayWorkElsewhere(failure)) {
      return Optional.of(wish);
    }
    long now = context.clock().nanoTime();
    freeAt[current] = now + wish.toNanos();
    failed.set(current);
    int soonest = current;
    for (int i = 1; i <= agents.size(); i++) {
      int next = (current + i) % agents.size();
      if (!failed.get(next) && untilFree(next, now) == 0) {
        use(next, failure);
        return Optional.empty();
      }
      soonest = i == 1 || untilFree(next, now) < untilFree(soonest, now) ? next : soonest;
    }
    failed.clear();
    use(soonest, failure);
    return Optional.of(Duration.ofNanos(untilFree(soonest, now)));
  }

  /**
   * Whether this agent was not reached, is not well, cannot be read without the key manager, or
   * something in front of it answered. What an agent itself refuses, each of them would; and a
   * proxy that wants a login wants it for each.
   */
  private static boolean mayWorkElsewhere(SymphonyException failure) {
    if (failure.otherAgentMayDo()) {
      return true;
    }
    return failure.call() == SymphonyCall.READ
        && !failure.isProxyLogin()
        && switch (failure.kind()) {
          case NETWORK, SERVER -> true;
          case FORBIDDEN, REFUSED, MALFORMED -> failure.isPage();
          case UNAUTHORIZED, THROTTLED -> false;
        };
  }

  private long untilFree(int agent, long now) {
    return Math.max(0, freeAt[agent] - now);
  }

  private void use(int next, SymphonyException failure) {
    if (next == current) {
      return;
    }
    HttpUrl before = current();
    current = next;
    context.metrics().agent(current().toString());
    context.metrics().add(Counter.AGENT_CHANGES, 1);
    if (warnings.isDue(context.clock().nanoTime())) {
      LOG.warn(
          "{}: {}. It goes on from the agent at {}:{} to the one at {}:{}; nothing is lost by that.",
          context.name(),
          failure.getMessage(),
          before.host(),
          before.port(),
          current().host(),
          current().port());
    }
  }
}
