// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.reader;

import io.github.datahose.connect.config.DatahoseConfig;
import io.github.datahose.connect.config.FeedConfig;
import io.github.datahose.connect.delivery.ReaderContext;
import io.github.datahose.connect.delivery.ReaderContext.Signal;
import io.github.datahose.connect.delivery.RecordQueue;
import io.github.datahose.connect.delivery.StoredOffsets;
import io.github.datahose.connect.monitor.FeedClock;
import io.github.datahose.connect.monitor.FeedMBean;
import io.github.datahose.connect.reader.ReaderFactory.SharedFeed;
import io.github.datahose.connect.symphony.ClientSettings;
import io.github.datahose.connect.symphony.DatahoseFeed;
import io.github.datahose.connect.symphony.agent.SymphonyClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import okhttp3.HttpUrl;
import org.apache.kafka.connect.storage.OffsetStorageReader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Lifecycle of a task's readers: set up from the configuration and the stored offsets, started, and
 * stopped together. {@link ReaderFactory} creates each reader; all share the client, and so the
 * login. For one thread: the worker's, which starts and stops the task.
 */
public final class FeedReaders implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(FeedReaders.class);

  /** Age up to which a stored offset proves that its feed can be read. */
  private static final Duration RECENTLY = Duration.ofHours(24);

  private static final Duration STOP_AT_MOST = Duration.ofMillis(900);

  private final DatahoseConfig config;
  private final String version;
  private final FeedClock clock;
  private final SymphonyClient client;
  private final RecordQueue queue;
  private final List<Signal> signals = new ArrayList<>();
  private final List<FeedMBean> beans = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();

  private FeedReaders(
      DatahoseConfig config,
      String version,
      RecordQueue queue,
      ClientSettings settings,
      FeedClock clock) {
    this.config = config;
    this.version = version;
    this.clock = clock;
    this.queue = queue;
    client = new SymphonyClient(settings);
  }

  /**
   * Starts a thread for each reader of the task's feeds.
   *
   * @param version version of the connector
   * @param userAgent value of the header {@code User-Agent}
   * @param offsets read here, on the caller's thread, and not kept
   */
  public static FeedReaders start(
      DatahoseConfig config,
      String version,
      String userAgent,
      OffsetStorageReader offsets,
      RecordQueue queue) {
    return start(
        config, version, offsets, queue, config.clientSettings(userAgent), FeedClock.SYSTEM);
  }

  /** Starts the readers with other client settings and another clock. */
  static FeedReaders start(
      DatahoseConfig config,
      String version,
      OffsetStorageReader offsets,
      RecordQueue queue,
      ClientSettings settings,
      FeedClock clock) {
    FeedReaders readers = new FeedReaders(config, version, queue, settings, clock);
    try {
      readers.make(offsets);
      readers.threads.forEach(Thread::start);
      return readers;
    } catch (Throwable e) {
      // Also if the machine has no more threads: the running ones would otherwise continue to read.
      readers.close();
      throw e;
    }
  }

  private void make(OffsetStorageReader offsets) {
    List<SharedFeed> feeds = new ArrayList<>();
    for (FeedConfig feed : config.taskFeeds()) {
      StoredOffsets stored =
          StoredOffsets.read(
              offsets, config.symphony().podHost(), config.symphony().username(), feed);
      feeds.add(SharedFeed.of(config, feed, stored, clock));
    }
    boolean readEarlier =
        feeds.stream().anyMatch(feed -> feed.stored().readWithin(RECENTLY, clock.epochMillis()));
    ReaderFactory factory =
        new ReaderFactory(config, this::feed, client::checkAgentOnce, queue, readEarlier, version);
    for (SharedFeed feed : feeds) {
      for (int number = 0; number < feed.feed().readers(); number++) {
        add(factory, feed, number);
      }
    }
  }

  private DatahoseFeed feed(FeedConfig feed, Supplier<HttpUrl> agent, Runnable onLogin) {
    return client.feed(feed.tag(), feed.eventTypes(), feed.scopes(), agent, onLogin);
  }

  private void add(ReaderFactory factory, SharedFeed shared, int number) {
    FeedConfig feed = shared.feed();
    ReaderContext context =
        new ReaderContext(
            "Reader " + number + " of feed " + feed.name() + " (tag " + feed.tag() + ")", clock);
    signals.add(context.signal());
    FeedReader reader = factory.reader(context, shared, number);
    beans.add(
        new FeedMBean(
            context.metrics(),
            config.connectorName(),
            Integer.toString(config.taskId()),
            feed.name(),
            number));
    threads.add(thread(reader, feed, number));
    reportStart(context, shared, number);
  }

  private void reportStart(ReaderContext context, SharedFeed shared, int number) {
    StoredOffsets stored = shared.stored();
    context
        .health()
        .started(
            shared.feed().eventTypes(), config.symphony().username(), stored.of(number) != null);
    LOG.debug(
        "{}: stored offset with ackId {} and {} identities; last stored time of the feed {}",
        context.name(),
        RetryingFeed.mark(stored.ackId(number)),
        stored.identities(number).size(),
        stored.notedAt());
    if (number == 0) {
      shared.activity().reportStart(context, stored, config.records().heartbeatTopic().isPresent());
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
   * Stops the readers, even during a read, and waits for their threads for a second at most. A
   * cancelled read stays open at the agent until its long poll ends, and might receive the next
   * batch, which the agent redelivers after 30 s: a restart on a busy feed shows as a pause of that
   * length, without data loss.
   */
  @Override
  public void close() {
    signals.forEach(Signal::stop);
    client.close();
    // For a wait that is neither a request nor the signal's: for an unresponsive file system.
    threads.forEach(Thread::interrupt);
    long deadline = System.nanoTime() + STOP_AT_MOST.toNanos();
    try {
      for (Thread thread : threads) {
        TimeUnit.NANOSECONDS.timedJoin(thread, Math.max(1, deadline - System.nanoTime()));
        if (thread.isAlive()) {
          LOG.warn(
              "The thread {} did not stop in time. It hands over no more events, and ends when its current"
                  + " operation does. If this repeats, check DNS and the file system of the key or certificate.",
              thread.getName());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    beans.forEach(FeedMBean::close);
  }
}
