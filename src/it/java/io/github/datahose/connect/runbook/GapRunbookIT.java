// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.runbook;

import static io.github.datahose.connect.it.LiveConnector.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.datahose.connect.it.FeedBean;
import io.github.datahose.connect.it.Guarantee;
import io.github.datahose.connect.it.Topics;
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
import org.junit.jupiter.api.Test;

/**
 * A connector that was stopped for 40 minutes, and whose feed is gone. Nobody waits for that: the
 * pod's patience is shortened, and what was noted is set back by 40 minutes.
 */
class GapRunbookIT {
  private static final String HEARTBEATS = "symphony.heartbeats";
  private static final Duration AWAY = Duration.ofMinutes(40);

  @Test
  void theGapIsToldBeforeAndAfterTheStart() throws Exception {
    try (Stage stage =
            Stage.in(Guarantee.AT_LEAST_ONCE.cluster())
                .set("heartbeat.topic", HEARTBEATS)
                .set("heartbeat.interval.ms", "7000")
                .start();
        Runbook runbook =
            Runbook.of(
                "After a stop of more than 30 minutes", stage.shell().withConsoleConsumer())) {
      stage.calm();
      eventually("heartbeats").until(() -> stage.topics().records(HEARTBEATS).size() > 1);
      stage.rest().stop(Stage.CONNECTOR);
      stage.rest().awaitState(Stage.CONNECTOR, "STOPPED", 0);
      stage.simulator().produce(50, Set.of("MESSAGESENT"));
      forgetTheFeed(stage);
      stage.simulator().produce(30, Set.of("MESSAGESENT"));
      long lastRead = setBackTheOffset(stage);
      long lastBeat = setBackTheHeartbeats(stage);

      assertThat(runbook.run("look"))
          .contains("symphony.all/0\"")
          .contains("\"readAt\":" + lastRead + "\n");
      long lines = stage.linesOfLog();
      long resumedAt = System.currentTimeMillis();
      runbook.run("resume");
      eventually("the new feed").until(() -> stage.totals(Stage.TAG).feeds().size() == 2);
      stage.flow();
      eventually("events of the new feed").until(() -> feeds(stage).get(1).acknowledged() > 100);
      assertThat(stage.log(lines))
          .anyMatch(
              line ->
                  line.contains("nothing was recorded between " + Instant.ofEpochMilli(lastRead))
                      && line.contains("With heartbeats"));
      assertThat(
              new FeedBean(Guarantee.AT_LEAST_ONCE.cluster().worker(), Stage.CONNECTOR)
                  .counter("possible-gaps-total"))
          .isEqualTo(1);

      eventually("a heartbeat of the new feed")
          .until(
              () ->
                  stage.topics().records(HEARTBEATS).stream().anyMatch(b -> readAt(b) > resumedAt));
      List<String> gaps = runbook.run("gaps").lines().filter(l -> l.startsWith("nobody")).toList();
      assertThat(gaps).singleElement().asString().startsWith("nobody read from " + lastBeat / 1000);
      assertThat(Long.parseLong(gaps.get(0).replaceFirst(".* to ", "")))
          .isBetween(resumedAt / 1000, System.currentTimeMillis() / 1000);
      lostAreThoseOfTheGapAlone(stage);
    }
  }

  /** As the pod does when nobody read for long. */
  private static void forgetTheFeed(Stage stage) {
    stage.simulator().reconfigure(pod -> pod.feedExpiry(Duration.ZERO));
    eventually("the feed is deleted").until(() -> !feeds(stage).get(0).live());
    stage.simulator().reconfigure(pod -> pod.feedExpiry(Duration.ofMinutes(30)));
  }

  private static long setBackTheOffset(Stage stage) {
    JsonNode offsets = stage.rest().offsets(Stage.CONNECTOR);
    ObjectNode offset = (ObjectNode) offsets.path("offsets").get(0).path("offset");
    long readAt = offset.path("readAt").asLong() - AWAY.toMillis();
    offset.put("readAt", readAt);
    stage.rest().patchOffsets(Stage.CONNECTOR, offsets);
    return readAt;
  }

  /** Answers the time of the last one. */
  private static long setBackTheHeartbeats(Stage stage) throws Exception {
    List<ConsumerRecord<String, String>> beats = stage.topics().records(HEARTBEATS);
    String servers = Guarantee.AT_LEAST_ONCE.cluster().bootstrapServers();
    try (Admin admin = Guarantee.AT_LEAST_ONCE.cluster().broker().admin();
        KafkaProducer<String, String> producer =
            new KafkaProducer<>(
                Map.of("bootstrap.servers", servers),
                new StringSerializer(),
                new StringSerializer())) {
      Set<TopicPartition> partitions =
          beats.stream()
              .map(beat -> new TopicPartition(HEARTBEATS, beat.partition()))
              .collect(Collectors.toSet());
      admin
          .deleteRecords(
              partitions.stream()
                  .collect(Collectors.toMap(p -> p, p -> RecordsToDelete.beforeOffset(-1))))
          .all()
          .get();
      for (ConsumerRecord<String, String> beat : beats) {
        ObjectNode value = (ObjectNode) Topics.value(beat);
        value.put("readAt", readAt(beat) - AWAY.toMillis());
        producer.send(new ProducerRecord<>(HEARTBEATS, beat.key(), value.toString())).get();
      }
    }
    return beats.stream().mapToLong(GapRunbookIT::readAt).max().orElseThrow() - AWAY.toMillis();
  }

  private static long readAt(ConsumerRecord<String, String> beat) {
    return Topics.value(beat).path("readAt").asLong();
  }

  private static void lostAreThoseOfTheGapAlone(Stage stage) {
    stage.endFlow();
    eventually("acknowledgements of the new feed")
        .until(() -> feeds(stage).get(1), feed -> feed.acknowledged() == feed.expected());
    List<FeedSnapshot> both = stage.simulator().ledger().snapshot().ofTag(Stage.TAG).feeds();
    Set<String> inKafka =
        stage.topics().records(Stage.TOPIC).stream()
            .map(Topics::messageId)
            .collect(Collectors.toSet());
    Set<String> lost = new HashSet<>(List.of(both.get(0).messageIds()));
    lost.removeAll(inKafka);
    assertThat(lost).as("what the feed held when it was deleted").hasSize(50);
    assertThat(inKafka).contains(both.get(1).messageIds());
  }

  private static List<FeedSnapshot> feeds(Stage stage) {
    return stage.totals(Stage.TAG).feeds();
  }
}
