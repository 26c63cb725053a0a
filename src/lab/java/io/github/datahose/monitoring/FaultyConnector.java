// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.github.datahose.launch.BrokerProcess;
import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.ConnectRestException;
import io.github.datahose.launch.WorkerFixture;
import io.github.datahose.simulator.FaultyProxy;
import io.github.datahose.simulator.Simulator;
import io.github.datahose.simulator.SimulatorOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A connector that a fault happens to, with a simulated pod of its own and, in front of its agent,
 * a socket that can break. Closing it ends the pod; the connector stays, since its worker goes
 * anyway. Not for use by several threads at once.
 */
final class FaultyConnector implements AutoCloseable {
  /** Such as the worker's log has it before each line of a task. */
  private static final String CONTEXT = "[%s|task-0]";

  private final ConnectCluster cluster;
  private final WorkerFixture connector;
  private final FaultyProxy wire;
  private BrokerProcess otherKafka;

  /** Starts its pod; it is not created yet. */
  FaultyConnector(ConnectCluster cluster, String name, UnaryOperator<SimulatorOptions> pod) {
    this.cluster = cluster;
    connector =
        new WorkerFixture(cluster, name, pod.apply(WorkerFixture.shortTimes()))
            .set("symphony.retry.backoff.ms", "500")
            .set("symphony.retry.backoff.max.ms", "2000")
            .set("quarantine.topic", name + "-quarantine")
            .set("datahose.connection.check", "false");
    wire = FaultyProxy.of(connector.simulator());
  }

  String name() {
    return connector.name();
  }

  /** Sets an option for {@link #create} or {@link #apply}. */
  FaultyConnector set(String option, String value) {
    connector.set(option, value);
    return this;
  }

  /** Has it read through the socket that can break. */
  FaultyConnector throughWire() {
    return set("symphony.agent.url", wire.url());
  }

  /** The socket in front of the agent. */
  FaultyProxy wire() {
    return wire;
  }

  /** Has the socket's connections end, and each new one be reset. */
  void cutWire() {
    try {
      wire.die();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Leaves its topic to be created by hand. */
  FaultyConnector withoutTopicCreation() {
    connector.withoutTopicCreation();
    return this;
  }

  /** Makes it write to its own Kafka, which can be unavailable. */
  void writesElsewhere() {
    // Its own controller must not take a frozen broker for dead: its partitions had no leader.
    otherKafka = BrokerProcess.start(name(), Map.of("broker.session.timeout.ms", "300000"));
    connector.writesTo(otherKafka);
  }

  /** The Kafka that it writes to. */
  BrokerProcess otherKafka() {
    return otherKafka;
  }

  /** The simulated pod. */
  Simulator pod() {
    return connector.simulator();
  }

  /** Where it runs. */
  ConnectCluster cluster() {
    return cluster;
  }

  /** Creates it, or gives it the options as they are now. */
  void apply() {
    cluster.rest().putConfig(name(), connector.config());
  }

  /** Ends what was planned at its pod. */
  void clearFaults() {
    pod().faults().clear();
  }

  /** Whether its feed has been read. */
  boolean isRead() {
    return !pod().ledger().totals().feeds().isEmpty();
  }

  /** Brings an event that fits. */
  void produce() {
    pod().produce(1, Set.of("MESSAGESENT"));
  }

  /** Whether the pod has all acknowledgements. */
  boolean isAllAcknowledged() {
    return connector.totals().acknowledged() >= connector.totals().expected();
  }

  /** Has the pod answer reads without events after this time. */
  void longPoll(Duration time) {
    pod().reconfigure(options -> options.longPoll(time));
  }

  /** What REST says of its only task, missing before there is one. */
  JsonNode task() {
    try {
      return cluster.rest().status(name()).at("/tasks/0");
    } catch (ConnectRestException e) {
      if (e.status() == 404) {
        return MissingNode.getInstance();
      }
      throw e;
    }
  }

  /** Starts its task again if that failed. */
  void restartIfFailed() {
    cluster.rest().restart(name(), true);
  }

  /**
   * The last line of its task in the worker's log with these words; empty when there is none.
   *
   * @param words, with … for any words between them
   */
  String logged(String words) {
    String context = CONTEXT.formatted(name());
    Pattern inOrder =
        Pattern.compile(
            Stream.of(words.split(" ?… ?")).map(Pattern::quote).collect(Collectors.joining(".*")));
    return cluster
        .worker()
        .log()
        .lines()
        .filter(line -> line.contains(context) && inOrder.matcher(line).find())
        .reduce("", (first, last) -> last);
  }

  @Override
  public void close() {
    if (otherKafka != null) {
      otherKafka.close();
    }
    wire.close();
    connector.simulator().close();
  }
}
