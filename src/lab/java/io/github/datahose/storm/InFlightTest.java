// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.storm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class InFlightTest {
  private final InFlight bySessions = new InFlight(false);
  private final InFlight byKills = new InFlight(true);

  @Test
  void countsWhatCameToAnotherSessionAndNotWhatCameAgainToTheSame() {
    AFeed feed =
        new AFeed("a", "b", "c")
            .gave(0, "a", "b")
            .gave(0, "a")
            .gave(1, "b", "c")
            .gave(2, "b")
            .gave(1, "c");
    assertThat(bySessions.count(feed.ledger())).isEqualTo(Map.of("b", 2));
  }

  @Test
  void countsByKillsWhereThePodEndsSessions() {
    AFeed feed = new AFeed("a", "b", "c").gave(0, "a", "b").gave(1, "a");
    byKills.killed(feed.ledger());
    feed.gave(2, "b").gave(3, "c");
    byKills.killed(feed.ledger());
    feed.gave(4, "b").gave(5, "b");
    assertThat(byKills.count(feed.ledger())).isEqualTo(Map.of("b", 2));
  }
}
