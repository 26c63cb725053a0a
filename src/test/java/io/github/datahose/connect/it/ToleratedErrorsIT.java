// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.launch.ConnectCluster;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * {@code errors.tolerance=all} at least once: the worker reports a record that the broker refused
 * as done with, so it is lost; the count of such records is the only trace.
 */
class ToleratedErrorsIT {
  private static final String NAME = "tolerated";

  @Test
  void aRecordThatTheBrokerRefusesIsCountedAndItsNeighboursAreThere() throws Exception {
    ConnectCluster cluster = ConnectCluster.shared();
    cluster.broker().createTopic(NAME, 1, Map.of("max.message.bytes", "20000"));
    try (LiveConnector connector =
        new LiveConnector(cluster, NAME).set("errors.tolerance", "all").start()) {
      List<String> events = new ArrayList<>(Events.messages(0, 20));
      events.add(Events.message(20).replace("Text 20", "x".repeat(40_000)));
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
      FeedBean metrics = new FeedBean(cluster.worker(), NAME);
      assertThat(metrics.counter("settled-without-metadata-total")).isEqualTo(1);
      cluster.rest().awaitRunning(NAME, 1);
    }
  }
}
