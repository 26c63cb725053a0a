// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.monitoring;

import static org.awaitility.Awaitility.await;

import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.ConnectRest;
import io.github.datahose.launch.WorkerFixture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * The trouble for alerts that no row of {@link FaultTable} brings, at one connector. One drill ends
 * before the next begins.
 */
final class Drills implements AutoCloseable {
  private static final String CONNECTOR = "drill";
  private static final Duration FIRES = Duration.ofSeconds(90);

  /** Longer than the longest time, an hour made a minute, that an alert looks back. */
  private static final Duration SILENCE = Duration.ofMinutes(2);

  private static final Duration INTERVAL = Duration.ofMillis(500);
  private static final String MESSAGE =
      """
      {"id":"1","messageId":"again","timestamp":1764000000000,"type":"MESSAGESENT",\
      "payload":{"messageSent":{"message":{"messageId":"again","message":"<div>Again</div>"}}}}""";
  private static final Runnable NOTHING = () -> {};

  private final ConnectCluster cluster;
  private final PrometheusApi prometheus;
  private final WorkerFixture connector;
  private final List<Finding> findings = new ArrayList<>();

  /** Creates the connector and waits until it reads. */
  Drills(ConnectCluster cluster, PrometheusApi prometheus) {
    this.cluster = cluster;
    this.prometheus = prometheus;
    connector = new WorkerFixture(cluster, CONNECTOR, WorkerFixture.shortTimes()).start();
  }

  /** Makes all of the trouble, and waits until nothing fires anymore. */
  List<Finding> run() {
    ConnectRest rest = cluster.rest();
    drill(
        "the feed delivers the same event over and over",
        NOTHING,
        () -> connector.simulator().produce(MESSAGE),
        NOTHING,
        "DatahoseDuplicatesRising");
    drill(
        "the connector is paused",
        () -> rest.pause(CONNECTOR),
        () -> connector.simulator().produce(1, Set.of("MESSAGESENT")),
        () -> rest.resume(CONNECTOR),
        "DatahoseBatchStuck",
        "DatahoseTaskNotRunning");
    drill(
        "the connector is stopped",
        () -> rest.stop(CONNECTOR),
        NOTHING,
        () -> rest.resume(CONNECTOR),
        "DatahoseTaskNotRunning");
    drill(
        "the event types are others than before",
        () ->
            rest.putConfig(
                CONNECTOR, connector.set("datahose.event.types", "MESSAGESENT").config()),
        NOTHING,
        NOTHING,
        "DatahosePossibleGap");
    drill(
        "the worker is killed",
        cluster.worker()::kill,
        NOTHING,
        () -> {
          cluster.worker().start();
          cluster.worker().awaitReady();
        },
        "DatahoseReaderGone",
        "DatahoseNoReaders");
    awaitSilence(prometheus.firing());
    Set<String> firing = prometheus.firing();
    findings.add(new Finding("drill", "all is well again", firing.isEmpty(), "fires: " + firing));
    return findings;
  }

  /**
   * Makes trouble, waits for its alerts, ends it, and waits until they are silent.
   *
   * @param meanwhile is done over and over until the alerts fire
   * @param end what the on-call engineer would do
   * @param alerts all that must fire at the same time
   */
  private void drill(
      String trouble, Runnable begin, Runnable meanwhile, Runnable end, String... alerts) {
    Set<String> expected = Set.of(alerts);
    begin.run();
    try {
      await(trouble)
          .atMost(FIRES)
          .pollDelay(Duration.ZERO)
          .pollInterval(INTERVAL)
          .until(
              () -> {
                meanwhile.run();
                return prometheus.firing().containsAll(expected);
              });
      findings.add(new Finding("drill", trouble, true, String.join(", ", prometheus.firing())));
    } catch (RuntimeException e) {
      String firing = "fires: " + prometheus.firing() + ". ";
      findings.add(new Finding("drill", trouble, false, firing + e.getMessage()));
    }
    end.run();
    // So that what fires next is for what is done next. Those that look back end by themselves.
    awaitSilence(expected);
  }

  private void awaitSilence(Set<String> alerts) {
    await("no more of " + alerts)
        .atMost(SILENCE)
        .pollInterval(INTERVAL)
        .until(() -> Collections.disjoint(prometheus.firing(), alerts));
  }

  @Override
  public void close() {
    connector.close();
  }
}
