// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Transformations that drop records, with Connect's own Filter and predicates. A record that is
 * dropped never comes to Kafka, yet its batch must be acknowledged; a worker with exactly-once does
 * not even report it when the whole transaction was dropped.
 */
class DroppedRecordsIT {
  private static final int BATCHES = 5;
  private static final int MESSAGES = 9;

  @ParameterizedTest
  @EnumSource
  void invariant1ABatchWhoseRecordsAreAllDroppedIsAcknowledged(Guarantee guarantee) {
    try (LiveConnector connector =
        new LiveConnector(guarantee.cluster(), guarantee.name("all-dropped"))
            .set("transforms", "drop")
            .set("transforms.drop.type", "org.apache.kafka.connect.transforms.Filter")
            .start()) {
      for (int i = 0; i < BATCHES; i++) {
        connector.simulator().produce(10, Set.of("MESSAGESENT"));
        connector.awaitAllAcknowledged();
      }
      assertThat(connector.totals().acknowledged()).isEqualTo(10 * BATCHES);
      assertThat(connector.totals().redelivered()).isZero();
      FeedBean metrics = new FeedBean(guarantee.cluster().worker(), connector.name());
      assertThat(metrics.counter("settled-without-metadata-total")).isEqualTo(10 * BATCHES);
      assertThat(connector.topics().names()).doesNotContain(connector.name());
    }
  }

  @ParameterizedTest
  @EnumSource
  void invariant2ABatchWhoseLastRecordIsDroppedIsAcknowledgedAndNotRepeated(Guarantee guarantee) {
    String name = guarantee.name("last-dropped");
    try (LiveConnector connector =
        new LiveConnector(guarantee.cluster(), name)
            .set("topic", name + ".${type}")
            .set("transforms", "drop")
            .set("transforms.drop.type", "org.apache.kafka.connect.transforms.Filter")
            .set("transforms.drop.predicate", "joined")
            .set("predicates", "joined")
            .set(
                "predicates.joined.type",
                "org.apache.kafka.connect.transforms.predicates.TopicNameMatches")
            .set("predicates.joined.pattern", ".*userjoinedroom")
            .start()) {
      for (int i = 0; i < BATCHES; i++) {
        List<String> batch = new ArrayList<>(Events.messages(i * MESSAGES, (i + 1) * MESSAGES));
        batch.add(Events.userJoinedRoom(i));
        connector.simulator().produceAll(batch);
        connector.awaitAllAcknowledged();
      }
      connector.restart();
      connector.simulator().produceAll(Events.messages(MESSAGES * BATCHES, MESSAGES * BATCHES + 1));
      connector.awaitAllAcknowledged();

      assertThat(connector.topics().records(name + ".messagesent"))
          .extracting(Topics::messageId)
          .containsExactlyElementsOf(
              IntStream.rangeClosed(0, MESSAGES * BATCHES).mapToObj(n -> "message-" + n).toList());
      assertThat(connector.topics().names()).doesNotContain(name + ".userjoinedroom");
    }
  }
}
