// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.reader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.datahose.connect.DatahoseSourceConnector;
import io.github.datahose.connect.DatahoseSourceTask;
import io.github.datahose.connect.config.DatahoseConfig;
import io.github.datahose.connect.delivery.Batch.TrackedRecord;
import io.github.datahose.connect.delivery.FakeOffsetStorage;
import io.github.datahose.connect.delivery.RecordQueue;
import io.github.datahose.connect.symphony.ClientSettings;
import io.github.datahose.simulator.Audit;
import io.github.datahose.simulator.Simulator;
import io.github.datahose.simulator.SimulatorKeys;
import io.github.datahose.simulator.SimulatorOptions;
import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import javax.management.JMException;
import javax.management.ObjectName;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.apache.kafka.connect.storage.OffsetStorageReader;

/**
 * A connector and its one task in this JVM, and as much of a worker as they notice: it polls,
 * confirms the records, and stores their offsets, all on the thread of the test. It has a simulator
 * of its own, or reads what the properties of its test name.
 */
public final class RunningTask implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final int EVENTS = 10;
  private static final RecordMetadata METADATA =
      new RecordMetadata(new TopicPartition("events", 0), 0, 0, 0, 0, 0);

  /** Its own; null when the test brought the properties. */
  public final Simulator simulator;

  /** What the connector's next start gets. */
  public final Map<String, String> properties;

  /** How long a read may take, in real time, where the clock is moved. */
  Duration readTimeout = Duration.ofSeconds(60);

  /** How long a call may take, in real time, where the clock is moved. */
  Duration longestCall = Duration.ofMinutes(5);

  private final FakeOffsetStorage offsets;
  private final CapturedLog log;
  private final ManualClock clock = new ManualClock();
  private final Supplier<SourceTask> tasks;
  private final List<SourceRecord> topic = new ArrayList<>();
  private SourceTask task;
  private Duration begin;

  private RunningTask(SimulatorOptions options, boolean clocked) {
    simulator = Simulator.start(options);
    properties = properties(simulator);
    offsets = new FakeOffsetStorage();
    log = new CapturedLog();
    tasks = clocked ? ClockedTask::new : DatahoseSourceTask::new;
  }

  private RunningTask(Map<String, String> properties, FakeOffsetStorage offsets) {
    simulator = null;
    this.properties = properties;
    this.offsets = offsets;
    log = null;
    tasks = DatahoseSourceTask::new;
  }

  /** With a simulator of its own, as a worker runs it; not started. */
  public static RunningTask of(SimulatorOptions options) {
    return new RunningTask(options, false);
  }

  /**
   * Creates a task with a simulator that redelivers soon and a clock that advances five seconds
   * with each poll while a reader waits, so that minutes of failures take no time; not started.
   */
  static RunningTask clocked(SimulatorOptions options) {
    RunningTask running = new RunningTask(options.visibility(Duration.ofMillis(500)), true);
    running.properties.put("symphony.retry.backoff.ms", "1000");
    running.properties.put("symphony.retry.backoff.max.ms", "10000");
    return running;
  }

  /** With another's server and stored offsets, started. */
  public static RunningTask started(Map<String, String> properties, FakeOffsetStorage offsets) {
    return new RunningTask(properties, offsets).start();
  }

  /** A connector's properties for a simulator. */
  public static Map<String, String> properties(Simulator simulator) {
    Map<String, String> properties = new HashMap<>();
    properties.put("name", "played");
    properties.put("connector.class", DatahoseSourceConnector.class.getName());
    properties.put("symphony.pod.url", simulator.url());
    properties.put("symphony.username", SimulatorKeys.USERNAME);
    properties.put("symphony.private.key", SimulatorKeys.privateKey());
    properties.put("symphony.retry.backoff.ms", "1");
    properties.put("symphony.retry.backoff.max.ms", "20");
    properties.put("datahose.event.types", String.join(",", simulator.types()));
    properties.put("topic", "events");
    return properties;
  }

  /** Starts a task of all the connector's feeds, from the stored offsets. */
  public RunningTask start() {
    DatahoseSourceConnector connector = new DatahoseSourceConnector();
    connector.start(properties);
    task = tasks.get();
    task.initialize(new Context(offsets));
    begin = now();
    task.start(connector.taskConfigs(1).get(0));
    return this;
  }

  /** Stops the task; its records and offsets stay. */
  public void stop() {
    task.stop();
  }

  /** Stops the task and starts another, from the stored offsets. */
  void restart() throws InterruptedException {
    stop();
    start();
    awaitLongPolls(1);
  }

  /** The task that runs. */
  public SourceTask task() {
    return task;
  }

  /** A poll's records, not yet confirmed; empty when there were none. */
  public List<SourceRecord> poll() throws InterruptedException {
    List<SourceRecord> polled = task.poll();
    return polled == null ? List.of() : polled;
  }

  /** The first records to come. */
  public List<SourceRecord> awaitRecords() throws InterruptedException {
    List<SourceRecord> polled = List.of();
    while (polled.isEmpty()) {
      polled = poll();
    }
    return polled;
  }

  /** Has the topic get the record, and stores its offset, as if Kafka had it and all before it. */
  public void confirm(SourceRecord record) {
    topic.add(record);
    offsets.put(record.sourcePartition(), record.sourceOffset());
    try {
      task.commitRecord(record, METADATA);
    } catch (InterruptedException e) {
      throw new AssertionError("No task of ours waits here", e);
    }
  }

  /** Polls and confirms until something is so; fails when it takes too long. */
  public void workUntil(BooleanSupplier done) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!done.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("Not so after " + topic.size() + " records");
      }
      poll().forEach(this::confirm);
    }
  }

  /** The same until so much time has passed since the start, or since the long poll was ended. */
  void workFor(Duration time) throws InterruptedException {
    workUntil(() -> elapsed().compareTo(time) > 0);
  }

  /** Polls until that throws. */
  ConnectException workUntilFailed() {
    ConnectException failure =
        catchThrowableOfType(ConnectException.class, () -> workUntil(() -> false));
    assertThat(failure).as("the task's failure").isNotNull();
    return failure;
  }

  /** Starts, and brings a first batch through to its acknowledgement. */
  void startAndReadWell() throws InterruptedException {
    start();
    awaitLongPolls(1);
    bringEvents();
  }

  /**
   * Until so many reads wait and the feed is made: a read is counted before its feed is made, and
   * what is produced before that, no feed sees.
   */
  public void awaitLongPolls(int reads) throws InterruptedException {
    workUntil(
        () ->
            simulator.requests().reads().waiting().count() == reads
                && !simulator.ledger().totals().feeds().isEmpty());
  }

  void bringEvents() throws InterruptedException {
    simulator.produce(EVENTS);
    awaitAllAcknowledged();
  }

  /** Until the agent has an acknowledgement of all that was produced. */
  public void awaitAllAcknowledged() throws InterruptedException {
    workUntil(
        () -> simulator.ledger().totals().acknowledged() == simulator.ledger().totals().expected());
  }

  /** Lets events end the long poll: they come, and the read that acknowledges them is next. */
  void endLongPoll() {
    begin = now();
    simulator.produce(EVENTS);
  }

  /** Time since the start, or since the long poll was ended, on the clock that is moved. */
  Duration elapsed() {
    return now().minus(begin);
  }

  private Duration now() {
    return Duration.ofNanos(clock.nanoTime());
  }

  /**
   * The records that were confirmed, not all that were polled, of this task and those before it.
   */
  public List<SourceRecord> topic() {
    return topic;
  }

  /** What became of all that was produced. */
  public Audit audit() {
    List<Audit.Entry> entries = new ArrayList<>();
    for (SourceRecord record : topic) {
      entries.add(
          new Audit.Entry((String) record.key(), ((Struct) record.value()).getString("messageId")));
    }
    return simulator.ledger().audit(entries);
  }

  /** That all that was produced is in the topic once. */
  public void assertNothingIsLostOrTwice() {
    Audit audit = audit();
    assertThat(audit.lost()).as("%s", audit).isZero();
    assertThat(audit.duplicated()).as("%s", audit).isZero();
  }

  /** What the task has logged; only one with a simulator of its own captures it. */
  public String log() {
    return Objects.requireNonNull(log, "a log is captured with a simulator of its own").text();
  }

  /** What the MBean of the feed's first reader shows. */
  public Object metric(String attribute) {
    try {
      return ManagementFactory.getPlatformMBeanServer()
          .getAttribute(
              new ObjectName(
                  "io.github.datahose.connect:type=feed-metrics,connector=played,task=0,feed=all,reader=0"),
              attribute);
    } catch (JMException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    try {
      if (task != null) {
        task.stop();
      }
    } finally {
      if (simulator != null) {
        log.close();
        simulator.close();
      }
    }
  }

  /** What a worker gives a task. */
  private record Context(OffsetStorageReader offsetStorageReader) implements SourceTaskContext {
    @Override
    public Map<String, String> configs() {
      return Map.of();
    }
  }

  /**
   * What {@code DatahoseSourceTask} is, but for time: it passes only while a reader waits, with
   * each poll, so that minutes of grace and back-off are over at once. (A read takes no time then,
   * however long it took.)
   */
  private final class ClockedTask extends SourceTask {

    private static final Duration STEP = Duration.ofSeconds(5);

    private final RecordQueue queue = new RecordQueue();
    private FeedReaders readers;

    @Override
    public String version() {
      return "test";
    }

    @Override
    public void start(Map<String, String> properties) {
      DatahoseConfig config = new DatahoseConfig(properties);
      ClientSettings settings =
          new ClientSettings(
              config.symphony().endpoints(),
              config.symphony().credentials(),
              config.symphony().trustStore(),
              config.symphony().proxy().orElse(null),
              new ClientSettings.Timeouts(
                  config.symphony().connectTimeout(), readTimeout, longestCall),
              config.maxResponseBytes(),
              "kafka-connect-symphony-datahose/test",
              Clock.systemUTC(),
              clock::now);
      readers =
          FeedReaders.start(config, "test", context.offsetStorageReader(), queue, settings, clock);
    }

    @Override
    public List<SourceRecord> poll() throws InterruptedException {
      if (clock.hasWaiter()) {
        clock.advance(STEP);
      }
      return queue.poll(Duration.ofMillis(2));
    }

    @Override
    public void commitRecord(SourceRecord record, RecordMetadata metadata) {
      ((TrackedRecord) record).settle(metadata != null);
    }

    @Override
    public void stop() {
      queue.close();
      readers.close();
    }
  }
}
