// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.it;

import static io.github.datahose.connect.it.LiveConnector.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.datahose.launch.ConnectCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * {@code errors.tolerance=all}. At least once the worker reports a record that the broker refused
 * as done with, so it is lost; the count of such records is the only trace. With exactly-once the
 * transaction has failed, whatever is tolerated.
 */
class ToleratedErrorsIT {

  @Test
  void aRecordThatTheBrokerRefusesIsCountedAndItsNeighboursAreThere() throws Exception {
    String name = Guarantee.AT_LEAST_ONCE.name("tolerated");
    ConnectCluster cluster = ConnectCluster.shared();
    try (LiveConnector connector = connectorWithASmallTopic(cluster, name)) {
      List<String> events = new ArrayList<>(Events.messages(0, 20));
      events.add(tooLarge(20));
      events.addAll(Events.messages(21, 40));
      connector.simulator().produceAll(events);
      connector.awaitAllAcknowledged();

      assertThat(connector.records())
          .extracting(Topics::messageId)
          .containsExactlyInAnyOrderElementsOf(
              IntStream.range(0, 40)
                  .filter(number -> number != 20)
                  .mapToObj(number -> "message-" + number)
                  .toList());
      FeedBean metrics = new FeedBean(cluster.worker(), name);
      assertThat(metrics.counter("settled-without-metadata-total")).isEqualTo(1);
      cluster.rest().awaitRunning(name, 1);
    }
  }

  @Test
  void withExactlyOnceARecordThatTheBrokerRefusesEndsTheTaskAllTheSame() throws Exception {
    String name = Guarantee.EXACTLY_ONCE.name("tolerated");
    ConnectCluster cluster = ConnectCluster.sharedExactlyOnce();
    try (LiveConnector connector = connectorWithASmallTopic(cluster, name)) {
      // In the first batch, however many there are.
      List<String> events = new ArrayList<>(List.of(tooLarge(0)));
      events.addAll(Events.messages(1, 40));
      connector.simulator().produceAll(events);
      JsonNode task =
          eventually("the failure of " + name)
              .atMost(Duration.ofMinutes(4))
              .until(
                  () -> cluster.rest().status(name).at("/tasks/0"),
                  status -> status.path("state").asText().equals("FAILED"));
      assertThat(task.path("trace").asText()).contains("RecordTooLargeException");
      assertThat(connector.totals().acknowledged()).isZero();
      assertThat(connector.records()).isEmpty();
    }
  }

  private static LiveConnector connectorWithASmallTopic(ConnectCluster cluster, String name)
      throws Exception {
    cluster.broker().createTopic(name, 1, Map.of("max.message.bytes", "20000"));
    return new LiveConnector(cluster, name).set("errors.tolerance", "all").start();
  }

  private static String tooLarge(int number) {
    return Events.message(number).replace("Text " + number, "x".repeat(40_000));
  }
}
