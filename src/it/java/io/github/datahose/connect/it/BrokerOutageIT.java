// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.it;

import static io.github.datahose.launch.WorkerFixture.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.github.datahose.launch.BrokerProcess;
import io.github.datahose.launch.Build;
import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.WorkerFixture;
import io.github.datahose.launch.WorkerFixture.Guarantee;
import io.github.datahose.simulator.FeedSnapshot;
import io.github.datahose.simulator.RecordedRequest;
import io.github.datahose.simulator.SimulatorOptions;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Outages of Kafka. A broker that becomes unavailable for some time is suspended while nothing is
 * in flight, and events are produced only then, so that no exact moment matters. (A single broker
 * that is killed or stopped while a transaction ends might not record that: {@code
 * TransactionMarkerChannelManager} of Kafka 4.3.1 skips partitions without a leader.)
 */
class BrokerOutageIT {
  /** Its own controller must not take a frozen broker for dead: its partitions had no leader. */
  private static final Map<String, String> STAYS_LEADER =
      Map.of("broker.session.timeout.ms", "300000");

  /** Above the 20 s within which the connector counts on an acknowledgement being in time. */
  private static final SimulatorOptions LONG_VISIBILITY =
      WorkerFixture.shortTimes().visibility(Duration.ofSeconds(25));

  private static final Set<TransactionState> OVER =
      Set.of(
          TransactionState.EMPTY,
          TransactionState.COMPLETE_COMMIT,
          TransactionState.COMPLETE_ABORT);

  /** For connectors' topics, apart from the one that their workers live in. */
  private static BrokerProcess kafka;

  @BeforeAll
  static void start() {
    kafka = BrokerProcess.start("outage", STAYS_LEADER);
  }

  @AfterAll
  static void stop() {
    kafka.close();
  }

  @ParameterizedTest
  @EnumSource
  @Tag("invariant-11")
  void invariant11KeepsFeedAndDeliversOnceWhenTopicKafkaIsUnavailable(Guarantee guarantee) {
    AtomicReference<Clock> agentsClock = new AtomicReference<>(Clock.systemUTC());
    SimulatorOptions options =
        WorkerFixture.shortTimes()
            .tokenLifetime(Duration.ofDays(1))
            .clock(() -> agentsClock.get().instant());
    try (WorkerFixture connector =
        guarantee
            .connector("outage", options)
            .writesTo(kafka)
            .set("datahose.keepalive.ms", "1000")
            // Otherwise an at-least-once worker's producer may write twice what it gets no answer
            // to.
            .set("producer.override.enable.idempotence", "true")
            .set("producer.override.transaction.timeout.ms", "120000")
            .start()) {
      connector.bring(100);
      freeze(kafka);
      connector.produce(300);
      connector.awaitBatchInFlight();
      int readsBefore = connector.simulator().requests().reads().count();
      // Three times the half hour after which the agent deletes a feed that nobody reads.
      for (int i = 0; i < 5; i++) {
        connector.awaitAnotherRead();
        agentsClock.updateAndGet(clock -> Clock.offset(clock, Duration.ofMinutes(20)));
      }
      List<RecordedRequest> reads = connector.simulator().requests().reads().list();
      assertThat(reads.subList(readsBefore, reads.size()))
          .as("acknowledge nothing new")
          .extracting(RecordedRequest::ackId)
          .containsOnly(reads.get(readsBefore).ackId());
      assertThat(connector.totals().acknowledged()).isEqualTo(100);
      connector.awaitRunning();

      kafka.thaw();
      connector.awaitAllAcknowledged();
      assertThat(connector.totals().feeds())
          .as("the feed of the beginning")
          .singleElement()
          .matches(FeedSnapshot::live);
      assertThat(connector.counter("keepalive-reads-total")).isGreaterThanOrEqualTo(4);
      assertThat(connector.counter("duplicates-total")).as("redelivered, dropped").isPositive();
      connector.assertAllThereOnce();
      connector.awaitRunning();
      assertTheRestartOfWhatFailedDoesNothing(connector);
    } finally {
      kafka.thaw();
    }
  }

  @Test
  @Tag("invariant-1")
  void invariant1LosesNothingWhenBrokerStopsLongerThanVisibilityTimeout() {
    // A new broker of the same id is let in only when the session of the old one is over.
    try (BrokerProcess restarted = BrokerProcess.start("restarted-broker", Map.of());
        WorkerFixture connector =
            new WorkerFixture(ConnectCluster.shared(), "restarted-broker")
                .writesTo(restarted)
                .set("datahose.keepalive.ms", "1000")
                .start()) {
      CompletableFuture<Void> production = connector.produceAtRate(1_500, 300);
      connector.awaitMoreAcknowledged(300);
      restarted.stop();
      connector.produce(300);
      connector.awaitBatchInFlight();
      WorkerFixture.awaitVisibilityTimeout();
      connector.awaitRunning();

      restarted.start();
      production.join();
      connector.awaitAllAcknowledged();
      assertThat(connector.counter("duplicates-total")).as("redelivered, dropped").isPositive();
      connector.assertNothingLost();
      connector.awaitRunning();
    }
  }

  /** That timeout begins when a record enters a batch: it does not cover a wait for metadata. */
  @ParameterizedTest
  @EnumSource
  void losesNothingAfterRestartWhenDeliveryTimeoutFailsTask(Guarantee guarantee) {
    assumeFalse(
        guarantee == Guarantee.EXACTLY_ONCE && Build.kafkaVersion().startsWith("3."),
        "A producer of Kafka 3 asks the coordinator first, and lets no batch time out meanwhile");
    try (WorkerFixture connector =
        guarantee
            .connector("delivery-timeout", LONG_VISIBILITY)
            .writesTo(kafka)
            .set("producer.override.delivery.timeout.ms", "3000")
            .set("producer.override.request.timeout.ms", "1000")
            .start()) {
      // The time-out counts from a record's way into a batch, and does not cover the wait for
      // metadata that comes before: so that is there.
      connector.produce(300);
      connector.restartUntilAllIsAcknowledged();

      freeze(kafka);
      connector.forgetLog();
      connector.produce(300);
      connector.awaitLog("{id=" + connector.name() + "-0} failed to send record to ");
      kafka.thaw();
      assertThat(connector.failure())
          .containsAnyOf(
              "Unrecoverable exception from producer send callback",
              // With exactly-once; the second when another record is sent before that is seen.
              "Failed to flush offsets and/or records for task",
              "Unrecoverable exception trying to send")
          .containsAnyOf(
              "ms has passed since batch creation",
              "hasn't received acknowledgment for some previously sent messages",
              // When the time is over as a request breaks off.
              "Disconnected from node");
      connector.restartUntilAllIsAcknowledged();
      connector.assertHolds(guarantee);
    } finally {
      kafka.thaw();
    }
  }

  /** Beside the others, since a worker shows the failure only when it has given up the producer. */
  @Test
  @Execution(ExecutionMode.CONCURRENT)
  @Tag("invariant-7")
  void invariant7DeliversOnceAfterRestartWhenKafkaEndsTransaction() {
    String name = "transaction-timeout";
    ConnectCluster cluster = ConnectCluster.sharedExactlyOnce();
    cluster.createTopic(name + ".messagesent");
    try (WorkerFixture connector =
        new WorkerFixture(cluster, name, LONG_VISIBILITY)
            .set("topic", name + ".${type}")
            .withoutTopicCreation()
            .set("producer.override.transaction.timeout.ms", "5000")
            .start()) {
      // The first opens the transaction, and the producer waits for the topic of the second.
      connector.simulator().produceAll(List.of(Events.message(1), Events.userJoinedRoom(2)));
      awaitTransactions(
          cluster.broker(),
          all ->
              all.stream()
                  .filter(each -> each.transactionalId().endsWith("-" + name + "-0"))
                  .anyMatch(each -> each.state() == TransactionState.COMPLETE_ABORT));
      connector.awaitRunning();

      cluster.createTopic(name + ".userjoinedroom");
      assertThat(connector.failure())
          .containsAnyOf(
              "was unable to finish writing records to Kafka before its producer transaction expired",
              // Kafka 3.
              "has been fenced by another producer with the same transactionalId");
      connector.restartUntilAllIsAcknowledged();
      connector.assertAllThereOnce(name + ".messagesent", name + ".userjoinedroom");
    }
  }

  /** Beside each other: each has a Kafka of its own. */
  @ParameterizedTest
  @EnumSource
  @Execution(ExecutionMode.CONCURRENT)
  void recoversAfterWorkerStopsTasksWithoutKafka(Guarantee guarantee) {
    String name = guarantee.name("workers-outage");
    ConnectCluster.Builder settings = ConnectCluster.named(name);
    STAYS_LEADER.forEach(settings::brokerProperty);
    try (ConnectCluster cluster = guarantee.start(settings);
        WorkerFixture connector =
            new WorkerFixture(cluster, name, LONG_VISIBILITY)
                .set("producer.override.transaction.timeout.ms", "120000")
                .start()) {
      connector.bring(100);
      connector.awaitOffsetStored();
      freeze(cluster.broker());
      connector.produce(300);
      connector.awaitBatchInFlight();
      eventually("the worker gives its Kafka up")
          .until(() -> cluster.worker().log().contains("Broker coordinator was unreachable"));
      connector.awaitNoReader();
      // The worker has no Kafka to note in that it does not.
      connector.awaitRunning();

      connector.simulator().returnUnacknowledged();
      cluster.broker().thaw();
      connector.awaitAllAcknowledged();
      connector.awaitRunning();
      connector.assertHolds(guarantee);
    }
  }

  /** Freezes a broker once the last transaction is over, its markers written. */
  private static void freeze(BrokerProcess broker) {
    awaitTransactions(broker, all -> all.stream().allMatch(each -> OVER.contains(each.state())));
    broker.freeze();
  }

  private static void awaitTransactions(
      BrokerProcess broker, Predicate<Collection<TransactionListing>> condition) {
    try (Admin admin = broker.admin()) {
      eventually("the transactions are as wanted")
          .until(() -> admin.listTransactions().all().get(30, TimeUnit.SECONDS), condition::test);
    }
  }

  /** A restarted task logs in again: the simulator had received that before the third read. */
  private static void assertTheRestartOfWhatFailedDoesNothing(WorkerFixture connector) {
    int logins = connector.simulator().logins().size();
    connector.rest().restart(connector.name(), true);
    for (int i = 0; i < 3; i++) {
      connector.awaitAnotherRead();
    }
    connector.awaitRunning();
    assertThat(connector.simulator().logins()).hasSize(logins);
  }
}
