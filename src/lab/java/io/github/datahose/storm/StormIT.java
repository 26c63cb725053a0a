// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.storm;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.launch.ConnectCluster;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The storm in its short form. */
class StormIT {
  private static final int KILLS = 5;

  @Test
  void invariant7FiveKillsWithAllTroubleAtOnceLoseNothingAndWithExactlyOnceRepeatNothing() {
    StormArguments arguments =
        new StormArguments(KILLS, System.currentTimeMillis(), List.of(Scenario.allAtOnce()));
    try (ConnectCluster cluster =
        Mode.AT_LEAST_ONCE.cluster("short-storm", ConnectCluster.shared().broker())) {
      List<Outcome> outcomes = new Storm(arguments, System.out::println).run(cluster);

      assertThat(outcomes).hasSize(Mode.values().length);
      assertThat(Storm.complaints(outcomes)).as("%s, %s", outcomes, arguments.seed()).isEmpty();
    }
  }
}
