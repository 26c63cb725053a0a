// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.storm;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.launch.ConnectCluster;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The storm in its short form. */
class StormIT {
  @Test
  void invariant7FiveKillsWithAllTroubleAtOnceLoseNothingAndWithExactlyOnceRepeatNothing() {
    long seed = System.currentTimeMillis();
    try (ConnectCluster cluster =
        Mode.AT_LEAST_ONCE.cluster("short-storm", ConnectCluster.shared().broker())) {
      List<Outcome> outcomes =
          new Storm(5, seed, List.of(Scenario.allAtOnce()), System.out::println).run(cluster);

      assertThat(outcomes).hasSize(Mode.values().length);
      assertThat(outcomes)
          .as("seed %s", seed)
          .allSatisfy(outcome -> assertThat(outcome.complaints()).isEmpty());
    }
  }
}
