// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.reader;

import io.github.datahose.connect.config.DatahoseConfig;
import io.github.datahose.connect.config.FeedConfig;
import io.github.datahose.connect.delivery.BatchAssembly;
import io.github.datahose.connect.delivery.DedupWindow;
import io.github.datahose.connect.delivery.FeedOffset;
import io.github.datahose.connect.delivery.ReaderContext;
import io.github.datahose.connect.delivery.RecordFactory;
import io.github.datahose.connect.delivery.RecordQueue;
import io.github.datahose.connect.delivery.RedeliveryCandidates;
import io.github.datahose.connect.delivery.StoredOffsets;
import io.github.datahose.connect.monitor.FeedClock;
import io.github.datahose.connect.symphony.DatahoseFeed;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import okhttp3.HttpUrl;

/**
 * Factory of a task's readers, with the state that they share. It creates readers that have not
 * started; it reads and starts nothing.
 */
final class ReaderFactory {

  /** Access to Symphony's feeds, by the task's client. */
  interface FeedSource {

    /**
     * Returns a reader's access to a feed.
     *
     * @param agent supplies, before each read, the base URL of the agent to read from
     * @param onLogin run by the reading thread after each login that one of its reads required
     */
    DatahoseFeed feed(FeedConfig feed, Supplier<HttpUrl> agent, Runnable onLogin);
  }

  /**
   * State that all readers of one feed share.
   *
   * @param feed its options
   * @param stored offsets that Connect has stored for its readers
   * @param window events that are confirmed or in flight
   * @param activity time of the last read by any of its readers
   */
  record SharedFeed(
      FeedConfig feed, StoredOffsets stored, DedupWindow window, FeedActivity activity) {

    /** Returns the state of a feed that no reader reads yet. */
    static SharedFeed of(
        DatahoseConfig config, FeedConfig feed, StoredOffsets stored, FeedClock clock) {
      return new SharedFeed(
          feed,
          stored,
          stored.window(config.dedupWindow(), feed.readers()),
          new FeedActivity(clock));
    }
  }

  private final DatahoseConfig config;
  private final FeedSource feeds;
  private final Consumer<HttpUrl> agentCheck;
  private final RecordQueue queue;
  private final RetryPolicy.ReadHistory history;
  private final String version;
  private final Set<String> warnedPaths = ConcurrentHashMap.newKeySet();

  /**
   * Creates the factory of a task.
   *
   * @param agentCheck run by a reader after each response of an agent, successful or a rejection
   * @param readEarlier whether a task before this one read successfully not long ago
   * @param version version of the connector
   */
  ReaderFactory(
      DatahoseConfig config,
      FeedSource feeds,
      Consumer<HttpUrl> agentCheck,
      RecordQueue queue,
      boolean readEarlier,
      String version) {
    this.config = config;
    this.feeds = feeds;
    this.agentCheck = agentCheck;
    this.queue = queue;
    history = new RetryPolicy.ReadHistory(readEarlier);
    this.version = version;
  }

  /**
   * Creates a reader that continues from its stored offset.
   *
   * @param number of the reader within its feed, from 0
   */
  FeedReader reader(ReaderContext context, SharedFeed shared, int number) {
    FeedConfig feed = shared.feed();
    StoredOffsets stored = shared.stored();
    DedupWindow window = shared.window();
    window.wakes(context.signal());
    Map<String, String> partition =
        FeedOffset.partition(
            config.symphony().podHost(), config.symphony().username(), feed.tag(), number);
    RecordFactory records = new RecordFactory(context, config, feed, partition, warnedPaths);
    RedeliveryCandidates candidates =
        new RedeliveryCandidates(context, window, stored.identities(number));
    AgentFailover agents =
        new AgentFailover(context, config.symphony().agentUrls(), placeOf(feed) + number);
    RetryPolicy policy = policy(context, agents);
    RetryingFeed retrying =
        new RetryingFeed(
            context,
            feeds.feed(feed, agents::current, context.metrics()::loggedIn),
            records.newMapper(),
            policy,
            agents,
            shared.activity(),
            agentCheck);
    KeepAlive keepAlive =
        new KeepAlive(context, retrying, policy, shared.activity(), config.keepAlive());
    Heartbeats heartbeats = new Heartbeats(context, config, partition, queue);
    Ledger ledger =
        new Ledger(
            context,
            config,
            partition,
            shared.activity(),
            queue,
            stored.ledgerWindow(number, context.clock().epochMillis()),
            version);
    return new FeedReader(
        context,
        shared,
        number,
        queue,
        new FeedReader.Parts(
            retrying,
            new BatchAssembly(context, stored.filter(), records, window, candidates),
            new ConfirmationWait(
                context,
                keepAlive,
                Stream.of(heartbeats.topic(), ledger.topic()).flatMap(Optional::stream).toList()),
            candidates,
            ledger,
            heartbeats));
  }

  /**
   * Returns the number of the connector's readers before those of the feed, in this task or others.
   */
  private int placeOf(FeedConfig feed) {
    return config.feeds().stream()
        .takeWhile(before -> !before.name().equals(feed.name()))
        .mapToInt(FeedConfig::readers)
        .sum();
  }

  private RetryPolicy policy(ReaderContext context, AgentFailover agents) {
    RetryPolicy.Backoff backoff =
        new RetryPolicy.Backoff(
            config.symphony().retryBackoff(), config.symphony().retryBackoffMax());
    return new RetryPolicy(
        context.clock(), backoff, agents, history, config.symphony().credentials().advice());
  }
}
