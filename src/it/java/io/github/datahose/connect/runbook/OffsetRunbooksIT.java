// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.runbook;

import static io.github.datahose.launch.WorkerFixture.MESSAGES;
import static io.github.datahose.launch.WorkerFixture.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.TopicReader;
import io.github.datahose.launch.WorkerFixture.Guarantee;
import io.github.datahose.simulator.FeedSnapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Offsets that are forgotten, put back, and forgotten for one reader of two; taken along to another
 * worker cluster; or older than the feed.
 */
class OffsetRunbooksIT {
  private static final String HEARTBEATS = "symphony.heartbeats";
  private static final Duration AWAY = Duration.ofMinutes(40);

  @ParameterizedTest
  @EnumSource
  void repeatsOnlyLastResponsesAfterReset(Guarantee guarantee) {
    try (Stage stage = stage(guarantee).set("datahose.feed.all.readers", "2").start();
        Runbook runbook = Runbook.of("Reset offsets", stage.shell())) {
      long lastAnswers = stage.refuseAnAcknowledgement();
      runbook.run("stop");
      JsonNode before = stage.rest().offsets(Stage.CONNECTOR);
      assertThat(before.path("offsets")).hasSize(2);
      runbook.run("one");
      assertThat(stored(stage)).singleElement().asString().endsWith("symphony.all/0");
      runbook.run("back");
      assertThat(stage.rest().offsets(Stage.CONNECTOR)).isEqualTo(before);
      runbook.run("ledger");
      JsonNode kept = stage.rest().offsets(Stage.CONNECTOR);
      assertThat(kept.findValuesAsText("ackId")).containsExactly("", "");
      assertThat(kept.findValuesAsText("identities")).containsExactly("AQ==", "AQ==");
      assertThat(kept.findValues("window"))
          .hasSize(guarantee == Guarantee.EXACTLY_ONCE ? 2 : 0)
          .isEqualTo(before.findValues("window"));
      runbook.run("all");
      assertThat(stored(stage)).isEmpty();
      stage.takeReadsAgain();
      runbook.run("resume");
      stage.awaitMore();
      assertThat(lastAnswers).isPositive();
      stage.assertDuplicated(lastAnswers, Stage.TOPIC);
    }
  }

  /**
   * The connector moves to another worker cluster, with a batch in Kafka whose acknowledgment the
   * pod rejected. The feed redelivers it, and only the stored offset proves that it is in Kafka.
   */
  @ParameterizedTest
  @EnumSource
  void repeatsNothingWhenOffsetsAreCopied(Guarantee target) {
    ConnectCluster to = target.cluster();
    ConnectCluster from = Guarantee.values()[1 - target.ordinal()].cluster();
    try (Stage stage = new Stage(from).start();
        Runbook runbook = Runbook.of("Move to another worker cluster", stage.shell())) {
      try {
        stage.shell().set("NEW_CONNECT", to.worker().url().toString());
        stage.refuseAnAcknowledgement();
        runbook.run("stop");
        stage.takeReadsAgain();
        int logged = to.worker().log().length();
        runbook.run("ledger");
        runbook.run("start");
        runbook.run("clean");
        stage.awaitMore();
        stage.assertDuplicated(0, Stage.TOPIC);
        assertThat(to.worker().log().substring(logged))
            .containsPattern("feed all \\(tag symphony.all\\) STARTED: .* with a stored offset");
        assertThat(stage.rest().connectors()).doesNotContain(Stage.CONNECTOR);
      } finally {
        Stage.clean(to.rest());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void repeatsLastResponseWithoutOffsets(Guarantee target) {
    ConnectCluster to = target.cluster();
    ConnectCluster from = Guarantee.values()[1 - target.ordinal()].cluster();
    try (Stage stage = new Stage(from).start();
        Runbook runbook = Runbook.of("Move when the old cluster is unavailable", stage.shell())) {
      try {
        stage.shell().set("NEW_CONNECT", to.worker().url().toString());
        stage.shell().run("curl -s \"$CONNECT/connectors/symphony/config\" > symphony.json");
        long lastAnswer = stage.refuseAnAcknowledgement();
        // Gone means here that it does not run any more, and that nobody asks it for anything.
        stage.connector().stop();
        stage.takeReadsAgain();
        int logged = to.worker().log().length();
        runbook.run("start");
        stage.awaitMore();
        assertThat(lastAnswer).isPositive();
        stage.assertDuplicated(lastAnswer, Stage.TOPIC);
        assertThat(to.worker().log().substring(logged))
            .containsPattern("feed all \\(tag symphony.all\\) STARTED: .* without a stored offset");
      } finally {
        Stage.clean(to.rest());
      }
    }
  }

  /**
   * A connector that was stopped for 40 minutes, and whose feed was deleted. The test does not wait
   * for that: the pod deletes feeds earlier, and the stored times are set back by 40 minutes.
   */
  @ParameterizedTest
  @EnumSource
  void reportsGapBeforeAndAfterStart(Guarantee guarantee) throws Exception {
    try (Stage stage =
            new Stage(guarantee.cluster())
                .set("heartbeat.topic", HEARTBEATS)
                .set("heartbeat.interval.ms", "7000")
                .start();
        Runbook runbook =
            Runbook.of("After a stop of more than 30 minutes", stage.shell().withKafkaCommands())) {
      stage.calm();
      eventually("heartbeats").until(() -> beats(stage).size() > 1);
      stage.connector().stop();
      stage.simulator().produce(50, MESSAGES);
      forgetTheFeed(stage);
      stage.simulator().produce(30, MESSAGES);
      long lastRead = setBackTheOffset(stage);
      long lastBeat = setBackTheHeartbeats(stage);
      assertThat(runbook.run("look"))
          .contains("symphony.all/0\"")
          .contains("\"readAt\":" + lastRead + "\n");

      stage.connector().forgetLog();
      long resumedAt = System.currentTimeMillis();
      runbook.run("resume");
      eventually("the new feed").until(() -> feeds(stage).size() == 2);
      stage.flow();
      eventually("events of the new feed").until(() -> feeds(stage).get(1).acknowledged() > 100);
      assertThat(
              stage
                  .connector()
                  .log(
                      "stored no offset between " + Instant.ofEpochMilli(lastRead),
                      "With heartbeats"))
          .isNotEmpty();
      assertThat(stage.connector().counter("possible-gaps-total")).isEqualTo(1);
      eventually("a heartbeat of the new feed")
          .until(() -> beats(stage).stream().anyMatch(beat -> readAt(beat) > resumedAt));
      List<String> gaps = runbook.run("gaps").lines().filter(l -> l.startsWith("nobody")).toList();
      assertThat(gaps).singleElement().asString().startsWith("nobody read from " + lastBeat / 1000);
      assertThat(Long.parseLong(gaps.get(0).replaceFirst(".* to ", "")))
          .isBetween(resumedAt / 1000, System.currentTimeMillis() / 1000);
      lostAreThoseOfTheGapAlone(stage);
    }
  }

  /** The readers that have an offset; for a moment the worker may list one that has none. */
  private static List<String> stored(Stage stage) {
    return stage.rest().offsets(Stage.CONNECTOR).findParents("partition").stream()
        .filter(each -> !each.path("offset").isNull())
        .map(each -> each.at("/partition/reader").asText())
        .toList();
  }

  /** As the pod does when nobody read for long. */
  private static void forgetTheFeed(Stage stage) {
    stage.simulator().reconfigure(pod -> pod.feedExpiry(Duration.ZERO));
    eventually("the feed is deleted").until(() -> !feeds(stage).get(0).live());
    stage.simulator().reconfigure(pod -> pod.feedExpiry(Duration.ofMinutes(30)));
  }

  private static long setBackTheOffset(Stage stage) {
    JsonNode offsets = stage.rest().offsets(Stage.CONNECTOR);
    ObjectNode offset = (ObjectNode) offsets.at("/offsets/0/offset");
    long readAt = offset.path("readAt").asLong() - AWAY.toMillis();
    offset.put("readAt", readAt);
    stage.rest().patchOffsets(Stage.CONNECTOR, offsets);
    return readAt;
  }

  /** Answers the time of the last one. */
  private static long setBackTheHeartbeats(Stage stage) throws Exception {
    List<ConsumerRecord<String, String>> beats = beats(stage);
    ConnectCluster cluster = stage.connector().cluster();
    try (Admin admin = cluster.broker().admin();
        KafkaProducer<String, String> producer =
            new KafkaProducer<>(
                Map.of("bootstrap.servers", cluster.bootstrapServers()),
                new StringSerializer(),
                new StringSerializer())) {
      Map<TopicPartition, RecordsToDelete> all =
          beats.stream()
              .map(beat -> new TopicPartition(HEARTBEATS, beat.partition()))
              .distinct()
              .collect(Collectors.toMap(p -> p, p -> RecordsToDelete.beforeOffset(-1)));
      admin.deleteRecords(all).all().get();
      for (ConsumerRecord<String, String> beat : beats) {
        ObjectNode value = (ObjectNode) TopicReader.value(beat);
        value.put("readAt", readAt(beat) - AWAY.toMillis());
        producer.send(new ProducerRecord<>(HEARTBEATS, beat.key(), value.toString())).get();
      }
    }
    return beats.stream().mapToLong(OffsetRunbooksIT::readAt).max().orElseThrow() - AWAY.toMillis();
  }

  /** With a ledger where there can be one. */
  private static Stage stage(Guarantee guarantee) {
    Stage stage = new Stage(guarantee.cluster());
    return guarantee == Guarantee.EXACTLY_ONCE
        ? stage.set("exactly.once.support", "required").set("ledger.topic", "symphony.ledger")
        : stage;
  }

  private static List<ConsumerRecord<String, String>> beats(Stage stage) {
    return stage.connector().records(HEARTBEATS);
  }

  private static long readAt(ConsumerRecord<String, String> beat) {
    return TopicReader.value(beat).path("readAt").asLong();
  }

  private static void lostAreThoseOfTheGapAlone(Stage stage) {
    stage.endFlow();
    eventually("acknowledgements of the new feed")
        .until(() -> feeds(stage).get(1), feed -> feed.acknowledged() == feed.expected());
    List<FeedSnapshot> both = stage.simulator().ledger().snapshot().ofTag(Stage.TAG).feeds();
    // The marker of the last transaction might be written only after the response to its commit.
    List<String> records =
        eventually("all events of the new feed in Kafka")
            .until(
                () -> stage.connector().messageIds(),
                ids -> Set.copyOf(ids).containsAll(List.of(both.get(1).messageIds())));
    assertThat(records).as("nothing is there twice").doesNotHaveDuplicates();
    Set<String> inKafka = Set.copyOf(records);
    Set<String> lost = new HashSet<>(List.of(both.get(0).messageIds()));
    lost.removeAll(inKafka);
    assertThat(lost).as("what the feed held when it was deleted").hasSize(50);
  }

  private static List<FeedSnapshot> feeds(Stage stage) {
    return stage.totals(Stage.TAG).feeds();
  }
}
