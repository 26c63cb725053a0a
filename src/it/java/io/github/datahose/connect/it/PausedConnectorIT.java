// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.it;

import static io.github.datahose.connect.it.LiveConnector.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.launch.ConnectRest;
import io.github.datahose.simulator.Audit;
import io.github.datahose.simulator.FeedSnapshot;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A running connector that is paused with events waiting. The agent deletes a feed that nobody
 * reads for half an hour; here after some seconds.
 */
class PausedConnectorIT {
  private static final Duration FEED_EXPIRY = Duration.ofSeconds(4);

  @ParameterizedTest
  @EnumSource
  void invariant11APausedConnectorKeepsItsFeedAndAfterwardsAllComesOnce(Guarantee guarantee)
      throws Exception {
    String name = guarantee.name("paused");
    try (LiveConnector connector = paused(guarantee, name, "1000")) {
      new FeedBean(guarantee.cluster().worker(), name).await("keepalive-reads-total", 8);
      assertThat(connector.totals().acknowledged()).as("while it is paused").isEqualTo(100);

      guarantee.cluster().rest().resume(name);
      connector.awaitAllAcknowledged();
      assertThat(connector.totals().feeds()).singleElement().matches(FeedSnapshot::live);
      Audit audit = connector.audit();
      assertThat(audit.lost()).as("%s", audit).isZero();
      assertThat(audit.duplicated()).as("%s", audit).isZero();
      assertThat(audit.inKafka()).isEqualTo(400);
    }
  }

  @Test
  void invariant11WithoutReadsThatKeepItThePausedConnectorsFeedIsDeleted() {
    try (LiveConnector connector = paused(Guarantee.AT_LEAST_ONCE, "paused-not-kept", "0")) {
      eventually("the feed is deleted")
          .until(() -> connector.totals().feeds().stream().noneMatch(FeedSnapshot::live));
    }
  }

  /** 100 events are in Kafka, then 300 come while it is paused, in batches of 100. */
  private static LiveConnector paused(Guarantee guarantee, String name, String keepAliveMillis) {
    LiveConnector connector =
        new LiveConnector(
                guarantee.cluster(), name, LiveConnector.shortTimes().feedExpiry(FEED_EXPIRY))
            .set("datahose.keepalive.ms", keepAliveMillis)
            .start();
    connector.simulator().produce(100, Set.of("MESSAGESENT"));
    connector.awaitAllAcknowledged();
    ConnectRest rest = guarantee.cluster().rest();
    rest.pause(name);
    rest.awaitState(name, "PAUSED", 1);
    connector.simulator().produce(300, Set.of("MESSAGESENT"));
    return connector;
  }
}
