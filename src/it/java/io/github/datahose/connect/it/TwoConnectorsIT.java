// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.it;

import static io.github.datahose.connect.it.LiveConnector.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.simulator.Audit;
import io.github.datahose.simulator.SimulatorKeys;
import io.github.datahose.simulator.SimulatorOptions;
import java.util.Set;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import org.junit.jupiter.api.Test;

/** Two connectors in one worker, for two accounts of two pods. */
class TwoConnectorsIT {
  private final ConnectCluster cluster = ConnectCluster.shared();

  @Test
  void aBrokenConnectorLeavesItsNeighbourAloneAndBothShowTheirMetrics() throws Exception {
    SimulatorOptions otherAccount =
        LiveConnector.shortTimes().account("other-bot", SimulatorKeys.publicKey());
    try (LiveConnector well = new LiveConnector(cluster, "well").start();
        LiveConnector broken =
            new LiveConnector(cluster, "broken", otherAccount)
                .set("symphony.username", "other-bot")
                .start();
        JMXConnector jmx = cluster.worker().jmx()) {
      MBeanServerConnection beans = jmx.getMBeanServerConnection();
      broken.simulator().produce(100, Set.of("MESSAGESENT"));
      broken.awaitAllAcknowledged();
      broken.simulator().close();
      eventually("failures of the broken one")
          .until(() -> (long) beans.getAttribute(bean("broken"), "consecutive-failures") > 2);

      well.simulator().produce(1_000, Set.of("MESSAGESENT"));
      well.awaitAllAcknowledged();
      Audit audit = well.audit();
      assertThat(audit.ok()).as("%s", audit).isTrue();
      assertThat(beans.getAttribute(bean("well"), "records-total")).isEqualTo(1_000L);
      assertThat(beans.getAttribute(bean("well"), "read-failures-total")).isEqualTo(0L);
      assertThat(beans.getAttribute(bean("broken"), "records-total")).isEqualTo(100L);
      assertThat((long) beans.getAttribute(bean("broken"), "read-failures-network-total"))
          .isGreaterThan(2);
      cluster.rest().awaitRunning("well", 1);
      cluster.rest().awaitRunning("broken", 1);
      assertThat(broken.records()).hasSize(100);
    }
  }

  private static ObjectName bean(String connector) throws Exception {
    return new ObjectName(
        "io.github.datahose.connect:type=feed-metrics,connector="
            + connector
            + ",task=0,feed=all,reader=0");
  }
}
