// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.reader;

import static org.awaitility.Awaitility.await;

import io.github.datahose.connect.config.DatahoseConfig;
import io.github.datahose.connect.config.FeedConfig;
import io.github.datahose.connect.delivery.Batch.TrackedRecord;
import io.github.datahose.connect.delivery.FakeOffsetStorage;
import io.github.datahose.connect.delivery.FeedOffset;
import io.github.datahose.connect.delivery.ReaderContext;
import io.github.datahose.connect.delivery.ReaderContext.Signal;
import io.github.datahose.connect.delivery.RecordFactoryFixture;
import io.github.datahose.connect.delivery.RecordQueue;
import io.github.datahose.connect.delivery.StoredOffsets;
import io.github.datahose.connect.monitor.FeedMetrics;
import io.github.datahose.connect.monitor.MetricValues;
import io.github.datahose.connect.reader.ReaderFactory.SharedFeed;
import io.github.datahose.connect.symphony.Failures;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import okhttp3.HttpUrl;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * A reader on its own thread, with a scripted feed and a manual clock; its test acts as the worker.
 */
public final class RunningReader implements AutoCloseable {

  /** Of the first reader. */
  public static final Map<String, String> PARTITION = FeedOffset.partition("pod", "bot", "tag", 0);

  final ManualClock clock;
  final RecordQueue queue;
  public final ScriptedFeed feed;
  final FeedMetrics metrics;

  /** Those that the reader had checked, each time. */
  final List<HttpUrl> checkedAgents = new CopyOnWriteArrayList<>();

  final SharedFeed shared;
  private final DatahoseConfig config;
  private final Signal signal;
  private final Thread thread;

  private RunningReader(ManualClock clock, DatahoseConfig config, SharedFeed shared, int number) {
    this.clock = clock;
    this.config = config;
    this.shared = shared;
    queue = new RecordQueue(clock);
    feed = new ScriptedFeed(clock);
    ReaderFactory factory =
        new ReaderFactory(
            config, (options, agent, onLogin) -> feed, checkedAgents::add, queue, false, "test");
    ReaderContext context = new ReaderContext("Reader", clock);
    metrics = context.metrics();
    signal = context.signal();
    thread = new Thread(factory.reader(context, shared, number));
    thread.start();
  }

  /** Starts one of a new feed; with options by name and value in turn. */
  public static RunningReader start(String... options) {
    return start(new FakeOffsetStorage(), options);
  }

  /** Stops it, and starts one that finds the offset of this record stored. */
  RunningReader restart(SourceRecord confirmed, String... options) throws InterruptedException {
    close();
    FakeOffsetStorage storage = new FakeOffsetStorage();
    storage.put(PARTITION, confirmed.sourceOffset());
    return start(storage, options);
  }

  /** The same, so long after it was stopped. */
  RunningReader restartAfter(Duration stopped, SourceRecord confirmed, String... options)
      throws InterruptedException {
    close();
    FakeOffsetStorage storage = new FakeOffsetStorage();
    storage.put(PARTITION, confirmed.sourceOffset());
    clock.advance(stopped);
    return start(clock, storage, options);
  }

  private static RunningReader start(FakeOffsetStorage storage, String... options) {
    return start(new ManualClock(), storage, options);
  }

  private static RunningReader start(
      ManualClock clock, FakeOffsetStorage storage, String... options) {
    DatahoseConfig config = new RecordFactoryFixture(options).config();
    FeedConfig all = config.feeds().get(0);
    FeedConfig feed =
        new FeedConfig("all", "tag", all.eventTypes(), all.scopes(), all.topic(), all.readers());
    StoredOffsets stored = StoredOffsets.read(storage, "pod", "bot", feed);
    return new RunningReader(clock, config, SharedFeed.of(config, feed, stored, clock), 0);
  }

  /** Starts another reader of its feed. */
  RunningReader another() {
    return new RunningReader(new ManualClock(), config, shared, 1);
  }

  /** A message as small as its messageId. */
  static String message(String messageId) {
    return "{\"type\":\"MESSAGESENT\",\"messageId\":\"%s\"}".formatted(messageId);
  }

  /** Has the feed answer with such messages. */
  void answer(String ackId, String... messageIds) {
    feed.answer(ackId, Stream.of(messageIds).map(RunningReader::message).toArray(String[]::new));
  }

  /** Has the feed answer with such messages; their records, which are not confirmed yet. */
  public List<SourceRecord> handOver(String ackId, String... messageIds)
      throws InterruptedException {
    answer(ackId, messageIds);
    return poll();
  }

  /** Has the feed answer with such messages, and confirms them. */
  public void bring(String ackId, String... messageIds) throws InterruptedException {
    settleAll(handOver(ackId, messageIds));
  }

  /** The next batch's records; the reader brings one soon, or the test's time is over. */
  List<SourceRecord> poll() throws InterruptedException {
    List<SourceRecord> records = null;
    while (records == null) {
      records = queue.poll(Duration.ofSeconds(1));
    }
    return records;
  }

  /** Until it has read so often, with these ackIds; the last read may be under way. */
  void awaitReads(String... ackIds) {
    await().until(() -> feed.ackIds().equals(List.of(ackIds)));
  }

  /** Lets time pass once the reader waits for it. */
  public void pass(Duration time) {
    await().until(clock::hasWaiter);
    clock.advance(time);
  }

  /** Plays the worker of a batch that went well. */
  public static void settleAll(List<SourceRecord> records) {
    records.forEach(record -> settle(record, true));
  }

  /** As nobody should do to a reader. */
  void interrupt() {
    thread.interrupt();
  }

  static void settle(SourceRecord record, boolean withMetadata) {
    ((TrackedRecord) record).settle(withMetadata);
  }

  static List<String> messageIds(List<SourceRecord> records) {
    return records.stream()
        .map(record -> ((Struct) record.value()).getString("messageId"))
        .toList();
  }

  static FeedOffset offset(SourceRecord record) {
    return FeedOffset.parse(record.sourceOffset());
  }

  long counter(String attribute) {
    return (Long) gauge(attribute);
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
}
