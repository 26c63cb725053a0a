// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.monitoring;

import io.github.datahose.launch.WorkerFixture;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TransactionState;

/** Trouble at the side of Kafka. */
final class KafkaFaults {
  private static final List<String> STUCK = List.of("DatahoseBatchStuck");

  private KafkaFaults() {}

  /** What ends the task, and wants a restart. */
  static List<FaultRow> ending() {
    return List.of(
        FaultRow.failing(
            "transaction-timeout",
            "ERROR … Task threw an uncaught and unrecoverable exception",
            "batch-in-flight-age-seconds",
            "was unable to finish writing records to Kafka before its producer transaction expired",
            "With exactly-once: Kafka took longer than `producer.override.transaction.timeout.ms`. Nothing is lost.",
            "Have Kafka back, then restart ([kafka-away.md](kafka-away.md)).",
            FaultScript.of(KafkaFaults::outliveTransaction, connector -> {})
                .preparedBy(
                    connector -> connector.cluster().createTopic(connector.name() + ".messagesent"))
                .preparedBy(FaultyConnector::withoutTopicCreation)
                .with("topic", "transaction-timeout.${type}")
                .with("producer.override.transaction.timeout.ms", "10000")
                .inExactlyOnce()));
  }

  /** What goes on by itself. */
  static List<FaultRow> running() {
    return List.of(
        FaultRow.running(
            "topic-missing",
            "WAITING: … for Kafka to confirm … Topics:",
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
            "ledger-topic-missing",
            "waits for Kafka to confirm a ledger record",
            List.of("DatahoseLedgerStopped"),
            "seconds-since-ledger-record",
            "`ledger.topic` does not exist, and the worker may not create it, or Kafka is slow or away. On a quiet feed nothing"
                + " else tells. The next batch waits, too.",
            "Create the topic that the line names. It goes on by itself, and the ledger has no hole.",
            FaultScript.of(
                    connector -> {},
                    connector -> connector.cluster().createTopic(connector.name() + "-ledger"))
                .preparedBy(connector -> connector.cluster().createTopic(connector.name()))
                .preparedBy(FaultyConnector::withoutTopicCreation)
                .with("ledger.topic", "ledger-topic-missing-ledger")
                .with("ledger.interval.ms", "1000")
                .with("exactly.once.support", "required")
                .inExactlyOnce()),
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
    WorkerFixture.eventually("an event in Kafka").until(connector::isAllAcknowledged);
    connector.otherKafka().freeze();
    connector.produce();
  }

  /** The first event opens a transaction, and the producer waits for the topic of the second. */
  private static void outliveTransaction(FaultyConnector connector) {
    connector.pod().produceAll(List.of(event("MESSAGESENT"), event("USERJOINEDROOM")));
    try (Admin admin = connector.cluster().broker().admin()) {
      WorkerFixture.eventually("a transaction that Kafka has ended")
          .until(
              () ->
                  admin.listTransactions().all().get(30, TimeUnit.SECONDS).stream()
                      .filter(each -> each.transactionalId().endsWith(connector.name() + "-0"))
                      .anyMatch(each -> each.state() == TransactionState.COMPLETE_ABORT));
    }
    connector.cluster().createTopic(connector.name() + ".userjoinedroom");
  }

  private static String event(String type) {
    return "{\"id\":\"%1$s\",\"messageId\":\"%1$s\",\"type\":\"%1$s\"}".formatted(type);
  }
}
