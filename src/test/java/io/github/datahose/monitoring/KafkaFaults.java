// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.monitoring;

import io.github.datahose.connect.it.LiveConnector;
import java.util.List;

/** Trouble at the side of Kafka. */
final class KafkaFaults {
  private static final List<String> STUCK = List.of("DatahoseBatchStuck");

  private KafkaFaults() {}

  /** What ends the task, and wants a restart. */
  static List<FaultRow> ending() {
    return List.of(
        FaultRow.failing(
                "",
                "ERROR … was unable to finish writing records to Kafka before its producer transaction expired",
                "",
                "was unable to finish writing records to Kafka before its producer transaction expired",
                "With exactly-once: Kafka was slow or away for longer than `producer.override.transaction.timeout.ms`. Nothing"
                    + " is lost.",
                "Have Kafka back, then restart ([kafka-away.md](kafka-away.md)).",
                null)
            .notMade("its worker is not one with exactly-once; `BrokerOutageIT` has it"));
  }

  /** What goes on by itself. */
  static List<FaultRow> running() {
    return List.of(
        FaultRow.running(
            "topic-missing",
            "WAITING: … Topics: [topic-missing]",
            STUCK,
            "keepalive-reads-total",
            "The topic does not exist, and the worker may not create it. The producer blocks, for ever.",
            "Create the topic that the line names, or set `topic.creation.default.*`. It goes on by itself.",
            FaultScript.of(
                    FaultyConnector::produce,
                    connector -> connector.cluster().createTopic(connector.name()))
                .preparedBy(FaultyConnector::withoutTopicCreation)
                .with("datahose.keepalive.ms", "1000")),
        FaultRow.running(
            "kafka-away",
            "WAITING: … for Kafka to confirm",
            STUCK,
            "keepalive-reads-total",
            "Kafka is slow or away. The feed is kept alive; what comes twice meanwhile is dropped.",
            "[Batch stuck](#batch-stuck), [kafka-away.md](kafka-away.md). It goes on by itself.",
            FaultScript.of(KafkaFaults::away, connector -> connector.otherKafka().thaw())
                .preparedBy(FaultyConnector::writesElsewhere)
                .with("datahose.keepalive.ms", "1000")));
  }

  /** Freezes it when the way there is known: an event has gone it. */
  private static void away(FaultyConnector connector) {
    connector.produce();
    LiveConnector.eventually("an event in Kafka").until(connector::isAllAcknowledged);
    connector.otherKafka().freeze();
    connector.produce();
  }
}
