// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.reader;

import io.github.datahose.connect.config.DatahoseConfig;
import io.github.datahose.connect.config.FeedConfig;
import io.github.datahose.connect.delivery.Acknowledgements;
import io.github.datahose.connect.delivery.BatchAssembly;
import io.github.datahose.connect.delivery.EventRecords;
import io.github.datahose.connect.delivery.HandOver;
import io.github.datahose.connect.delivery.LateIdentities;
import io.github.datahose.connect.delivery.ReaderContext;
import io.github.datahose.connect.delivery.SourcePartition;
import io.github.datahose.connect.delivery.StoredOffsets;
import io.github.datahose.connect.monitor.FeedClock;
import io.github.datahose.connect.symphony.DatahoseFeed;
import io.github.datahose.connect.symphony.agent.SymphonyClient;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How the parts of a reader are put together, and what the readers of a task share. Makes readers
 * that have not begun; reads and starts nothing.
 */
final class ReaderAssembly {

  private final DatahoseConfig config;
  private final SymphonyClient client;
  private final HandOver handOver;
  private final RetryPolicy.ReadHistory history;
  private final Set<String> warnedPaths = ConcurrentHashMap.newKeySet();

  /**
   * Makes the assembly of a task.
   *
   * @param client not closed here
   * @param history the successful reads of the task
   */
  ReaderAssembly(
      DatahoseConfig config,
      SymphonyClient client,
      HandOver handOver,
      RetryPolicy.ReadHistory history) {
    this.config = config;
    this.client = client;
    this.handOver = handOver;
    this.history = history;
  }

  /**
   * Makes a reader that goes on where Connect's offset for it is.
   *
   * @param number of the reader within its feed, from 0
   */
  FeedReader reader(ReaderContext context, FeedContext shared, int number) {
    FeedConfig feed = shared.feed();
    StoredOffsets stored = shared.stored();
    Map<String, String> partition =
        SourcePartition.of(
            config.symphony().podHost(), config.symphony().username(), feed.tag(), number);
    AgentFailover agents =
        new AgentFailover(context, config.symphony().agentUrls(), placeOf(feed) + number);
    DatahoseFeed agentFeed =
        client.feed(
            feed.tag(),
            feed.eventTypes(),
            feed.scopes(),
            agents::current,
            context.metrics()::loggedIn);
    EventRecords records = new EventRecords(context, config, feed, partition, warnedPaths);
    RetryPolicy policy = policy(context.clock(), agents);
    RetryingFeed retrying =
        new RetryingFeed(
            context,
            agentFeed,
            records.needIdentifiersOnly(),
            policy,
            agents,
            shared.activity(),
            client::checkAgentOnce);
    LateIdentities late = new LateIdentities(shared.window());
    late.add(stored.identities(number));
    Heartbeats heartbeats = new Heartbeats(context, config, partition, shared.activity(), handOver);
    return new FeedReader(
        context,
        stored.ackId(number),
        stored.asOffsets(number),
        retrying,
        new BatchAssembly(context, stored.filter(), records, shared.window(), late),
        shared.window(),
        new Acknowledgements(context, late),
        handOver,
        new ConfirmationWait(
            context,
            new KeepAlive(context, retrying, policy, shared.activity(), config.keepAlive()),
            heartbeats.topic()),
        heartbeats);
  }

  /** How many readers of the connector come before the feed's, in this task or in others. */
  private int placeOf(FeedConfig feed) {
    return config.feeds().stream()
        .takeWhile(before -> !before.name().equals(feed.name()))
        .mapToInt(FeedConfig::readers)
        .sum();
  }

  private RetryPolicy policy(FeedClock clock, AgentFailover agents) {
    RetryPolicy.Backoff backoff =
        new RetryPolicy.Backoff(
            config.symphony().retryBackoff(), config.symphony().retryBackoffMax());
    return new RetryPolicy(
        clock, backoff, agents, history, config.symphony().credentials().advice());
  }
}
