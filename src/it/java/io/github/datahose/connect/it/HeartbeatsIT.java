// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.it;

import static io.github.datahose.launch.WorkerFixture.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.datahose.launch.TopicReader;
import io.github.datahose.launch.WorkerFixture;
import io.github.datahose.launch.WorkerFixture.Guarantee;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Heartbeats of a quiet feed, the offsets that they advance, and the report of a start from these
 * offsets.
 */
class HeartbeatsIT {
  private static final String GAP = "stored no offset between";

  @ParameterizedTest
  @EnumSource
  @Execution(ExecutionMode.CONCURRENT)
  @Tag("invariant-11")
  void invariant11AdvancesOffsetsOfQuietFeedAndReportsOnlyLongStop(Guarantee guarantee) {
    String heartbeats = guarantee.name("beating") + ".heartbeats";
    try (WorkerFixture connector =
        guarantee
            .connector("beating")
            .set("heartbeat.topic", heartbeats)
            .set("heartbeat.interval.ms", "1000")
            .start()) {
      connector.bring(100);
      JsonNode first =
          eventually("the offset of the whole batch")
              .until(() -> storedOffset(connector), offset -> identities(offset) == 100);
      long readAt = first.path("readAt").asLong();
      JsonNode later =
          eventually("offsets of a quiet feed move")
              .until(
                  () -> storedOffset(connector),
                  offset -> offset.path("readAt").asLong() >= readAt + 3_000);
      assertThat(later.path("identities"))
          .as("identities of events that might be redelivered are kept")
          .isEqualTo(first.path("identities"));
      assertHeartbeats(connector, heartbeats);

      connector.stop();
      connector.resume();
      connector.awaitCounter("reads-total", 1);
      assertThat(connector.counter("possible-gaps-total")).as("a short stop").isZero();
      assertThat(connector.log(" WARN ", GAP)).isEmpty();

      connector.stop();
      long longAgo = Instant.now().minus(Duration.ofMinutes(40)).toEpochMilli();
      JsonNode offsets = connector.rest().offsets(connector.name());
      ((ObjectNode) offsets.at("/offsets/0/offset")).put("readAt", longAgo);
      connector.rest().patchOffsets(connector.name(), offsets);
      connector.resume();
      connector.awaitCounter("reads-total", 1);
      assertThat(connector.counter("possible-gaps-total")).isEqualTo(1);
      assertThat(connector.log(" WARN ", GAP))
          .singleElement()
          .asString()
          .contains(Instant.ofEpochMilli(longAgo).toString())
          .contains("that the connector did not read");
      connector.assertAllThereInOrder(100);
    }
  }

  private static void assertHeartbeats(WorkerFixture connector, String topic) {
    List<ConsumerRecord<String, String>> beats = connector.records(topic);
    assertThat(beats).hasSizeGreaterThan(2);
    assertThat(beats)
        .extracting(ConsumerRecord::key)
        .containsOnly("127.0.0.1/settlement-bot/" + connector.tag() + "/0");
    JsonNode newest = TopicReader.value(beats.get(beats.size() - 1));
    assertThat(newest.fieldNames())
        .toIterable()
        .containsExactly("reader", "readAt", "reads", "events", "records", "duplicates");
    assertThat(newest.path("reader").asText()).isEqualTo(beats.get(0).key());
    assertThat(newest.path("readAt").asLong())
        .isBetween(System.currentTimeMillis() - 60_000, System.currentTimeMillis());
    // The topic has two partitions, and one key: one of the two, in order.
    assertThat(newest.path("events").asLong()).isEqualTo(100);
    assertThat(newest.path("records").asLong()).isEqualTo(100);
  }

  private static JsonNode storedOffset(WorkerFixture connector) {
    return eventually("a stored offset")
        .until(
            () -> connector.rest().offsets(connector.name()).at("/offsets/0/offset"),
            offset -> !offset.isMissingNode());
  }

  private static int identities(JsonNode offset) {
    return Base64.getDecoder().decode(offset.path("identities").asText()).length / 16;
  }
}
