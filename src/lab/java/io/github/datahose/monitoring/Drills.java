// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.monitoring;

import io.github.datahose.connect.it.LiveConnector;
import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.ConnectRest;
import io.github.datahose.launch.WorkerProcess;
import io.github.datahose.simulator.Fault;
import java.util.List;
import java.util.Set;

/**
 * For each alert a trouble that must bring it, with a connector and a simulated pod of its own in a
 * real worker.
 */
final class Drills implements AutoCloseable {
  private static final String CONNECTOR = "drill";
  private static final int ALWAYS = Integer.MAX_VALUE;
  private static final String MESSAGE =
      """
      {"id":"1","messageId":"again","timestamp":1764000000000,"type":"MESSAGESENT",\
      "payload":{"messageSent":{"message":{"messageId":"again","message":"<div>Again</div>"}}}}""";
  private static final String WRONG_TYPE = "{\"id\":\"2\",\"type\":\"MESSAGESENT\",\"payload\":7}";

  private final ConnectCluster cluster;
  private final LiveConnector connector;

  /** Creates the connector and waits until it reads. */
  Drills(ConnectCluster cluster) {
    this.cluster = cluster;
    connector =
        new LiveConnector(cluster, CONNECTOR, LiveConnector.shortTimes())
            .set("symphony.retry.backoff.max.ms", "1000")
            .set("quarantine.topic", CONNECTOR + "-quarantine");
    connector.start();
  }

  /** In the order in which they are to be run; each is mended before the next. */
  List<Drill> all() {
    ConnectRest rest = cluster.rest();
    return List.of(
        Drill.of(
                "the agent answers 503",
                () -> faults(Fault.status(503).times(ALWAYS)),
                "DatahoseFeedSilent",
                "DatahoseBackingOff")
            .until(this::heal),
        Drill.of(
            "an acknowledgement is refused",
            () -> {
              // The read that is open now brings the event, the next one carries its ackId.
              faults(Fault.status(400));
              produce();
            },
            "DatahoseAckRefused"),
        Drill.of(
            "an event has a field of the wrong type",
            () -> connector.simulator().produce(WRONG_TYPE),
            "DatahoseQuarantineGrowing"),
        Drill.of(
                "the feed delivers the same event over and over",
                () -> {},
                "DatahoseDuplicatesRising")
            .meanwhile(() -> connector.simulator().produce(MESSAGE)),
        Drill.of(
                "the connector is paused",
                () -> rest.pause(CONNECTOR),
                "DatahoseBatchStuck",
                "DatahoseTaskNotRunning")
            .meanwhile(this::produce)
            .until(() -> rest.resume(CONNECTOR)),
        Drill.of("the connector is stopped", () -> rest.stop(CONNECTOR), "DatahoseTaskNotRunning")
            .until(() -> rest.resume(CONNECTOR)),
        Drill.of(
                "the agent answers with JSON that is no list of events, and the task fails",
                () -> faults(Fault.malformedJson().times(ALWAYS)),
                "DatahoseTaskNotRunning")
            .until(
                () -> {
                  heal();
                  rest.restart(CONNECTOR, true);
                }),
        Drill.of(
            "the event types are others than before",
            () ->
                rest.putConfig(
                    CONNECTOR, connector.set("datahose.event.types", "MESSAGESENT").config()),
            "DatahosePossibleGap"),
        Drill.of(
                "the worker is killed",
                cluster.worker()::kill,
                "DatahoseReaderGone",
                "DatahoseNoReaders")
            .until(
                () -> {
                  WorkerProcess worker = cluster.worker();
                  worker.start();
                  worker.awaitReady();
                }));
  }

  private void produce() {
    connector.simulator().produce(1, Set.of("MESSAGESENT"));
  }

  private void faults(Fault fault) {
    connector.simulator().faults().add(fault);
  }

  private void heal() {
    connector.simulator().faults().clear();
  }

  @Override
  public void close() {
    connector.close();
  }
}
