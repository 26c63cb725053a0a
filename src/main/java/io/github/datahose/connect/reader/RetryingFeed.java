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
 * A feed that is read until it works, with the same ackId each time, or until {@link RetryPolicy}
 * gives up. What no agent may answer is a failed read, whatever its status. Confined to the
 * reader's thread.
 */
final class RetryingFeed {

  private static final Logger LOG = LoggerFactory.getLogger(RetryingFeed.class);

  /**
   * An empty answer is the end of a long poll, which takes 20 to 30 s; a broken proxy gives them by
   * the thousand.
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
   * Makes one that has read nothing.
   *
   * @param mapper maps the events that are read
   * @param agents the quick empty answers are counted for each of them by itself
   * @param activity of all readers of the feed
   * @param agentCheck run by the reader whenever the agent itself answered, well or with a refusal
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
   * Reads the feed until it works.
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

  /**
   * Reads to keep the feed alive: without an ackId that the agent knows no more, since it would
   * refuse it forever, and not make the feed anew. Tries nothing else again, and counts for nothing
   * else, so the first quick empty answer is a failure.
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

  /** The events of an answer, if it is a list of events that can be acknowledged. */
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
          : answer.malformed("is no list of events: " + e.getMessage());
    }
    if (!events.events().isEmpty() && events.ackId() == null) {
      throw answer.malformed("has events, but no ackId to acknowledge them with");
    }
    return events;
  }

  private static boolean isQuickAndEmpty(ReadAnswer answer, EventList events) {
    return events.events().isEmpty() && answer.tookMillis() < TOO_QUICK.toMillis();
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
      activity.read(context, read.answer().sentAt(), read.answer().headersAt());
      health.goodRead(!read.ackIdSent().isEmpty());
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
        mark(read.ackIdSent()),
        mark(read.events().ackId()),
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
        mark(ackId),
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

  /**
   * An ackId in the log at DEBUG: a short mark, the same for the same ackId, so that one sees which
   * read acknowledged which batch. What an ackId is made of is Symphony's.
   *
   * @param ackId may be null or empty
   */
  static String mark(String ackId) {
    return ackId == null || ackId.isEmpty() ? "none" : "#%08x".formatted(ackId.hashCode());
  }
}
