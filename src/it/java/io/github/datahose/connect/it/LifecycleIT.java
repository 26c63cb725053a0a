// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.it;

import static io.github.datahose.launch.WorkerFixture.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.ConnectRest;
import io.github.datahose.launch.ConnectRestException;
import io.github.datahose.launch.WorkerFixture;
import io.github.datahose.launch.WorkerFixture.Guarantee;
import io.github.datahose.simulator.FeedSnapshot;
import io.github.datahose.simulator.RecordedRequest;
import io.github.datahose.simulator.Requests;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.ResourceLockTarget;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What an operator does to a connector through REST: nothing of it loses an event. Beside each
 * other, since they wait; those that hold something against a time run alone.
 */
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock(
    value = LifecycleIT.TIME,
    mode = ResourceAccessMode.READ,
    target = ResourceLockTarget.CHILDREN)
class LifecycleIT {
  /** Who holds this alone holds something against a time, so no other test runs beside it. */
  static final String TIME = "time of this machine";

  private static final Duration FEED_EXPIRY = Duration.ofSeconds(4);

  private final ConnectCluster cluster = ConnectCluster.shared();
  private final ConnectRest rest = cluster.rest();

  @Test
  @Tag("invariant-1")
  void invariant1DeliversWholeBatchAfterResumeWhenReadWhilePaused() {
    try (WorkerFixture connector = new WorkerFixture(cluster, "paused").start()) {
      connector.bring(100);
      readBatchWhilePaused(connector);
      WorkerFixture.awaitVisibilityTimeout();
      assertThat(connector.totals().acknowledged()).isEqualTo(100);
      assertThat(connector.records()).hasSize(100);
      connector.resume();
      connector.awaitAllAcknowledged();
      connector.assertAllThereInOrder(150);
    }
  }

  @Test
  void keepsBatchReadWhilePausedAcrossStop() {
    try (WorkerFixture connector = new WorkerFixture(cluster, "stopped-when-paused").start()) {
      readBatchWhilePaused(connector);
      connector.stop();
      assertThat(connector.totals().acknowledged()).isZero();
      connector.resume();
      connector.awaitAllAcknowledged();
      connector.assertAllThereInOrder(50);
    }
  }

  /** The agent deletes a feed after 30 minutes without a read; here after some seconds. */
  @ParameterizedTest
  @EnumSource
  @ResourceLock(TIME)
  @Tag("invariant-11")
  void invariant11KeepsFeedWhilePausedAndDeliversOnceAfterResume(Guarantee guarantee) {
    try (WorkerFixture connector = withExpiringFeed(guarantee, "kept", "1000")) {
      pauseWithABacklog(connector);
      connector.awaitCounter("keepalive-reads-total", 8);
      assertThat(connector.totals().acknowledged()).as("while it is paused").isEqualTo(100);
      connector.resume();
      connector.awaitAllAcknowledged();
      assertThat(connector.totals().feeds()).singleElement().matches(FeedSnapshot::live);
      connector.assertAllThereOnce();
      assertThat(connector.records()).hasSize(400);
    }
  }

  @Test
  @Tag("invariant-11")
  void invariant11LosesFeedWhilePausedWithoutKeepAliveReads() {
    try (WorkerFixture connector =
        withExpiringFeed(Guarantee.AT_LEAST_ONCE, "paused-not-kept", "0")) {
      pauseWithABacklog(connector);
      eventually("the feed is deleted")
          .until(() -> connector.totals().feeds().stream().noneMatch(FeedSnapshot::live));
    }
  }

  /** Nobody keeps its feed: the worker starts such a task when the pause ends. */
  @Test
  void readsNothingAndLosesFeedWhenPausedBeforeTasksStart() {
    try (WorkerFixture connector =
        withExpiringFeed(Guarantee.AT_LEAST_ONCE, "paused-before-start", "1000")) {
      connector.start();
      connector.pause();
      connector.rest().restart(connector.name(), false);
      eventually("the feed is deleted")
          .until(() -> connector.totals().feeds().stream().noneMatch(FeedSnapshot::live));
      connector.rest().awaitState(connector.name(), "PAUSED", 1);
      connector.resume();
      eventually("another feed").until(() -> connector.totals().feeds().size() == 2);
    }
  }

  @Test
  @ResourceLock(TIME)
  @Tag("invariant-3")
  void invariant3StopsQuicklyDuringLongPollWithoutLeavingReader() {
    try (WorkerFixture connector =
        new WorkerFixture(
                cluster,
                "stopped-in-poll",
                WorkerFixture.shortTimes().longPoll(Duration.ofSeconds(25)))
            .start()) {
      eventually("a read waits for events").until(() -> reads(connector).waiting().count() == 1);
      assertThat(connector.readers()).containsExactly("datahose-stopped-in-poll-all-0");
      Instant before = Instant.now();
      connector.stop();
      assertThat(Duration.between(before, Instant.now()))
          .as("far less than the rest of the long poll")
          .isLessThan(Duration.ofSeconds(15));
      assertThat(connector.log())
          .noneMatch(
              line -> line.contains("Graceful stop") || line.contains("did not stop in time"));
      eventually("the reader's thread ends")
          .atMost(Duration.ofSeconds(2))
          .until(() -> connector.readers().isEmpty());
    }
  }

  @Test
  void losesNothingAcrossStopResumeAndRestarts() {
    try (WorkerFixture connector = new WorkerFixture(cluster, "restarted").start()) {
      CompletableFuture<Void> production =
          connector.simulator().produceAtRate(6_000, 500, List.of());
      connector.awaitMoreAcknowledged(200);
      connector.stop();
      connector.resume();
      connector.awaitMoreAcknowledged(200);
      int logins = connector.simulator().logins().size();
      rest.request("POST", "/connectors/restarted/restart?includeTasks=false", null);
      connector.awaitRunning();
      connector.awaitMoreAcknowledged(200);
      assertThat(connector.simulator().logins()).as("the task continued").hasSize(logins);
      connector.restart();
      connector.awaitMoreAcknowledged(200);
      production.join();
      connector.awaitAllAcknowledged();
      connector.assertNothingLost();
      assertThat(connector.totals().feeds()).hasSize(1);
    }
  }

  @Test
  @Tag("invariant-4")
  void invariant4ContinuesFromStoredOffsetWhenCreatedAgain() {
    try (WorkerFixture connector = new WorkerFixture(cluster, "created-again").start()) {
      connector.bring(250);
      String lastAckId = ackIdOfLastBatch(connector);
      rest.delete("created-again");
      rest.awaitGone("created-again");
      connector.produce(50);
      int readsOfTheFirst = reads(connector).count();
      connector.apply();
      RecordedRequest next =
          eventually("the second reads")
              .until(() -> reads(connector).list(), reads -> reads.size() > readsOfTheFirst)
              .get(readsOfTheFirst);
      assertThat(next.json().path("ackId").asText()).isNotEmpty().isEqualTo(lastAckId);
      connector.awaitAllAcknowledged();
      connector.assertAllThereInOrder(300);
    }
  }

  /**
   * An upgrade of the archive, by what the earlier one left in Kafka (the file says how it was
   * made). The pod gives out again all of that: what was acknowledged late, and what was not
   * acknowledged.
   */
  @ParameterizedTest
  @EnumSource
  @Tag("invariant-7")
  void invariant7ContinuesFromOffsetOfEarlierArchive(Guarantee guarantee) throws Exception {
    JsonNode earlier = storedByAnEarlierArchive();
    JsonNode stored = earlier.path("stored").path(guarantee.name());
    String value = stored.path("value").textValue();
    List<String> delivered =
        StreamSupport.stream(earlier.path("delivered").spliterator(), false)
            .map(JsonNode::textValue)
            .toList();
    try (WorkerFixture connector = guarantee.connector("upgraded")) {
      connector.cluster().createTopic(connector.name());
      try (KafkaProducer<String, String> before = producer(connector)) {
        for (String event : delivered) {
          // Of a record the audit asks for the messageId alone, which is where the event has it.
          before.send(new ProducerRecord<>(connector.name(), event)).get();
        }
        String key = stored.path("key").textValue();
        before.send(new ProducerRecord<>(connector.cluster().offsetsTopic(), key, value)).get();
      }

      connector.start();
      JsonNode offset = new ObjectMapper().readTree(value);
      assertThat(reads(connector).list().get(0).json().path("ackId"))
          .isEqualTo(offset.path("ackId"));
      // It took the filter, too: otherwise it were the offset of another feed.
      connector.awaitLog(
          "stored no offset between " + Instant.ofEpochMilli(offset.path("readAt").asLong()));
      List<String> comes = new ArrayList<>(delivered);
      comes.addAll(Events.messages(1_000, 1_010));
      connector.bring(comes);
      connector.assertAllThereInOrder(comes.size());
      assertThat(connector.counter("duplicates-total")).isEqualTo(delivered.size());
    }
  }

  @ParameterizedTest
  @EnumSource
  void sendsAlteredOffsetWithNextRead(Guarantee guarantee) {
    try (WorkerFixture connector = guarantee.connector("offsets").start()) {
      ConnectRest offsets = connector.rest();
      connector.bring(100);
      connector.stop();
      JsonNode stored = offsets.offsets(connector.name());
      assertThat(stored.path("offsets")).hasSize(1);
      JsonNode only = stored.path("offsets").get(0);
      assertThat(only.path("partition"))
          .hasToString("{\"reader\":\"127.0.0.1/settlement-bot/%s/0\"}".formatted(connector.tag()));
      assertThat(only.path("offset").fieldNames())
          .toIterable()
          .containsExactlyInAnyOrder("ackId", "readAt", "filter", "identities");
      refusesWhatIsNoOffset(connector, stored);

      JsonNode patched = stored.deepCopy();
      firstOffset(patched).put("ackId", "set-by-hand");
      offsets.patchOffsets(connector.name(), patched);
      assertThat(connector.ackIdsAfterResume(2))
          .as("the simulator rejects it, and the reader continues without it (invariant 4)")
          .containsExactly("set-by-hand", "");

      connector.stop();
      offsets.deleteOffsets(connector.name());
      // For a moment the worker may still list the partition, with null.
      assertThat(offsets.offsets(connector.name()).path("offsets"))
          .allMatch(each -> each.path("offset").isNull());
      assertThat(connector.ackIdsAfterResume(1)).containsExactly("");
      connector.bring(100);
      connector.assertAllThereInOrder(200);
    }
  }

  private static void refusesWhatIsNoOffset(WorkerFixture connector, JsonNode stored) {
    Object otherPartition =
        Map.of(
            "offsets",
            List.of(Map.of("partition", Map.of("feed", "all"), "offset", firstOffset(stored))));
    assertThatThrownBy(() -> connector.rest().patchOffsets(connector.name(), otherPartition))
        .isInstanceOf(ConnectRestException.class)
        .hasMessageContaining("The partition is not one of a reader")
        .hasMessageContaining("<pod host>/<account>/<tag>/<number of the reader>");
    JsonNode halfAnOffset = stored.deepCopy();
    firstOffset(halfAnOffset).remove("identities");
    assertThatThrownBy(() -> connector.rest().patchOffsets(connector.name(), halfAnOffset))
        .isInstanceOf(ConnectRestException.class)
        .hasMessageContaining("The offset is not one of a reader")
        .hasMessageContaining("Use null to delete it, or");
    assertThat(connector.rest().offsets(connector.name())).isEqualTo(stored);
  }

  private static JsonNode storedByAnEarlierArchive() throws IOException {
    try (InputStream file = LifecycleIT.class.getResourceAsStream("stored-by-855d5dd.json")) {
      return new ObjectMapper().readTree(file);
    }
  }

  private static KafkaProducer<String, String> producer(WorkerFixture connector) {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", connector.cluster().bootstrapServers()),
        new StringSerializer(),
        new StringSerializer());
  }

  private static ObjectNode firstOffset(JsonNode offsets) {
    return (ObjectNode) offsets.at("/offsets/0/offset");
  }

  private static void readBatchWhilePaused(WorkerFixture connector) {
    connector.pause();
    long before = connector.totals().delivered();
    connector.produce(50);
    eventually("the batch is read").until(() -> connector.totals().delivered() == before + 50);
  }

  private static WorkerFixture withExpiringFeed(
      Guarantee guarantee, String name, String keepAliveMillis) {
    return guarantee
        .connector(name, WorkerFixture.shortTimes().feedExpiry(FEED_EXPIRY))
        .set("datahose.keepalive.ms", keepAliveMillis);
  }

  /** 100 events are in Kafka, then 300 come while it is paused, in batches of 100. */
  private static void pauseWithABacklog(WorkerFixture connector) {
    connector.start();
    connector.bring(100);
    connector.pause();
    connector.produce(300);
  }

  private static Requests reads(WorkerFixture connector) {
    return connector.simulator().requests().readsOf(connector.tag());
  }

  /** The ackId that came with the last answer that had events. */
  private static String ackIdOfLastBatch(WorkerFixture connector) {
    return reads(connector).answered(200).list().stream()
        .map(RecordedRequest::answerJson)
        .filter(answer -> !answer.path("events").isEmpty())
        .map(answer -> answer.path("ackId").asText())
        .reduce("", (earlier, later) -> later);
  }
}
