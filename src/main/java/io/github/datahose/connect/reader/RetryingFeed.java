// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.reader;

import io.github.datahose.connect.delivery.BatchAssembly.FeedRead;
import io.github.datahose.connect.delivery.ReaderContext;
import io.github.datahose.connect.delivery.ReaderContext.Signal;
import io.github.datahose.connect.event.EventList;
import io.github.datahose.connect.event.EventList.MalformedEventListException;
import io.github.datahose.connect.event.EventMapper;
import io.github.datahose.connect.monitor.Counter;
import io.github.datahose.connect.monitor.FeedMetrics;
import io.github.datahose.connect.monitor.HealthLog;
import io.github.datahose.connect.monitor.LogThrottle;
import io.github.datahose.connect.symphony.Cancellation;
import io.github.datahose.connect.symphony.DatahoseFeed;
import io.github.datahose.connect.symphony.ReadAnswer;
import io.github.datahose.connect.symphony.SymphonyCall;
import io.github.datahose.connect.symphony.SymphonyException;
import java.time.Duration;
import java.util.function.Consumer;
import okhttp3.HttpUrl;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Feed that retries each read with the same ackId until it succeeds, or {@link RetryPolicy} ends
 * the task. A response that violates the API is a failed read, whatever its status. Confined to the
 * reader's thread.
 */
final class RetryingFeed {

  private static final Logger LOG = LoggerFactory.getLogger(RetryingFeed.class);

  /**
   * An empty response ends a long poll, which takes 20 to 30 s; a faulty proxy returns thousands of
   * them.
   */
  private static final Duration TOO_QUICK = Duration.ofSeconds(1);

  private static final int TOO_QUICK_IN_A_ROW = 3;

  private final ReaderContext context;
  private final String name;
  private final DatahoseFeed feed;
  private final EventMapper mapper;
  private final RetryPolicy policy;
  private final AgentFailover agents;
  private final FeedActivity activity;
  private final Consumer<HttpUrl> agentCheck;
  private final Signal signal;
  private final FeedMetrics metrics;
  private final HealthLog health;
  private final LogThrottle ackRefusals = new LogThrottle();

  /**
   * Creates a feed that has read nothing.
   *
   * @param mapper maps the events of each read
   * @param agents counts the quick empty responses of each agent
   * @param activity time of the last read by any reader of the feed
   * @param agentCheck run by the reader after each response of the agent itself, successful or a
   *     rejection
   */
  RetryingFeed(
      ReaderContext context,
      DatahoseFeed feed,
      EventMapper mapper,
      RetryPolicy policy,
      AgentFailover agents,
      FeedActivity activity,
      Consumer<HttpUrl> agentCheck) {
    this.context = context;
    name = context.name();
    this.feed = feed;
    this.mapper = mapper;
    this.policy = policy;
    this.agents = agents;
    this.activity = activity;
    this.agentCheck = agentCheck;
    signal = context.signal();
    metrics = context.metrics();
    health = context.health();
    ackRefusals.begin(context.clock().nanoTime(), Duration.ZERO);
  }

  /**
   * Reads the feed, with retries, until a read succeeds.
   *
   * @throws InterruptedException if the reader is stopped
   * @throws ConnectException if the failure is permanent; the message says what to do
   */
  FeedRead read(String ackId) throws InterruptedException {
    String toSend = ackId;
    HttpUrl agent = agents.current();
    while (true) {
      try {
        metrics.state(FeedMetrics.State.READING);
        FeedRead read = readOnce(toSend);
        succeeded(read);
        agentCheck.accept(agent);
        return read;
      } catch (SymphonyException failure) {
        toSend = afterFailure(failure, agent, toSend);
        if (!agents.current().equals(agent)) {
          // Only the agent that rejected the ackId is read without it.
          agent = agents.current();
          toSend = ackId;
        }
      }
    }
  }

  /**
   * Reads to keep the feed alive. Retries without the ackId if the agent does not know it, because
   * the agent would always reject it, and not create the feed again. Retries nothing else, and does
   * not count, so the first quick empty response is a failure.
   */
  void readToKeepAlive(String ackId, Cancellation cancellation) throws SymphonyException {
    try {
      readToKeepAliveOnce(ackId, cancellation);
    } catch (SymphonyException failure) {
      if (policy.meaningOf(failure, ackId.isEmpty()) != RetryPolicy.Meaning.ACK_ID_REFUSED) {
        throw failure;
      }
      metrics.add(Counter.ACK_REFUSALS, 1);
      readToKeepAliveOnce("", cancellation);
    }
  }

  private FeedRead readOnce(String ackId) throws SymphonyException {
    ReadAnswer answer = feed.read(ackId);
    EventList events = events(answer, true);
    boolean proven = !isQuickAndEmpty(answer, events);
    if (agents.inUse().read(!proven) >= TOO_QUICK_IN_A_ROW) {
      throw answer.tooQuick();
    }
    return new FeedRead(answer, events, ackId, proven);
  }

  private void readToKeepAliveOnce(String ackId, Cancellation cancellation)
      throws SymphonyException {
    ReadAnswer answer = feed.read(ackId, cancellation);
    if (isQuickAndEmpty(answer, events(answer, false))) {
      throw answer.tooQuick();
    }
  }

  /** Returns the events of a response, if it is an event list that can be acknowledged. */
  private EventList events(ReadAnswer answer, boolean mapped) throws SymphonyException {
    EventList events;
    try {
      events =
          mapped
              ? EventList.read(answer.body(), answer.maxBytes(), mapper)
              : EventList.read(answer.body(), answer.maxBytes());
    } catch (MalformedEventListException e) {
      throw e.isTooLarge()
          ? answer.tooLarge(e.getMessage())
          : answer.malformed("is not an event list: " + e.getMessage());
    }
    if (!events.events().isEmpty() && events.ackId() == null) {
      throw answer.malformed("has events, but no ackId to acknowledge them with");
    }
    return events;
  }

  private static boolean isQuickAndEmpty(ReadAnswer answer, EventList events) {
    return events.events().isEmpty() && answer.tookMillis() < TOO_QUICK.toMillis();
  }

  private void succeeded(FeedRead read) {
    policy.readSucceeded(read.proven());
    if (LOG.isDebugEnabled()) {
      debug(read);
    }
    metrics.goodRead(read.answer().body().length);
    if (read.events().events().isEmpty()) {
      metrics.add(Counter.EMPTY_READS, 1);
    }
    if (read.proven()) {
      activity.read(context, read.answer().sentAt(), read.answer().headersAt());
      health.readSucceeded(!read.ackIdSent().isEmpty());
    }
  }

  private void debug(FeedRead read) {
    LOG.debug(
        "{}: {} returned HTTP {} after {} ms: {} events, {} bytes; ackId sent {}, received {}; agent {}",
        name,
        read.answer().where(),
        read.answer().status(),
        read.answer().tookMillis(),
        read.events().events().size(),
        read.answer().body().length,
        mark(read.ackIdSent()),
        mark(read.events().ackId()),
        metrics.agent());
  }

  /** Waits before the retry, and returns its ackId. */
  private String afterFailure(SymphonyException failure, HttpUrl agent, String ackId)
      throws InterruptedException {
    if (signal.isStopped()) {
      throw new InterruptedException("the reader is stopped");
    }
    RetryPolicy.NextStep step = policy.after(failure, ackId.isEmpty());
    metrics.failed(Counter.of(failure), policy.failures());
    LOG.debug(
        "{}: {}. Consecutive failure {}; ackId sent {}; retrying in {} ms with agent {}",
        name,
        failure.getMessage(),
        policy.failures(),
        mark(ackId),
        step.delay().toMillis(),
        metrics.agent());
    if (step.fatal() != null) {
      throw new ConnectException(name + " cannot read the feed: " + step.fatal(), failure);
    }
    if (step.withoutAckId()) {
      metrics.add(Counter.ACK_REFUSALS, 1);
      if (ackRefusals.isDue(context.clock().nanoTime())) {
        LOG.warn(
            "{}: {}. The ackId might be stale (the agent recreated the feed, or a restart was late). Continuing"
                + " without"
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

  /**
   * Returns whether the agent rejected the read. An outdated agent rejects every read, so its check
   * cannot wait for a successful one.
   */
  private static boolean isRefusedByTheAgent(SymphonyException failure) {
    return failure.call() == SymphonyCall.READ && failure.kind().isRefusalBySymphony();
  }

  private void pause(Duration delay) throws InterruptedException {
    metrics.backingOff(delay.toNanos() / 1e9);
    signal.pause(delay);
    metrics.backingOff(0);
  }

  /**
   * Returns a short mark for an ackId in the log at DEBUG, the same for the same ackId, so that the
   * log shows which read acknowledged which batch. Only Symphony knows the content of an ackId.
   *
   * @param ackId can be null or empty
   */
  static String mark(String ackId) {
    return ackId == null || ackId.isEmpty() ? "none" : "#%08x".formatted(ackId.hashCode());
  }
}
