// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.monitoring;

import static org.awaitility.Awaitility.await;

import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.ConnectRest;
import io.github.datahose.launch.WorkerFixture;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;

/**
 * Faults for alerts that no row of {@link FaultTable} raises, each with its own connector: causes
 * the fault, waits for the alerts, fixes it like an on-call engineer, and waits until they are
 * silent.
 */
final class Drill implements Callable<Finding>, AutoCloseable {
  private static final Duration FIRES = Duration.ofMinutes(3);

  /** Longer than the longest time, an hour made a minute, that an alert looks back. */
  private static final Duration SILENCE = Duration.ofMinutes(2);

  private static final Duration INTERVAL = Duration.ofMillis(500);
  private static final String MESSAGE =
      """
      {"id":"1","messageId":"again","timestamp":1764000000000,"type":"MESSAGESENT",\
      "payload":{"messageSent":{"message":{"messageId":"again","message":"<div>Again</div>"}}}}""";
  private static final Runnable NOTHING = () -> {};

  private final String trouble;
  private final ConnectCluster cluster;
  private final ConnectorWatch watch;
  private final WorkerFixture connector;
  private Runnable begin = NOTHING;
  private Runnable meanwhile = NOTHING;
  private Runnable end = NOTHING;
  private Set<String> expected = Set.of();

  private Drill(String trouble, String name, ConnectCluster cluster, ConnectorWatch watch) {
    this.trouble = trouble;
    this.cluster = cluster;
    this.watch = watch;
    connector = new WorkerFixture(cluster, name, WorkerFixture.shortTimes());
  }

  /** A worker's death: the alerts see it only while no other connector runs. */
  static Drill killedWorker(ConnectCluster cluster, ConnectorWatch watch) {
    return new Drill("the worker is killed", "worker-killed", cluster, watch)
        .begins(cluster.worker()::kill)
        .ends(
            () -> {
              cluster.worker().start();
              cluster.worker().awaitReady();
            })
        .fires("DatahoseReaderGone", "DatahoseNoReaders");
  }

  /** What can happen at the same time, and beside faults. */
  static List<Drill> besideOthers(MonitoredWorkers workers, ConnectorWatch watch) {
    ConnectCluster cluster = workers.atLeastOnce();
    ConnectRest rest = cluster.rest();
    Drill repeated =
        new Drill(
            "the feed delivers the same event over and over", "repeated-event", cluster, watch);
    Drill paused = new Drill("the connector is paused", "paused", cluster, watch);
    Drill stopped = new Drill("the connector is stopped", "stopped", cluster, watch);
    Drill others =
        new Drill("the event types are others than before", "other-types", cluster, watch);
    Drill ledger =
        new Drill("the ledger is switched off", "ledger-off", workers.exactlyOnce(), watch);
    ledger
        .connector
        .set("ledger.topic", "ledger-off-first")
        .set("ledger.interval.ms", "1000")
        .set("exactly.once.support", "required");
    return List.of(
        ledger
            .begins(() -> ledger.connector.unset("ledger.topic").apply())
            .ends(() -> ledger.connector.set("ledger.topic", "ledger-off-second").apply())
            .fires("DatahoseLedgerStopped"),
        repeated
            .inTheMeantime(() -> repeated.connector.simulator().produce(MESSAGE))
            .fires("DatahoseDuplicatesRising"),
        paused
            .begins(() -> rest.pause(paused.connector.name()))
            .inTheMeantime(() -> paused.connector.produce(1))
            .ends(() -> rest.resume(paused.connector.name()))
            .fires("DatahoseBatchStuck", "DatahoseTaskNotRunning"),
        stopped
            .begins(() -> rest.stop(stopped.connector.name()))
            .ends(() -> rest.resume(stopped.connector.name()))
            .fires("DatahoseTaskNotRunning"),
        others
            .begins(
                () -> {
                  // Only a feed that has brought something can have a gap.
                  others.connector.bring(1);
                  others.connector.set("datahose.event.types", "MESSAGESENT").apply();
                })
            .fires("DatahosePossibleGap"));
  }

  private Drill begins(Runnable action) {
    begin = action;
    return this;
  }

  /** What is done over and over until the alerts fire. */
  private Drill inTheMeantime(Runnable action) {
    meanwhile = action;
    return this;
  }

  private Drill ends(Runnable action) {
    end = action;
    return this;
  }

  /** All that must fire at the same time. */
  private Drill fires(String... alerts) {
    expected = Set.of(alerts);
    return this;
  }

  @Override
  public Finding call() {
    try {
      connector.start();
      await("reads of " + connector.name())
          .atMost(FIRES)
          .until(() -> watch.reads(connector.name()));
      String fired;
      try {
        begin.run();
        fired = awaitAlerts();
      } finally {
        end.run();
      }
      // Those that look back end by themselves.
      await("no more of " + expected)
          .atMost(SILENCE)
          .pollInterval(INTERVAL)
          .until(() -> Collections.disjoint(watch.firing(connector.name()), expected));
      return new Finding("drill", trouble, true, fired + "; well again: yes");
    } catch (RuntimeException e) {
      String firing = "fires: " + watch.firing(connector.name()) + ". ";
      return new Finding("drill", trouble, false, firing + e.getMessage());
    }
  }

  private String awaitAlerts() {
    await(trouble)
        .atMost(FIRES)
        .pollDelay(Duration.ZERO)
        .pollInterval(INTERVAL)
        .until(
            () -> {
              meanwhile.run();
              return watch.firing(connector.name()).containsAll(expected);
            });
    return String.join(", ", watch.firing(connector.name()));
  }

  @Override
  public void close() {
    connector.close();
  }
}
