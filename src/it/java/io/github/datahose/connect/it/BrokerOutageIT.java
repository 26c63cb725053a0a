// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.it;

import static io.github.datahose.connect.it.LiveConnector.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.datahose.launch.BrokerProcess;
import io.github.datahose.launch.Build;
import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.simulator.Audit;
import io.github.datahose.simulator.FeedSnapshot;
import io.github.datahose.simulator.LedgerSnapshot;
import io.github.datahose.simulator.RecordedRequest;
import io.github.datahose.simulator.Simulator;
import io.github.datahose.simulator.SimulatorOptions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Kafka away. A broker that is to be away and to come back is frozen while nothing is under way,
 * and events come only then: so nobody has to hit a moment. (One that is killed or stopped while a
 * transaction ends may forget to write that down, when it is alone: {@code
 * TransactionMarkerChannelManager} of Kafka 4.3.1 skips partitions without a leader.)
 */
class BrokerOutageIT {
  private static final Set<String> MESSAGES = Set.of("MESSAGESENT");

  /** Its own controller must not take a frozen broker for dead: its partitions had no leader. */
  private static final Map<String, String> STAYS_LEADER =
      Map.of("broker.session.timeout.ms", "300000");

  /** Above the 20 s within which the connector counts on an acknowledgement being in time. */
  private static final SimulatorOptions LONG_VISIBILITY =
      LiveConnector.shortTimes().visibility(Duration.ofSeconds(25));

  private static OtherKafka kafka;

  @BeforeAll
  static void start() {
    kafka = new OtherKafka("outage", STAYS_LEADER);
  }

  @AfterAll
  static void stop() {
    kafka.close();
  }

  @ParameterizedTest
  @EnumSource
  void invariant11WhileTheTopicsKafkaIsAwayTheFeedIsKeptAndAfterwardsAllIsThereOnce(
      Guarantee guarantee) {
    String name = guarantee.name("outage");
    AtomicReference<Clock> agentsClock = new AtomicReference<>(Clock.systemUTC());
    SimulatorOptions options =
        LiveConnector.shortTimes()
            .tokenLifetime(Duration.ofDays(1))
            .clock(() -> agentsClock.get().instant());
    try (LiveConnector connector =
        kafka.takes(new LiveConnector(guarantee.cluster(), name, options))) {
      connector
          .set("datahose.keepalive.ms", "1000")
          // Otherwise an at-least-once worker's producer may write twice what it gets no answer to.
          .set("producer.override.enable.idempotence", "true")
          .set("producer.override.transaction.timeout.ms", "120000")
          .start();
      connector.simulator().produce(100, MESSAGES);
      connector.awaitAllAcknowledged();
      freeze(kafka.broker());
      connector.simulator().produce(300, MESSAGES);
      awaitBatchInFlight(connector);
      int readsBefore = connector.simulator().requests().reads().count();
      // Three times the half hour after which the agent deletes a feed that nobody reads.
      for (int i = 0; i < 5; i++) {
        awaitAnotherRead(connector.simulator());
        agentsClock.updateAndGet(clock -> Clock.offset(clock, Duration.ofMinutes(20)));
      }
      List<RecordedRequest> reads = connector.simulator().requests().reads().list();
      assertThat(reads.subList(readsBefore, reads.size()))
          .as("acknowledge nothing new")
          .extracting(RecordedRequest::ackId)
          .containsOnly(reads.get(readsBefore).ackId());
      assertThat(connector.totals().acknowledged()).isEqualTo(100);
      guarantee.cluster().rest().awaitRunning(name, 1);
      kafka.broker().thaw();
      connector.awaitAllAcknowledged();

      assertOneFeed(connector);
      FeedBean metrics = new FeedBean(guarantee.cluster().worker(), name);
      assertThat(metrics.counter("keepalive-reads-total")).isGreaterThanOrEqualTo(4);
      assertThat(metrics.counter("duplicates-total")).as("redelivered, dropped").isPositive();
      assertAllThereOnce(kafka.audit(connector));
      guarantee.cluster().rest().awaitRunning(name, 1);
      assertTheRestartOfWhatFailedDoesNothing(guarantee.cluster(), connector);
    } finally {
      kafka.broker().thaw();
    }
  }

  @Test
  void invariant1ABrokerStoppedForLongerThanTheVisibilityTimeoutAndRestartedLosesNothing() {
    String name = "restarted-broker";
    ConnectCluster cluster = ConnectCluster.shared();
    // A new broker of the same id is let in only when the session of the old one is over.
    try (OtherKafka restarted = new OtherKafka(name, Map.of());
        LiveConnector connector = restarted.takes(new LiveConnector(cluster, name))) {
      connector.set("datahose.keepalive.ms", "1000").start();
      CompletableFuture<Void> production =
          connector.simulator().produceAtRate(1_500, 300, MESSAGES);
      connector.awaitMoreAcknowledged(300);
      restarted.broker().stop();
      connector.simulator().produce(300, MESSAGES);
      awaitBatchInFlight(connector);
      LiveConnector.awaitVisibilityTimeout();
      cluster.rest().awaitRunning(name, 1);
      restarted.broker().start();
      production.join();
      connector.awaitAllAcknowledged();

      assertThat(new FeedBean(cluster.worker(), name).counter("duplicates-total"))
          .as("redelivered, dropped")
          .isPositive();
      assertNothingLost(restarted.audit(connector));
      cluster.rest().awaitRunning(name, 1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void theProducersDeliveryTimeoutFailsTheTaskAndAfterARestartNothingIsLost(Guarantee guarantee) {
    assumeFalse(
        guarantee == Guarantee.EXACTLY_ONCE && Build.kafkaVersion().startsWith("3."),
        "A producer of Kafka 3 asks the coordinator first, and lets no batch time out meanwhile");
    String name = guarantee.name("delivery-timeout");
    try (LiveConnector connector =
        kafka.takes(new LiveConnector(guarantee.cluster(), name, LONG_VISIBILITY))) {
      connector
          .set("producer.override.delivery.timeout.ms", "3000")
          .set("producer.override.request.timeout.ms", "1000")
          .start();
      // The time-out counts from a record's way into a batch, and does not cover the wait for
      // metadata that comes before: so that is there.
      connector.simulator().produce(300, MESSAGES);
      restartUntilAllIsAcknowledged(guarantee.cluster(), connector);
      freeze(kafka.broker());
      int logged = guarantee.cluster().worker().log().length();
      connector.simulator().produce(300, MESSAGES);
      awaitLog(guarantee.cluster(), logged, "{id=" + name + "-0} failed to send record to " + name);
      kafka.broker().thaw();
      assertThat(traceOfFailure(guarantee.cluster(), name))
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
      restartUntilAllIsAcknowledged(guarantee.cluster(), connector);
      assertHolds(guarantee, kafka.audit(connector));
    } finally {
      kafka.broker().thaw();
    }
  }

  /** Beside the others, since a worker shows the failure only when it has given up the producer. */
  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void invariant7ATransactionThatKafkaEndsFailsTheTaskAndAfterARestartAllIsThereOnce() {
    String name = "transaction-timeout";
    String messages = name + ".messagesent";
    String joins = name + ".userjoinedroom";
    ConnectCluster cluster = ConnectCluster.sharedExactlyOnce();
    cluster.createTopic(messages);
    try (LiveConnector connector =
        new LiveConnector(cluster, name, LONG_VISIBILITY)
            .set("topic", name + ".${type}")
            .unset("topic.creation.default.partitions")
            .unset("topic.creation.default.replication.factor")
            .set("producer.override.transaction.timeout.ms", "5000")
            .start()) {
      // The first opens the transaction, and the producer waits for the topic of the second.
      connector.simulator().produceAll(List.of(Events.message(1), Events.userJoinedRoom(2)));
      awaitTransaction(cluster.broker(), name, TransactionState.COMPLETE_ABORT);
      cluster.rest().awaitRunning(name, 1);
      cluster.createTopic(joins);
      assertThat(traceOfFailure(cluster, name))
          .containsAnyOf(
              "was unable to finish writing records to Kafka before its producer transaction expired",
              // Kafka 3.
              "has been fenced by another producer with the same transactionalId");
      restartUntilAllIsAcknowledged(cluster, connector);
      assertAllThereOnce(connector.audit(messages, joins));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aWorkerWithoutItsKafkaStopsItsTasksAndAfterwardsGoesOnByItself(Guarantee guarantee) {
    String name = guarantee.name("workers-outage");
    try (ConnectCluster cluster = ownCluster(guarantee, name);
        LiveConnector connector = new LiveConnector(cluster, name, LONG_VISIBILITY)) {
      connector.set("producer.override.transaction.timeout.ms", "120000").start();
      connector.simulator().produce(100, MESSAGES);
      connector.awaitAllAcknowledged();
      freeze(cluster.broker());
      connector.simulator().produce(300, MESSAGES);
      awaitBatchInFlight(connector);
      awaitLog(cluster, 0, "Broker coordinator was unreachable");
      eventually("nobody reads")
          .pollInterval(Duration.ofMillis(200))
          .until(() -> new WorkerThreads(cluster.worker()).readersOf(name).isEmpty());
      // The worker has no Kafka to note in that it does not.
      cluster.rest().awaitRunning(name, 1);
      connector.simulator().returnUnacknowledged();
      cluster.broker().thaw();
      connector.awaitAllAcknowledged();
      cluster.rest().awaitRunning(name, 1);
      assertHolds(guarantee, connector.audit());
    }
  }

  private static ConnectCluster ownCluster(Guarantee guarantee, String name) {
    ConnectCluster.Builder builder = ConnectCluster.named(name);
    STAYS_LEADER.forEach(builder::brokerProperty);
    return (guarantee == Guarantee.EXACTLY_ONCE ? builder.exactlyOnce() : builder).start();
  }

  /** Freezes a broker once the last transaction is over, its markers written. */
  private static void freeze(BrokerProcess broker) {
    try (Admin admin = broker.admin()) {
      eventually("no transaction under way")
          .until(() -> transactions(admin).stream().allMatch(BrokerOutageIT::isOver));
    }
    broker.freeze();
  }

  private static boolean isOver(TransactionListing transaction) {
    return Set.of(
            TransactionState.EMPTY,
            TransactionState.COMPLETE_COMMIT,
            TransactionState.COMPLETE_ABORT)
        .contains(transaction.state());
  }

  private static void awaitTransaction(
      BrokerProcess broker, String connector, TransactionState state) {
    try (Admin admin = broker.admin()) {
      eventually("a transaction " + state)
          .until(
              () ->
                  transactions(admin).stream()
                      .filter(each -> each.transactionalId().endsWith("-" + connector + "-0"))
                      .anyMatch(each -> each.state() == state));
    }
  }

  private static List<TransactionListing> transactions(Admin admin) throws Exception {
    return List.copyOf(admin.listTransactions().all().get(30, TimeUnit.SECONDS));
  }

  /** Waits for a text in the worker's log, beyond so many characters of it. */
  private static void awaitLog(ConnectCluster cluster, int beyond, String text) {
    eventually("the log says: " + text)
        .pollInterval(Duration.ofMillis(200))
        .until(() -> cluster.worker().log().indexOf(text, beyond) >= 0);
  }

  private static void awaitBatchInFlight(LiveConnector connector) {
    eventually("a batch in flight")
        .until(
            () -> {
              LedgerSnapshot totals = connector.totals();
              return totals.delivered() > totals.acknowledged();
            });
  }

  /** Waits for a read that begins after this and is answered. */
  private static void awaitAnotherRead(Simulator simulator) {
    int before = simulator.requests().reads().count();
    eventually("reads that keep the feed")
        .until(
            () -> {
              List<RecordedRequest> reads = simulator.requests().reads().list();
              return reads.size() > before && reads.get(before).status() == 200;
            });
  }

  /**
   * What a timer of an operator does: the restart of what failed does nothing to what is well. More
   * than one is needed only when the machine is too busy for the short time-outs. What a failed
   * task had comes again at once.
   */
  private static void restartUntilAllIsAcknowledged(
      ConnectCluster cluster, LiveConnector connector) {
    long expected = connector.totals().expected();
    eventually("acknowledgements of " + expected + " events at " + connector.name())
        .pollInterval(Duration.ofSeconds(1))
        .until(
            () -> {
              if (hasFailed(task(cluster, connector.name()))) {
                connector.simulator().returnUnacknowledged();
              }
              cluster.rest().restart(connector.name(), true);
              return connector.totals().acknowledged() >= expected;
            });
  }

  /** Waits long: a worker shows a failure when it has given up the producer, up to 30 s later. */
  private static String traceOfFailure(ConnectCluster cluster, String name) {
    return eventually("the task fails")
        .atMost(Duration.ofMinutes(4))
        .until(() -> task(cluster, name), BrokerOutageIT::hasFailed)
        .path("trace")
        .asText();
  }

  private static JsonNode task(ConnectCluster cluster, String name) {
    return cluster.rest().status(name).at("/tasks/0");
  }

  private static boolean hasFailed(JsonNode task) {
    return task.path("state").asText().equals("FAILED");
  }

  /** A task that is restarted logs in anew: by the third read the simulator had seen it. */
  private static void assertTheRestartOfWhatFailedDoesNothing(
      ConnectCluster cluster, LiveConnector connector) {
    int logins = connector.simulator().logins().size();
    cluster.rest().restart(connector.name(), true);
    for (int i = 0; i < 3; i++) {
      awaitAnotherRead(connector.simulator());
    }
    cluster.rest().awaitRunning(connector.name(), 1);
    assertThat(connector.simulator().logins()).hasSize(logins);
  }

  private static void assertOneFeed(LiveConnector connector) {
    assertThat(connector.totals().feeds())
        .as("the feed of the beginning")
        .singleElement()
        .matches(FeedSnapshot::live);
  }

  private static void assertHolds(Guarantee guarantee, Audit audit) {
    if (guarantee == Guarantee.EXACTLY_ONCE) {
      assertAllThereOnce(audit);
    } else {
      assertNothingLost(audit);
    }
  }

  private static void assertAllThereOnce(Audit audit) {
    assertNothingLost(audit);
    assertThat(audit.duplicated()).as("%s", audit).isZero();
  }

  private static void assertNothingLost(Audit audit) {
    assertThat(audit.lost()).as("%s", audit).isZero();
    assertThat(audit.unknown()).as("%s", audit).isZero();
  }
}
