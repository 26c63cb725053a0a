// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.datahose.connect.PlayedWorker;
import io.github.datahose.connect.config.DatahoseConfig;
import io.github.datahose.connect.symphony.ClientSettings;
import io.github.datahose.connect.symphony.Timeouts;
import io.github.datahose.simulator.Audit;
import io.github.datahose.simulator.Simulator;
import io.github.datahose.simulator.SimulatorOptions;
import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import javax.management.JMException;
import javax.management.ObjectName;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;

/**
 * A connector in this JVM with a simulator and a clock of its own: {@link PlayedWorker}, but
 * minutes of trouble are over at once.
 */
final class FailureBench implements AutoCloseable {

  private static final int EVENTS = 10;

  final Simulator simulator;
  final Map<String, String> properties;
  Duration readTimeout = Duration.ofSeconds(60);
  Duration longestCall = Duration.ofMinutes(5);

  private final FakeOffsetStorage offsets = new FakeOffsetStorage();
  private final List<Audit.Entry> topic = new ArrayList<>();
  private final CapturedLog log = new CapturedLog();
  private ClockedTask task;
  private PlayedWorker worker;
  private Duration begin;

  FailureBench() {
    this(SimulatorOptions.defaults());
  }

  /** With another simulator; what it delivered is redelivered soon in any case. */
  FailureBench(SimulatorOptions options) {
    simulator = Simulator.start(options.visibility(Duration.ofMillis(500)));
    properties = PlayedWorker.properties(simulator);
    properties.put("symphony.retry.backoff.ms", "1000");
    properties.put("symphony.retry.backoff.max.ms", "10000");
  }

  void start() {
    task = new ClockedTask(readTimeout, longestCall);
    begin = now();
    worker = PlayedWorker.started(task, properties, offsets);
  }

  /** Starts, and brings a first batch through to its acknowledgement. */
  void startAndReadWell() throws InterruptedException {
    start();
    awaitLongPoll();
    bringEvents();
  }

  /** Lets events end the long poll: they come, and the read that acknowledges them is next. */
  void endLongPoll() {
    begin = now();
    simulator.produce(EVENTS);
  }

  /** Time since the start, or since the long poll was ended, on the task's clock. */
  Duration elapsed() {
    return now().minus(begin);
  }

  private Duration now() {
    return Duration.ofNanos(task.clock.nanoTime());
  }

  void workUntil(BooleanSupplier done) throws InterruptedException {
    worker.workUntil(done);
  }

  /** Polls until that throws. */
  ConnectException workUntilFailed() {
    ConnectException failure =
        catchThrowableOfType(ConnectException.class, () -> worker.workUntil(() -> false));
    assertThat(failure).as("the task's failure").isNotNull();
    return failure;
  }

  /** Until a read waits and its feed is made: what is produced before that, no feed sees. */
  void awaitLongPoll() throws InterruptedException {
    worker.workUntil(
        () ->
            simulator.requests().reads().waiting().count() == 1
                && !simulator.ledger().totals().feeds().isEmpty());
  }

  void bringEvents() throws InterruptedException {
    simulator.produce(EVENTS);
    awaitAllAcknowledged();
  }

  void awaitAllAcknowledged() throws InterruptedException {
    worker.workUntil(
        () -> simulator.ledger().totals().acknowledged() == simulator.ledger().totals().expected());
  }

  /** Stops the task and starts another, from the stored offsets. */
  void restart() throws InterruptedException {
    stop();
    start();
    awaitLongPoll();
  }

  /** Stops the task and starts another, whatever answers now. */
  void restartInAnOutage() {
    stop();
    start();
  }

  private void stop() {
    worker.close();
    topic.addAll(worker.entries());
    worker = null;
  }

  /** That all that was produced is in the topic once. */
  void assertNothingIsLostOrTwice() {
    List<Audit.Entry> entries = new ArrayList<>(topic);
    entries.addAll(worker.entries());
    Audit audit = simulator.ledger().audit(entries);
    assertThat(audit.lost()).as("%s", audit).isZero();
    assertThat(audit.duplicated()).as("%s", audit).isZero();
  }

  String log() {
    return log.text();
  }

  PlayedWorker worker() {
    return worker;
  }

  /** What the only reader's MBean shows. */
  Object metric(String attribute) {
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
    log.close();
    if (worker != null) {
      worker.close();
    }
    simulator.close();
  }

  /**
   * What {@code DatahoseSourceTask} is, but for time: it passes only while a reader waits, five
   * seconds with each poll, so that minutes of grace and back-off are over at once. (A read takes
   * no time then, however long it took.)
   */
  private static final class ClockedTask extends SourceTask {

    private static final Duration STEP = Duration.ofSeconds(5);

    final ManualClock clock = new ManualClock();
    private final Duration readTimeout;
    private final Duration longestCall;
    private final HandOver handOver = new HandOver();
    private FeedReaders readers;

    /** With these real times in place of the configured minute and the five minutes. */
    ClockedTask(Duration readTimeout, Duration longestCall) {
      this.readTimeout = readTimeout;
      this.longestCall = longestCall;
    }

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
              new Timeouts(config.symphony().connectTimeout(), readTimeout, longestCall),
              config.maxResponseBytes(),
              "kafka-connect-symphony-datahose/test",
              Clock.systemUTC(),
              clock::now);
      readers = FeedReaders.start(config, context.offsetStorageReader(), handOver, settings, clock);
    }

    @Override
    public List<SourceRecord> poll() throws InterruptedException {
      if (clock.hasWaiter()) {
        clock.advance(STEP);
      }
      return handOver.poll(Duration.ofMillis(2));
    }

    @Override
    public void commitRecord(SourceRecord record, RecordMetadata metadata) {
      ((DatahoseRecord) record).settle(metadata != null);
    }

    @Override
    public void stop() {
      handOver.close();
      readers.close();
    }
  }
}
