// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.feed;

import io.github.datahose.connect.config.DatahoseConfig;
import io.github.datahose.connect.config.FeedConfig;
import io.github.datahose.connect.symphony.ClientSettings;
import io.github.datahose.connect.symphony.SymphonyClient;
import java.time.Clock;
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
  private final FeedClock clock = FeedClock.SYSTEM;
  private final Set<String> warnedPaths = ConcurrentHashMap.newKeySet();
  private final List<ReaderSignal> signals = new ArrayList<>();
  private final List<FeedMBean> beans = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();

  private FeedReaders(DatahoseConfig config, String userAgent, HandOver handOver) {
    this.config = config;
    this.handOver = handOver;
    client = new SymphonyClient(clientSettings(config, userAgent));
  }

  /**
   * Starts a thread for each reader of the task's feeds.
   *
   * @param offsets read here, on the caller's thread, and not kept
   */
  public static FeedReaders start(
      DatahoseConfig config, String userAgent, OffsetStorageReader offsets, HandOver handOver) {
    FeedReaders readers = new FeedReaders(config, userAgent, handOver);
    try {
      for (FeedConfig feed : config.taskFeeds()) {
        readers.add(feed, StoredOffsets.read(offsets, config.podHost(), config.username(), feed));
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
    DedupWindow window = new DedupWindow(config.dedupWindow());
    window.confirm(stored.identities());
    window.keep(stored.identitiesOfReadersFrom(feed.readers()));
    for (int reader = 0; reader < feed.readers(); reader++) {
      add(feed, reader, stored, window);
    }
  }

  private void add(FeedConfig feed, int reader, StoredOffsets stored, DedupWindow window) {
    String name = "Reader " + reader + " of feed " + feed.name() + " (tag " + feed.tag() + ")";
    Map<String, String> partition =
        SourcePartition.of(config.podHost(), config.username(), feed.tag(), reader);
    ReaderSignal signal = new ReaderSignal(clock);
    signals.add(signal);
    window.wakes(signal);
    FeedMetrics metrics = new FeedMetrics(clock, config.agentUrls().get(0).toString());
    beans.add(
        new FeedMBean(
            metrics,
            config.connectorName(),
            Integer.toString(config.taskId()),
            feed.name(),
            reader));
    LateIdentities late = new LateIdentities(window);
    late.add(stored.identities(reader));
    String ackId = stored.ackId(reader);
    LOG.info(
        "{} of {} starts as account {} at {}, {}. Whoever else reads with this account and tag, in another cluster too,"
            + " shares the feed and gets a part of its events.",
        name,
        feed.eventTypes(),
        config.username(),
        config.agentUrls().get(0),
        stored.of(reader) == null ? "without a stored offset" : "with a stored offset");
    Backoff backoff = new Backoff(config.retryBackoff(), config.retryBackoffMax());
    RetryingFeed retrying =
        new RetryingFeed(
            name,
            client.feed(feed.tag(), feed.eventTypes(), feed.scopes(), metrics::loggedIn),
            new Recovery(clock, backoff, taskReadWell),
            signal,
            clock,
            metrics);
    EventRecords records =
        new EventRecords(name, config, feed, partition, warnedPaths, clock, metrics);
    BatchAssembly assembly =
        new BatchAssembly(name, stored.filter(), records, window, late, signal, clock, metrics);
    FeedReader feedReader =
        new FeedReader(
            name, ackId, retrying, assembly, window, late, handOver, signal, clock, metrics);
    threads.add(thread(feedReader, feed, reader));
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

  private static ClientSettings clientSettings(DatahoseConfig config, String userAgent) {
    return new ClientSettings(
        config.podUrl(),
        config.keyManagerUrl(),
        config.agentUrls().get(0),
        config.username(),
        config.privateKey()::read,
        config.connectTimeout(),
        config.readTimeout(),
        config.maxResponseBytes(),
        userAgent,
        Clock.systemUTC(),
        FeedClock.SYSTEM::nanoTime);
  }

  /**
   * Stops the readers, in the middle of a read too, and waits for their threads, a second at most.
   */
  @Override
  public void close() {
    signals.forEach(ReaderSignal::stop);
    client.close();
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
