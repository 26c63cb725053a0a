// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.it;

import static io.github.datahose.connect.it.LiveConnector.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.simulator.Audit;
import io.github.datahose.simulator.FeedSnapshot;
import io.github.datahose.simulator.LedgerSnapshot;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Several feeds in one connector, and several readers of one feed, in a real worker. */
class SeveralFeedsIT {
  private static final List<String> FEEDS = List.of("messages", "rooms", "connections");

  private final ConnectCluster cluster = ConnectCluster.shared();

  @Test
  void threeFeedsInThreeTasksBringEachEventOfEachTypeOnceAndAcknowledgeIt() {
    try (LiveConnector connector = threeFeeds("three-feeds").set("tasks.max", "3").start()) {
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
      Audit audit = connector.audit(topics("three-feeds"));
      assertThat(audit.ok()).as("%s", audit).isTrue();
      assertThat(audit.inKafka()).isEqualTo(3_000);
      Set<String> types =
          connector.topics().records(topics("three-feeds")).stream()
              .map(record -> Topics.value(record).path("type").asText())
              .collect(Collectors.toCollection(TreeSet::new));
      assertThat(types).hasSize(17).containsExactlyElementsOf(connector.simulator().types());
    }
  }

  @Test
  void rescalingTasksLosesNothingAndChangesNoFeed() {
    try (LiveConnector connector = threeFeeds("rescaled").set("tasks.max", "1").start()) {
      CompletableFuture<Void> production =
          connector.simulator().produceAtRate(6_000, 500, List.of());

      connector.awaitMoreAcknowledged(200);
      connector.set("tasks.max", "3").apply(3);
      connector.awaitMoreAcknowledged(200);
      connector.set("tasks.max", "2").apply(3);
      connector.awaitMoreAcknowledged(200);
      production.join();
      connector.awaitAllAcknowledged();

      assertThat(connector.totals().feeds())
          .extracting(FeedSnapshot::tag)
          .containsExactlyInAnyOrderElementsOf(connector.tags());
      Audit audit = connector.audit(topics("rescaled"));
      assertThat(audit.lost()).as("%s", audit).isZero();
      assertThat(audit.unknown()).as("%s", audit).isZero();
    }
  }

  @Test
  void twoReadersOfOneFeedShareItsEventsAndBringEachOnce() {
    try (LiveConnector connector =
        new LiveConnector(cluster, "two-readers").set("datahose.feed.all.readers", "2").start()) {
      eventually("both readers wait for events")
          .until(
              () ->
                  connector.simulator().requests().readsOf(connector.tag()).waiting().count() == 2
                      && !connector.totals().feeds().isEmpty());
      connector.simulator().reconfigure(options -> options.batchSize(20));
      connector.simulator().produce(2_000, Set.of("MESSAGESENT"));
      connector.awaitAllAcknowledged();

      Audit audit = connector.audit();
      assertThat(audit.ok()).as("%s", audit).isTrue();
      assertThat(audit.inKafka()).isEqualTo(2_000);
      assertThat(connector.totals().feeds()).hasSize(1);
      eventually("offsets of both readers: each brought something")
          .until(
              () -> readersWithOffsets(connector),
              Set.of(
                      "127.0.0.1/settlement-bot/two-readers.all/0",
                      "127.0.0.1/settlement-bot/two-readers.all/1")
                  ::equals);
    }
  }

  /** The readers that an offset is stored for, as their partitions name them. */
  private Set<String> readersWithOffsets(LiveConnector connector) {
    Set<String> readers = new TreeSet<>();
    cluster
        .rest()
        .offsets(connector.name())
        .path("offsets")
        .forEach(each -> readers.add(each.path("partition").path("reader").asText()));
    return readers;
  }

  private LiveConnector threeFeeds(String name) {
    return new LiveConnector(cluster, name)
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
