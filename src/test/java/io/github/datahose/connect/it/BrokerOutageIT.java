// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.it;

import static io.github.datahose.connect.it.LiveConnector.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.simulator.Audit;
import io.github.datahose.simulator.FeedSnapshot;
import io.github.datahose.simulator.RecordedRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Kafka away for longer than the feed hides what it gave out, with events flowing. */
class BrokerOutageIT {
  private static final Set<String> MESSAGES = Set.of("MESSAGESENT");

  /** The agent's half hour, made short: an outage would end the feed if nobody read it. */
  private static final Duration FEED_EXPIRY = Duration.ofSeconds(4);

  private static final Duration OUTAGE = FEED_EXPIRY.multipliedBy(3);

  /** What a worker with exactly-once says of most failures of a transaction. */
  private static final String FLUSH_FAILED = "Failed to flush offsets and/or records for task";

  @ParameterizedTest
  @EnumSource
  void invariant11WhileTheTopicsKafkaIsAwayTheFeedIsReadAndAfterwardsAllIsThereOnce(
      Guarantee guarantee) throws Exception {
    String name = guarantee.name("outage");
    try (OtherKafka kafka = new OtherKafka(name);
        LiveConnector connector =
            kafka.takes(
                new LiveConnector(
                    guarantee.cluster(),
                    name,
                    LiveConnector.shortTimes().feedExpiry(FEED_EXPIRY)))) {
      connector
          .set("datahose.keepalive.ms", "1000")
          // Otherwise an at-least-once worker's producer may write a batch twice when Kafka goes.
          .set("producer.override.enable.idempotence", "true")
          .set("producer.override.transaction.timeout.ms", "120000")
          .start();
      CompletableFuture<Void> production =
          connector.simulator().produceAtRate(6_000, 300, MESSAGES);
      connector.awaitMoreAcknowledged(300);
      kafka.broker().stop();
      Instant stopped = Instant.now();
      pass(OUTAGE);
      guarantee.cluster().rest().awaitRunning(name, 1);
      List<RecordedRequest> reads =
          connector.simulator().requests().reads().list().stream()
              .filter(read -> read.receivedAt().isAfter(stopped.plusSeconds(1)))
              .toList();
      assertThat(reads).hasSizeGreaterThanOrEqualTo(3);
      assertThat(reads)
          .as("acknowledge nothing new")
          .extracting(RecordedRequest::ackId)
          .containsOnly(reads.get(0).ackId());
      kafka.broker().start();
      production.join();
      connector.awaitAllAcknowledged();

      FeedBean metrics = new FeedBean(guarantee.cluster().worker(), name);
      assertThat(metrics.counter("keepalive-reads-total")).isGreaterThanOrEqualTo(3);
      assertThat(metrics.counter("duplicates-total")).as("redelivered, dropped").isPositive();
      assertOneFeed(connector);
      Audit audit = kafka.audit(connector);
      assertThat(audit.lost()).as("%s", audit).isZero();
      assertThat(audit.duplicated()).as("%s", audit).isZero();
      assertThat(audit.unknown()).as("%s", audit).isZero();
      guarantee.cluster().rest().awaitRunning(name, 1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void theProducersDeliveryTimeoutFailsTheTaskAndAfterARestartNothingIsLost(Guarantee guarantee) {
    String name = guarantee.name("delivery-timeout");
    try (OtherKafka kafka = new OtherKafka(name);
        LiveConnector connector = kafka.takes(new LiveConnector(guarantee.cluster(), name))) {
      connector
          .set("producer.override.delivery.timeout.ms", "3000")
          .set("producer.override.request.timeout.ms", "1000")
          .start();
      CompletableFuture<Void> production =
          connector.simulator().produceAtRate(6_000, 300, MESSAGES);
      connector.awaitMoreAcknowledged(300);
      kafka.broker().stop();
      String trace = guarantee.cluster().rest().awaitFailedTask(name);
      assertThat(trace)
          .containsAnyOf("Unrecoverable exception from producer send callback", FLUSH_FAILED)
          .containsAnyOf(
              "since batch creation",
              "hasn't received acknowledgment for some previously sent messages");
      kafka.broker().start();
      guarantee.cluster().rest().restart(name, true);
      production.join();
      connector.awaitAllAcknowledged();
      assertNothingLost(guarantee, kafka.audit(connector));
    }
  }

  @Test
  void invariant7AnOutageBeyondTheTransactionTimeoutFailsTheTaskAndAfterARestartAllIsThereOnce() {
    String name = "transaction-timeout";
    ConnectCluster cluster = ConnectCluster.sharedExactlyOnce();
    try (OtherKafka kafka = new OtherKafka(name);
        LiveConnector connector = kafka.takes(new LiveConnector(cluster, name))) {
      connector
          .set("producer.override.transaction.timeout.ms", "1000")
          // So that Kafka ends the transaction before the producer is back.
          .set("producer.override.reconnect.backoff.ms", "5000")
          .set("producer.override.reconnect.backoff.max.ms", "5000")
          .start();
      CompletableFuture<Void> production =
          connector.simulator().produceAtRate(60_000, 3_000, MESSAGES);
      String trace = "";
      for (int outage = 0; trace.isEmpty() && outage < 6; outage++) {
        // Between two transactions nothing can time out: then the outage heals.
        connector.awaitMoreAcknowledged(300);
        kafka.broker().kill();
        pass(Duration.ofSeconds(2));
        kafka.broker().start();
        trace = failureOrProgress(connector, cluster);
      }
      assertThat(trace)
          .containsAnyOf(
              "unable to finish writing records to Kafka before its producer transaction expired",
              FLUSH_FAILED);
      cluster.rest().restart(name, true);
      production.join();
      connector.awaitAllAcknowledged();
      assertNothingLost(Guarantee.EXACTLY_ONCE, kafka.audit(connector));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aWorkerWithoutItsKafkaStopsItsTasksAndAfterwardsNothingIsLost(Guarantee guarantee) {
    String name = guarantee.name("workers-outage");
    ConnectCluster.Builder builder = ConnectCluster.named(name);
    try (ConnectCluster cluster =
            (guarantee == Guarantee.EXACTLY_ONCE ? builder.exactlyOnce() : builder).start();
        LiveConnector connector = new LiveConnector(cluster, name)) {
      connector.set("producer.override.enable.idempotence", "true").start();
      CompletableFuture<Void> production =
          connector.simulator().produceAtRate(6_000, 300, MESSAGES);
      connector.awaitMoreAcknowledged(300);
      cluster.broker().stop();
      eventually("the worker says so")
          .until(() -> cluster.worker().log().contains("Broker coordinator was unreachable"));
      Instant stopped = Instant.now();
      pass(OUTAGE);
      assertThat(connector.simulator().requests().reads())
          .as("a stopped task reads nothing, so nothing keeps the feed")
          .noneMatch(read -> read.receivedAt().isAfter(stopped.plusSeconds(5)));
      cluster.broker().start();
      production.join();
      connector.awaitAllAcknowledged();
      cluster.rest().awaitRunning(name, 1);
      Audit audit = connector.audit();
      assertNothingLost(guarantee, audit);
    }
  }

  private static String failureOrProgress(LiveConnector connector, ConnectCluster cluster) {
    long acknowledged = connector.totals().acknowledged();
    return eventually("the task fails or goes on")
        .until(
            () ->
                connector.totals().acknowledged() > acknowledged + 1000
                    ? ""
                    : cluster.rest().status(connector.name()).at("/tasks/0/trace").asText(null),
            trace -> trace != null);
  }

  private static void assertOneFeed(LiveConnector connector) {
    assertThat(connector.totals().feeds())
        .as("the feed of the beginning")
        .singleElement()
        .matches(FeedSnapshot::live);
  }

  private static void assertNothingLost(Guarantee guarantee, Audit audit) {
    assertThat(audit.lost()).as("%s", audit).isZero();
    assertThat(audit.unknown()).as("%s", audit).isZero();
    if (guarantee == Guarantee.EXACTLY_ONCE) {
      assertThat(audit.duplicated()).as("%s", audit).isZero();
    }
  }

  private static void pass(Duration time) {
    await().pollDelay(time).atMost(time.multipliedBy(2)).until(() -> true);
  }
}
