// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.feed;

import io.github.datahose.connect.config.DatahoseConfig;
import io.github.datahose.connect.config.FeedConfig;
import io.github.datahose.connect.symphony.ClientSettings;
import io.github.datahose.connect.symphony.DatahoseFeed;
import io.github.datahose.connect.symphony.SymphonyClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.connect.storage.OffsetStorageReader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * All readers of a task: set up from the config and the stored offsets, started, and stopped
 * together. The readers of a feed share its window, those of a task the client and so the login.
 */
public final class FeedReaders implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(FeedReaders.class);

  private static final Duration STOP_AT_MOST = Duration.ofMillis(900);

  private final DatahoseConfig config;
  private final HandOver handOver;
  private final SymphonyClient client;
  private final AtomicBoolean taskReadWell = new AtomicBoolean();
  private final FeedClock clock;
  private final Set<String> warnedPaths = ConcurrentHashMap.newKeySet();
  private final List<ReaderSignal> signals = new ArrayList<>();
  private final List<FeedMBean> beans = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();

  private FeedReaders(
      DatahoseConfig config, HandOver handOver, ClientSettings settings, FeedClock clock) {
    this.config = config;
    this.handOver = handOver;
    this.clock = clock;
    client = new SymphonyClient(settings);
  }

  /**
   * Starts a thread for each reader of the task's feeds.
   *
   * @param offsets read here, on the caller's thread, and not kept
   */
  public static FeedReaders start(
      DatahoseConfig config, String userAgent, OffsetStorageReader offsets, HandOver handOver) {
    return start(config, offsets, handOver, config.clientSettings(userAgent), FeedClock.SYSTEM);
  }

  /** The same with what else a client may be told, and with another time. */
  static FeedReaders start(
      DatahoseConfig config,
      OffsetStorageReader offsets,
      HandOver handOver,
      ClientSettings settings,
      FeedClock clock) {
    FeedReaders readers = new FeedReaders(config, handOver, settings, clock);
    try {
      for (FeedConfig feed : config.taskFeeds()) {
        readers.add(
            feed,
            StoredOffsets.read(
                offsets, config.symphony().podHost(), config.symphony().username(), feed));
      }
      readers.threads.forEach(Thread::start);
      return readers;
    } catch (Throwable e) {
      // Also when the machine has no more threads: those that run would go on reading otherwise.
      readers.close();
      throw e;
    }
  }

  private void add(FeedConfig feed, StoredOffsets stored) {
    DedupWindow window = stored.window(config.dedupWindow(), feed.readers());
    FeedActivity activity = new FeedActivity(clock);
    for (int reader = 0; reader < feed.readers(); reader++) {
      add(feed, reader, stored, window, activity);
    }
  }

  private void add(
      FeedConfig feed,
      int number,
      StoredOffsets stored,
      DedupWindow window,
      FeedActivity activity) {
    ReaderContext context =
        new ReaderContext(
            "Reader " + number + " of feed " + feed.name() + " (tag " + feed.tag() + ")",
            clock,
            new ReaderSignal(clock),
            new FeedMetrics(clock));
    signals.add(context.signal());
    AgentRotation agents =
        new AgentRotation(context, config.symphony().agentUrls(), placeOf(feed) + number);
    beans.add(
        new FeedMBean(
            context.metrics(),
            config.connectorName(),
            Integer.toString(config.taskId()),
            feed.name(),
            number));
    window.wakes(context.signal());
    threads.add(
        thread(reader(context, agents, feed, number, stored, window, activity), feed, number));
    tellStart(context, feed, number, stored);
  }

  /** How many readers of the connector come before the feed's, in this task or in others. */
  private int placeOf(FeedConfig feed) {
    return config.feeds().stream()
        .takeWhile(before -> !before.name().equals(feed.name()))
        .mapToInt(FeedConfig::readers)
        .sum();
  }

  private FeedReader reader(
      ReaderContext context,
      AgentRotation agents,
      FeedConfig feed,
      int number,
      StoredOffsets stored,
      DedupWindow window,
      FeedActivity activity) {
    Map<String, String> partition =
        SourcePartition.of(
            config.symphony().podHost(), config.symphony().username(), feed.tag(), number);
    DatahoseFeed agentFeed =
        client.feed(
            feed.tag(),
            feed.eventTypes(),
            feed.scopes(),
            agents::current,
            context.metrics()::loggedIn);
    Backoff backoff =
        new Backoff(config.symphony().retryBackoff(), config.symphony().retryBackoffMax());
    LateIdentities late = new LateIdentities(window);
    late.add(stored.identities(number));
    return new FeedReader(
        context,
        stored.ackId(number),
        stored.asOffsets(number),
        new RetryingFeed(
            context,
            agentFeed,
            new Recovery(
                clock, backoff, taskReadWell, agents, config.symphony().credentials().advice()),
            activity,
            () -> client.checkAgentOnce(agents.current())),
        new BatchAssembly(
            context,
            stored.filter(),
            new EventRecords(context, config, feed, partition, warnedPaths),
            window,
            late),
        window,
        new Acknowledgements(context, late),
        handOver,
        new KeepAlive(context, agentFeed, agents, activity, config.keepAlive()),
        new Heartbeats(context, config, partition, activity, handOver));
  }

  private void tellStart(ReaderContext context, FeedConfig feed, int number, StoredOffsets stored) {
    context
        .health()
        .started(feed.eventTypes(), config.symphony().username(), stored.of(number) != null);
    LOG.debug(
        "{}: stored offset with ackId {} and {} identities; feed last noted at {}",
        context.name(),
        AckIdMark.of(stored.ackId(number)),
        stored.identities(number).size(),
        stored.notedAt());
    if (number == 0) {
      PossibleGap.tell(context, stored, config.records().heartbeatTopic().isPresent());
    }
  }

  private Thread thread(FeedReader reader, FeedConfig feed, int number) {
    Map<String, String> logContext = MDC.getCopyOfContextMap();
    Runnable withLogContext =
        () -> {
          if (logContext != null) {
            MDC.setContextMap(logContext);
          }
          reader.run();
        };
    Thread thread =
        new Thread(
            withLogContext,
            "datahose-" + config.connectorName() + "-" + feed.name() + "-" + number);
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Stops the readers, in the middle of a read too, and waits for their threads, a second at most.
   */
  @Override
  public void close() {
    signals.forEach(ReaderSignal::stop);
    client.close();
    // For a wait that is neither a call nor the signal's: for a file that hangs.
    threads.forEach(Thread::interrupt);
    long deadline = System.nanoTime() + STOP_AT_MOST.toNanos();
    try {
      for (Thread thread : threads) {
        TimeUnit.NANOSECONDS.timedJoin(thread, Math.max(1, deadline - System.nanoTime()));
        if (thread.isAlive()) {
          LOG.warn(
              "The thread {} did not end in time; it hands nothing over any more.",
              thread.getName());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    beans.forEach(FeedMBean::close);
  }
}
