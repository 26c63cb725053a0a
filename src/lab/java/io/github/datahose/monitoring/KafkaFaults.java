// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.monitoring;

import io.github.datahose.launch.WorkerFixture;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TransactionState;

/** Faults of Kafka. */
final class KafkaFaults {
  private static final List<String> STUCK = List.of("DatahoseBatchStuck");

  private KafkaFaults() {}

  /** Faults that end the task. */
  static List<FaultRow> ending() {
    return List.of(
        FaultRow.failing(
            "transaction-timeout",
            "ERROR … Task threw an uncaught and unrecoverable exception",
            "batch-in-flight-age-seconds",
            "was unable to finish writing records to Kafka before its producer transaction expired",
            "With exactly-once delivery, Kafka took longer than `producer.override.transaction.timeout.ms`. No events are lost.",
            "Restore Kafka; then restart. See [When Kafka is unavailable](#when-kafka-is-unavailable).",
            FaultScript.of(KafkaFaults::outliveTransaction, connector -> {})
                .preparedBy(
                    connector -> connector.cluster().createTopic(connector.name() + ".messagesent"))
                .preparedBy(FaultyConnector::withoutTopicCreation)
                .with("topic", "transaction-timeout.${type}")
                .with("producer.override.transaction.timeout.ms", "10000")
                .inExactlyOnce()));
  }

  /** Faults after which the reader resumes without a restart. */
  static List<FaultRow> running() {
    return List.of(
        FaultRow.running(
            "topic-missing",
            "WAITING: … has not confirmed … Topics:",
            STUCK,
            "keepalive-reads-total",
            "The topic does not exist, and the worker cannot create it. The producer waits indefinitely.",
            "Create the topic that the log names; the reader resumes. Or set `topic.creation.default.*`; that restarts the task.",
            FaultScript.of(
                    FaultyConnector::produce,
                    connector -> connector.cluster().createTopic(connector.name()))
                .preparedBy(FaultyConnector::withoutTopicCreation)
                .with("datahose.keepalive.ms", "1000")),
        FaultRow.running(
            "ledger-topic-missing",
            "Kafka has not confirmed a ledger record",
            List.of("DatahoseLedgerStopped"),
            "seconds-since-ledger-record",
            "`ledger.topic` does not exist and the worker cannot create it, or Kafka is slow or unavailable. On a quiet feed, no"
                + " other alert fires. The next batch waits too.",
            "Create the topic that the log names, as [completeness.md](completeness.md#enable-the-ledger) says. The reader resumes,"
                + " and the ledger has no hole.",
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
            "WAITING: … has not confirmed",
            STUCK,
            "keepalive-reads-total",
            "Kafka is slow or unavailable. Keep-alive reads keep the feed, and the connector drops duplicates.",
            "The reader resumes when Kafka recovers. See [Batch stuck](#batch-stuck) and"
                + " [When Kafka is unavailable](#when-kafka-is-unavailable).",
            FaultScript.of(KafkaFaults::away, connector -> connector.otherKafka().thaw())
                .preparedBy(FaultyConnector::writesElsewhere)
                .with("datahose.keepalive.ms", "1000")));
  }

  /** Freezes Kafka after an event has reached it, so that the producer has a connection. */
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
