// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.it;

import static io.github.datahose.launch.WorkerFixture.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.TopicReader;
import io.github.datahose.launch.WorkerFixture;
import io.github.datahose.simulator.FaultyProxy;
import io.github.datahose.simulator.FeedSnapshot;
import io.github.datahose.simulator.LedgerSnapshot;
import io.github.datahose.simulator.SimulatorKeys;
import io.github.datahose.simulator.SimulatorOptions;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Several feeds, readers, agents and connectors in one real worker. */
@Execution(ExecutionMode.CONCURRENT)
class SeveralFeedsIT {
  private static final List<String> FEEDS = List.of("messages", "rooms", "connections");

  private final ConnectCluster cluster = ConnectCluster.shared();

  @Test
  void deliversEachEventOnceWithThreeFeedsInThreeTasks() {
    try (WorkerFixture connector = threeFeeds("three-feeds").set("tasks.max", "3").start()) {
      connector.simulator().produce(3_000);
      connector.awaitAllAcknowledged();
      LedgerSnapshot ledger = connector.totals();
      assertThat(ledger.withoutFeed()).isZero();
      assertThat(ledger.feeds()).extracting(FeedSnapshot::tag).containsAll(connector.tags());
      assertThat(ledger.feeds())
          .hasSize(3)
          .allSatisfy(
              feed ->
                  assertThat(feed.acknowledged())
                      .as(feed.tag())
                      .isPositive()
                      .isEqualTo(feed.expected()));
      connector.assertAllThereInOrder(3_000, topics("three-feeds"));
      Set<String> types =
          connector.records(topics("three-feeds")).stream()
              .map(record -> TopicReader.value(record).path("type").asText())
              .collect(Collectors.toCollection(TreeSet::new));
      assertThat(types).hasSize(17).containsExactlyElementsOf(connector.simulator().types());
    }
  }

  @Test
  void losesNothingAndKeepsFeedsWhenTasksAreRescaled() {
    try (WorkerFixture connector = threeFeeds("rescaled").start()) {
      CompletableFuture<Void> production =
          connector.simulator().produceAtRate(6_000, 500, List.of());
      connector.awaitMoreAcknowledged(100);
      for (String tasks : List.of("3", "2")) {
        connector.set("tasks.max", tasks).apply();
        connector.awaitMoreAcknowledged(100);
      }
      production.join();
      connector.awaitAllAcknowledged();
      assertThat(connector.totals().feeds())
          .extracting(FeedSnapshot::tag)
          .containsExactlyInAnyOrderElementsOf(connector.tags());
      connector.assertNothingLost(topics("rescaled"));
    }
  }

  @Test
  void deliversEachEventOnceWhenTwoReadersShareFeed() {
    try (WorkerFixture connector =
        new WorkerFixture(cluster, "two-readers").set("datahose.feed.all.readers", "2").start()) {
      eventually("both readers wait for events")
          .until(
              () ->
                  connector.simulator().requests().readsOf(connector.tag()).waiting().count() == 2
                      && !connector.totals().feeds().isEmpty());
      connector.simulator().reconfigure(options -> options.batchSize(20));
      connector.bring(2_000);
      connector.assertAllThereInOrder(2_000);
      assertThat(connector.totals().feeds()).hasSize(1);
      eventually("offsets of both readers: each brought something")
          .until(
              () -> cluster.rest().offsets("two-readers").findValuesAsText("reader"),
              readers ->
                  Set.copyOf(readers)
                      .equals(
                          Set.of(
                              "127.0.0.1/settlement-bot/two-readers.all/0",
                              "127.0.0.1/settlement-bot/two-readers.all/1")));
    }
  }

  @Test
  void deliversEachEventOnceWhenAgentStopsAndRestarts() throws Exception {
    try (WorkerFixture connector = new WorkerFixture(cluster, "two-agents");
        FaultyProxy first = FaultyProxy.of(connector.simulator());
        FaultyProxy second = FaultyProxy.of(connector.simulator())) {
      connector.set("symphony.agent.url", first.url() + "," + second.url()).start();
      assertThat(connector.metric("agent")).isEqualTo(first.url() + "/");

      CompletableFuture<Void> stream = connector.produceAtRate(600, 200);
      connector.awaitMoreAcknowledged(100);
      first.die();
      connector.awaitCounter("agent-changes-total", 1);
      stream.join();
      connector.awaitAllAcknowledged();
      assertThat(connector.metric("agent")).isEqualTo(second.url() + "/");
      first.revive();
      connector.simulator().produce(100);
      connector.awaitAllAcknowledged();
      assertThat(connector.counter("agent-changes-total"))
          .as("it stays with the healthy agent")
          .isOne();

      assertThat(connector.audit()).matches(audit -> audit.ok());
      assertThat(
              connector.log(
                  "WARN ",
                  " Failing over from agent %s to %s"
                      .formatted(
                          first.url().substring("http://".length()),
                          second.url().substring("http://".length()))))
          .isNotEmpty();
    }
  }

  @Test
  void doesNotAffectOtherConnectorWhenOneFails() {
    SimulatorOptions otherAccount =
        WorkerFixture.shortTimes().account("other-bot", SimulatorKeys.publicKey());
    try (WorkerFixture well = new WorkerFixture(cluster, "well").start();
        WorkerFixture broken =
            new WorkerFixture(cluster, "broken", otherAccount)
                .set("symphony.username", "other-bot")
                .start()) {
      broken.bring(100);
      broken.simulator().close();
      broken.awaitCounter("consecutive-failures", 3);
      well.bring(1_000);
      well.assertAllThereInOrder(1_000);
      assertThat(well.counter("records-total")).isEqualTo(1_000);
      assertThat(well.counter("read-failures-total")).isZero();
      assertThat(broken.counter("records-total")).isEqualTo(100);
      assertThat(broken.counter("read-failures-network-total")).isGreaterThan(2);
      well.awaitRunning();
      broken.awaitRunning();
      assertThat(broken.records()).hasSize(100);
    }
  }

  private WorkerFixture threeFeeds(String name) {
    return new WorkerFixture(cluster, name)
        .set("datahose.feeds", String.join(",", FEEDS))
        .set(
            "datahose.feed.messages.event.types",
            "MESSAGESENT,MESSAGESUPPRESSED,SHAREDPOST,SYMPHONYELEMENTSACTION")
        .set(
            "datahose.feed.rooms.event.types",
            "INSTANTMESSAGECREATED,ROOMCREATED,ROOMUPDATED,ROOMDEACTIVATED,ROOMREACTIVATED,"
                + "USERREQUESTEDTOJOINROOM,USERJOINEDROOM,USERLEFTROOM,"
                + "ROOMMEMBERPROMOTEDTOOWNER,ROOMMEMBERDEMOTEDFROMOWNER")
        .set(
            "datahose.feed.connections.event.types",
            "CONNECTIONREQUESTED,CONNECTIONACCEPTED,GENERICSYSTEMEVENT")
        .set("topic", name + ".${feed}");
  }

  private static String[] topics(String name) {
    return FEEDS.stream().map(feed -> name + "." + feed).toArray(String[]::new);
  }
}
