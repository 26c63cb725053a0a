// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.feed;

import io.github.datahose.connect.config.DatahoseConfig;
import io.github.datahose.connect.event.Identity;
import io.github.datahose.connect.symphony.Failures;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import okhttp3.HttpUrl;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * A reader on a thread of its own, with a scripted feed and time that stands still; its test plays
 * the worker.
 */
final class ReaderUnderTest implements AutoCloseable {

  final ManualClock clock;
  final DedupWindow window;
  final HandOver handOver;
  final ScriptedFeed feed;
  final FeedMetrics metrics;
  final ReaderSignal signal;
  private final Thread thread;

  private ReaderUnderTest(Builder builder) {
    clock = builder.clock;
    window = builder.window == null ? new DedupWindow(builder.windowSize) : builder.window;
    handOver = new HandOver(clock);
    feed = new ScriptedFeed(clock);
    metrics = new FeedMetrics(clock);
    signal = new ReaderSignal(clock);
    window.wakes(signal);
    window.confirm(builder.known);
    LateIdentities late = new LateIdentities(window);
    late.add(builder.known);
    Backoff backoff = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(60));
    ReaderContext context = new ReaderContext("Reader", clock, signal, metrics);
    AgentRotation agents = new AgentRotation(context, builder.agents, 0);
    FeedActivity activity = builder.activity == null ? new FeedActivity(clock) : builder.activity;
    DatahoseConfig config = new DatahoseConfig(builder.properties);
    Map<String, String> partition = SourcePartition.of("pod", "bot", "tag", 0);
    EventRecords records =
        new EventRecords(context, config, config.feeds().get(0), partition, new HashSet<>());
    Heartbeats heartbeats = new Heartbeats(context, config, partition, activity, handOver);
    CheckedFeed checked = new CheckedFeed(feed, agents, records.needIdentifiersOnly());
    thread =
        new Thread(
            new FeedReader(
                context,
                builder.ackId,
                new BatchOffsets(
                    "", builder.ackId, 0, builder.filter, new byte[0], builder.known, 10_000),
                new RetryingFeed(
                    context,
                    checked,
                    new Recovery(
                        clock,
                        backoff,
                        agents,
                        new ReadHistory(false),
                        "Check symphony.username and the private key."),
                    agents,
                    activity,
                    agent -> {}),
                new BatchAssembly(context, builder.filter, records, window, late),
                window,
                new Acknowledgements(context, late),
                handOver,
                new ConfirmationWait(
                    context,
                    new KeepAlive(context, checked, agents, activity, config.keepAlive()),
                    heartbeats.topic()),
                heartbeats));
  }

  static Builder with() {
    return new Builder();
  }

  /** A message as small as its messageId. */
  static String message(String messageId) {
    return "{\"type\":\"MESSAGESENT\",\"messageId\":\"%s\"}".formatted(messageId);
  }

  /** The next batch's records; the reader brings one soon, or the test's time is over. */
  List<SourceRecord> poll() throws InterruptedException {
    List<SourceRecord> records = null;
    while (records == null) {
      records = handOver.poll(Duration.ofSeconds(1));
    }
    return records;
  }

  /** Plays the worker of a batch that went well. */
  static void settleAll(List<SourceRecord> records) {
    records.forEach(record -> settle(record, true));
  }

  /** As nobody should do to a reader. */
  void interrupt() {
    thread.interrupt();
  }

  static void settle(SourceRecord record, boolean withMetadata) {
    ((DatahoseRecord) record).settle(withMetadata);
  }

  static List<String> messageIds(List<SourceRecord> records) {
    List<String> ids = new ArrayList<>();
    for (SourceRecord record : records) {
      ids.add(((Struct) record.value()).getString("messageId"));
    }
    return ids;
  }

  static FeedOffset offset(SourceRecord record) {
    return FeedOffset.parse(record.sourceOffset());
  }

  long counter(String attribute) {
    return (Long) MetricValues.of(metrics, attribute);
  }

  Object gauge(String attribute) {
    return MetricValues.of(metrics, attribute);
  }

  @Override
  public void close() throws InterruptedException {
    signal.stop();
    feed.fail(Failures.network());
    TimeUnit.SECONDS.timedJoin(thread, 10);
  }

  /** What a test may choose. */
  static final class Builder {

    private final Map<String, String> properties =
        new HashMap<>(
            Map.of(
                "name", "datahose",
                "symphony.pod.url", "https://pod.example.test",
                "symphony.username", "bot",
                "symphony.private.key.path", "/secrets/key.pem",
                "topic", "events"));
    private ManualClock clock = new ManualClock();
    private List<HttpUrl> agents = List.of(HttpUrl.get("https://agent.example.test"));
    private DedupWindow window;
    private int windowSize = 100_000;
    private FeedActivity activity;
    private String filter = "filter";
    private String ackId = "";
    private List<Identity> known = List.of();

    Builder property(String name, String value) {
      properties.put(name, value);
      return this;
    }

    Builder agents(String... urls) {
      agents = Stream.of(urls).map(HttpUrl::get).toList();
      return this;
    }

    Builder clock(ManualClock shared) {
      clock = shared;
      return this;
    }

    Builder window(DedupWindow shared) {
      window = shared;
      return this;
    }

    Builder activity(FeedActivity shared) {
      activity = shared;
      return this;
    }

    Builder windowSize(int size) {
      windowSize = size;
      return this;
    }

    /** What its offsets say of event types and scopes. */
    Builder filter(String fingerprint) {
      filter = fingerprint;
      return this;
    }

    /** As after a restart with this offset. */
    Builder stored(FeedOffset offset) {
      ackId = offset.ackId();
      known = offset.identities();
      return this;
    }

    ReaderUnderTest start() {
      ReaderUnderTest reader = new ReaderUnderTest(this);
      reader.thread.start();
      return reader;
    }
  }
}
