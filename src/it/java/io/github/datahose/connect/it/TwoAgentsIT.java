// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.simulator.Audit;
import io.github.datahose.simulator.FaultyProxy;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Two agents of one pod, in a real worker. */
class TwoAgentsIT {
  private final ConnectCluster cluster = ConnectCluster.shared();

  @Test
  void losesNothingAndBringsNothingTwiceWhenTheAgentInUseDiesMidStreamAndComesBack()
      throws Exception {
    try (LiveConnector connector = new LiveConnector(cluster, "two-agents");
        FaultyProxy first = FaultyProxy.of(connector.simulator());
        FaultyProxy second = FaultyProxy.of(connector.simulator())) {
      connector.set("symphony.agent.url", first.url() + "," + second.url()).start();
      FeedBean bean = new FeedBean(cluster.worker(), "two-agents");
      assertThat(bean.text("agent")).isEqualTo(first.url() + "/");

      CompletableFuture<Void> stream =
          connector.simulator().produceAtRate(600, 200, List.of("MESSAGESENT"));
      connector.awaitMoreAcknowledged(100);
      first.die();
      bean.await("agent-changes-total", 1);
      stream.join();
      connector.awaitAllAcknowledged();
      assertThat(bean.text("agent")).isEqualTo(second.url() + "/");

      first.revive();
      connector.simulator().produce(100);
      connector.awaitAllAcknowledged();
      assertThat(bean.counter("agent-changes-total")).as("it stays where it is well").isOne();
      Audit audit = connector.audit();
      assertThat(audit.ok()).as("%s", audit).isTrue();
      assertThat(cluster.worker().log())
          .containsPattern(
              "WARN .*two-agents.* Failing over from agent "
                  + first.url().substring("http://".length())
                  + " to "
                  + second.url().substring("http://".length()));
    }
  }
}
