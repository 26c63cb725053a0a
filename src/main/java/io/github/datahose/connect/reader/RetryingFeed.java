// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.reader;

import io.github.datahose.connect.delivery.FeedRead;
import io.github.datahose.connect.delivery.ReaderContext;
import io.github.datahose.connect.delivery.ReaderSignal;
import io.github.datahose.connect.monitor.Counter;
import io.github.datahose.connect.monitor.FeedMetrics;
import io.github.datahose.connect.monitor.HealthLog;
import io.github.datahose.connect.monitor.WarningPace;
import io.github.datahose.connect.symphony.SymphonyCall;
import io.github.datahose.connect.symphony.SymphonyException;
import java.time.Duration;
import java.util.function.Consumer;
import okhttp3.HttpUrl;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A feed that is read until it works, with the same ackId each time, or until {@link RetryPolicy}
 * gives up. Confined to the reader's thread.
 */
final class RetryingFeed {

  private static final Logger LOG = LoggerFactory.getLogger(RetryingFeed.class);

  private final ReaderContext context;
  private final String name;
  private final CheckedFeed feed;
  private final RetryPolicy policy;
  private final AgentFailover agents;
  private final ReaderSignal signal;
  private final FeedActivity activity;
  private final Consumer<HttpUrl> agentCheck;
  private final FeedMetrics metrics;
  private final HealthLog health;
  private final WarningPace ackRefusals = new WarningPace(Duration.ofMinutes(1));

  /**
   * Makes one that has read nothing.
   *
   * @param agentCheck run by the reader whenever the agent itself answered, well or with a refusal
   */
  RetryingFeed(
      ReaderContext context,
      CheckedFeed feed,
      RetryPolicy policy,
      AgentFailover agents,
      FeedActivity activity,
      Consumer<HttpUrl> agentCheck) {
    this.context = context;
    name = context.name();
    this.feed = feed;
    this.policy = policy;
    this.agents = agents;
    signal = context.signal();
    this.activity = activity;
    this.agentCheck = agentCheck;
    metrics = context.metrics();
    health = context.health();
    ackRefusals.begin(context.clock().nanoTime(), Duration.ZERO);
  }

  /**
   * Reads the feed.
   *
   * @throws InterruptedException if the reader is stopped
   * @throws ConnectException if it cannot heal; the message says what to do
   */
  FeedRead read(String ackId) throws InterruptedException {
    String toSend = ackId;
    HttpUrl agent = agents.current();
    while (true) {
      try {
        metrics.state(FeedMetrics.State.READING);
        FeedRead read = feed.read(toSend);
        goodRead(read);
        agentCheck.accept(agent);
        return read;
      } catch (SymphonyException failure) {
        toSend = afterFailure(failure, agent, toSend);
        if (!agents.current().equals(agent)) {
          // Only the agent that refused it is asked without.
          agent = agents.current();
          toSend = ackId;
        }
      }
    }
  }

  private void goodRead(FeedRead read) {
    policy.goodRead(read.proven());
    if (LOG.isDebugEnabled()) {
      debug(read);
    }
    metrics.goodRead(read.answer().body().length);
    if (read.events().events().isEmpty()) {
      metrics.add(Counter.EMPTY_READS, 1);
    }
    if (read.proven()) {
      PossibleGap.tellUnread(context, activity, read.answer().sentAt(), read.answer().headersAt());
      activity.read();
      health.goodRead(!read.ackIdSent().isEmpty(), !read.events().events().isEmpty());
    }
  }

  private void debug(FeedRead read) {
    LOG.debug(
        "{}: {} was answered with {} after {} ms: {} events, {} bytes; ackId sent {}, got {}; agent {}",
        name,
        read.answer().where(),
        read.answer().status(),
        read.answer().tookMillis(),
        read.events().events().size(),
        read.answer().body().length,
        AckIdMark.of(read.ackIdSent()),
        AckIdMark.of(read.events().ackId()),
        metrics.agent());
  }

  /** Waits as long as it takes and gives the ackId for the next try. */
  private String afterFailure(SymphonyException failure, HttpUrl agent, String ackId)
      throws InterruptedException {
    if (signal.isStopped()) {
      throw new InterruptedException("the reader is stopped");
    }
    RetryPolicy.NextStep step = policy.after(failure, ackId.isEmpty());
    metrics.failed(Counter.of(failure), policy.failures());
    LOG.debug(
        "{}: {}. Failure {} in a row; ackId sent {}; next try in {} ms, at agent {}",
        name,
        failure.getMessage(),
        policy.failures(),
        AckIdMark.of(ackId),
        step.delay().toMillis(),
        metrics.agent());
    if (step.fatal() != null) {
      throw new ConnectException(name + " cannot be read. " + step.fatal(), failure);
    }
    if (step.withoutAckId()) {
      metrics.add(Counter.ACK_REFUSALS, 1);
      if (ackRefusals.isDue(context.clock().nanoTime())) {
        LOG.warn(
            "{}: {}. The ackId might be stale (the agent recreated the feed, or a restart was late). Continuing without"
                + " it. Unacknowledged events are redelivered unless the agent deleted the feed.",
            name,
            failure.getMessage());
      }
      return "";
    }
    health.failed(failure.getMessage(), step.delay());
    if (isRefusedByTheAgent(failure)) {
      agentCheck.accept(agent);
    }
    pause(step.delay());
    return ackId;
  }

  /** An agent that is too old refuses each read, so a good one cannot be waited for. */
  private static boolean isRefusedByTheAgent(SymphonyException failure) {
    return failure.call() == SymphonyCall.READ && failure.kind().isRefusalBySymphony();
  }

  private void pause(Duration delay) throws InterruptedException {
    metrics.backingOff(delay.toNanos() / 1e9);
    signal.pause(delay);
    metrics.backingOff(0);
  }
}
