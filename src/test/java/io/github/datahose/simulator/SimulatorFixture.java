// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import io.github.datahose.simulator.SimulatorClient.Reply;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** A simulator with a clock that the test moves, and a client that has logged in. */
@Timeout(60)
abstract class SimulatorFixture {

  final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
  final Simulator simulator;
  final SimulatorClient client;

  SimulatorFixture() {
    this(UnaryOperator.identity());
  }

  SimulatorFixture(UnaryOperator<SimulatorOptions> own) {
    SimulatorOptions options =
        SimulatorOptions.defaults().clock(now::get).longPoll(Duration.ZERO).batchSize(10);
    simulator = Simulator.start(own.apply(options));
    client = new SimulatorClient(simulator.url(), null);
  }

  @BeforeEach
  void login() throws IOException, InterruptedException {
    client.login();
  }

  @AfterEach
  void close() {
    simulator.close();
  }

  void elapse(Duration time) {
    now.updateAndGet(instant -> instant.plus(time));
  }

  void behave(UnaryOperator<SimulatorOptions> change) {
    simulator.reconfigure(change);
  }

  void produce(int messages) {
    simulator.produce(messages, List.of("MESSAGESENT"));
  }

  /** A read without an ackId. */
  Reply read() throws IOException, InterruptedException {
    return client.read("tag", "");
  }

  LedgerSnapshot totals() {
    return simulator.ledger().totals();
  }

  static Duration since(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos);
  }
}
