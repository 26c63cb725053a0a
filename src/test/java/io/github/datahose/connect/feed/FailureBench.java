// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.datahose.connect.PlayedWorker;
import io.github.datahose.simulator.Audit;
import io.github.datahose.simulator.Simulator;
import io.github.datahose.simulator.SimulatorOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.kafka.connect.errors.ConnectException;

/** A task with a simulator, whose test makes trouble: minutes of it are over at once. */
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

  /** With another simulator; what it delivered comes again soon in any case. */
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

  @Override
  public void close() {
    log.close();
    if (worker != null) {
      worker.close();
    }
    simulator.close();
  }
}
