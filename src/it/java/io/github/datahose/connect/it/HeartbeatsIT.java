// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.it;

import static io.github.datahose.connect.it.LiveConnector.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.datahose.launch.ConnectRest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Heartbeats of a quiet feed, the offsets that they move, and what a start tells by those. */
class HeartbeatsIT {
  @ParameterizedTest
  @EnumSource
  void invariant11OffsetsOfAQuietFeedMoveAndOnlyALongStopIsToldAtTheStart(Guarantee guarantee)
      throws Exception {
    String name = guarantee.name("beating");
    ConnectRest rest = guarantee.cluster().rest();
    FeedBean metrics = new FeedBean(guarantee.cluster().worker(), name);
    try (LiveConnector connector =
        new LiveConnector(guarantee.cluster(), name)
            .set("heartbeat.topic", name + ".heartbeats")
            .set("heartbeat.interval.ms", "1000")
            .start()) {
      connector.simulator().produce(100, Set.of("MESSAGESENT"));
      connector.awaitAllAcknowledged();
      JsonNode first =
          eventually("the offset of the whole batch")
              .until(() -> storedOffset(rest, name), offset -> identities(offset) == 100);
      long readAt = first.path("readAt").asLong();
      JsonNode later =
          eventually("offsets of a quiet feed move")
              .until(
                  () -> storedOffset(rest, name),
                  offset -> offset.path("readAt").asLong() >= readAt + 3_000);
      assertThat(later.path("identities"))
          .as("what may come again is not forgotten")
          .isEqualTo(first.path("identities"));
      assertHeartbeats(connector, name + ".heartbeats");

      stop(rest, name);
      start(rest, connector);
      metrics.await("reads-total", 1);
      assertThat(metrics.counter("possible-gaps-total")).as("a short stop").isZero();
      assertThat(warnings(guarantee, name)).isEmpty();

      stop(rest, name);
      Instant longAgo = Instant.now().minus(Duration.ofMinutes(40));
      JsonNode offsets = rest.offsets(name);
      ((ObjectNode) offsets.path("offsets").get(0).path("offset"))
          .put("readAt", longAgo.toEpochMilli());
      rest.patchOffsets(name, offsets);
      start(rest, connector);
      metrics.await("reads-total", 1);
      assertThat(metrics.counter("possible-gaps-total")).isEqualTo(1);
      assertThat(warnings(guarantee, name))
          .singleElement()
          .asString()
          .contains(Instant.ofEpochMilli(longAgo.toEpochMilli()).toString())
          .contains("With heartbeats that means that this connector did not read");
      assertThat(connector.audit().ok()).isTrue();
    }
  }

  private static void assertHeartbeats(LiveConnector connector, String topic) {
    List<ConsumerRecord<String, String>> beats = connector.topics().records(topic);
    assertThat(beats).hasSizeGreaterThan(2);
    assertThat(beats)
        .extracting(ConsumerRecord::key)
        .containsOnly("127.0.0.1/settlement-bot/" + connector.tag() + "/0");
    JsonNode newest = Topics.value(beats.get(beats.size() - 1));
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

  private static JsonNode storedOffset(ConnectRest rest, String name) {
    return eventually("a stored offset")
        .until(
            () -> rest.offsets(name).path("offsets").path(0).path("offset"),
            offset -> !offset.isMissingNode());
  }

  private static int identities(JsonNode offset) {
    return Base64.getDecoder().decode(offset.path("identities").asText()).length / 16;
  }

  private static void stop(ConnectRest rest, String name) {
    rest.stop(name);
    rest.awaitState(name, "STOPPED", 0);
  }

  private static void start(ConnectRest rest, LiveConnector connector) {
    rest.resume(connector.name());
    rest.awaitRunning(connector.name(), 1);
  }

  private static List<String> warnings(Guarantee guarantee, String name) {
    return guarantee
        .cluster()
        .worker()
        .log()
        .lines()
        .filter(line -> line.contains(" WARN [" + name + "|task-0]"))
        .filter(line -> line.contains("nothing was recorded between"))
        .toList();
  }
}
