// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.it;

import static io.github.datahose.connect.it.LiveConnector.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.simulator.SimulatorKeys;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * What cannot heal ends the task, with a sentence. Beside the other tests, since it waits for the
 * grace period of two minutes.
 */
@Execution(ExecutionMode.CONCURRENT)
class WrongKeyIT {
  @Test
  void invariant9AKeyThatThePodDoesNotKnowFailsTheTaskWithASentence() {
    ConnectCluster cluster = ConnectCluster.shared();
    try (LiveConnector connector =
        new LiveConnector(cluster, "wrong-key")
            .set("symphony.private.key", SimulatorKeys.anotherPrivateKey())
            .set("datahose.connection.check", "false")
            .set("symphony.retry.backoff.max.ms", "2000")) {
      connector.apply(1);
      JsonNode task =
          eventually("the failure")
              .atMost(Duration.ofMinutes(4))
              .until(
                  () -> cluster.rest().status("wrong-key").path("tasks").path(0),
                  status -> status.path("state").asText().equals("FAILED"));
      assertThat(task.path("trace").asText())
          .contains("Reader 0 of feed all (tag wrong-key.all) cannot be read")
          .contains("Check symphony.username and the private key");
      assertThat(cluster.rest().status("wrong-key").at("/connector/state").asText())
          .isEqualTo("RUNNING");
      assertThat(connector.simulator().requests().reads().count()).isZero();
    }
  }
}
