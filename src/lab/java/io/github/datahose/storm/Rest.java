// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.storm;

import static org.awaitility.Awaitility.await;

import io.github.datahose.simulator.LedgerSnapshot;
import io.github.datahose.simulator.Simulator;
import java.time.Duration;
import java.time.Instant;

/** The state in which a pod has all acknowledgements, and nothing comes. */
public final class Rest {
  private static final Duration DEADLINE = Duration.ofMinutes(3);

  /** Then nothing is left but what went to readers that are dead, or in answers lost. */
  private static final Duration NOTHING_MOVES = Duration.ofSeconds(2);

  private Rest() {}

  /**
   * Waits for it, while nothing is produced. A living task remembers what it wrote, and in the end
   * nothing is left that could come to another, so the visibility timeout may be cut short.
   */
  public static void of(Simulator simulator) {
    Instant[] moved = {Instant.now()};
    long[] before = {-1};
    await("all acknowledgements")
        .atMost(DEADLINE)
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> {
              LedgerSnapshot totals = simulator.ledger().totals();
              if (totals.acknowledged() != before[0]) {
                before[0] = totals.acknowledged();
                moved[0] = Instant.now();
              } else if (moved[0].plus(NOTHING_MOVES).isBefore(Instant.now())) {
                simulator.returnUnacknowledged();
                moved[0] = Instant.now();
              }
              return totals.acknowledged() == totals.expected();
            });
  }
}
