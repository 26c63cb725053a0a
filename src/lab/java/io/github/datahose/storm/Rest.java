// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.storm;

import static org.awaitility.Awaitility.await;

import io.github.datahose.simulator.LedgerSnapshot;
import io.github.datahose.simulator.Simulator;
import java.time.Duration;
import org.awaitility.core.ConditionTimeoutException;

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
    long deadline = System.nanoTime() + DEADLINE.toNanos();
    while (System.nanoTime() < deadline) {
      long acknowledged = simulator.ledger().totals().acknowledged();
      if (comesSoon(simulator)) {
        return;
      }
      if (simulator.ledger().totals().acknowledged() == acknowledged) {
        simulator.returnUnacknowledged();
      }
    }
    throw new ConditionTimeoutException("not all was acknowledged within " + DEADLINE);
  }

  private static boolean comesSoon(Simulator simulator) {
    try {
      await("all acknowledgements")
          .atMost(NOTHING_MOVES)
          .pollInterval(Duration.ofMillis(20))
          .until(() -> allAcknowledged(simulator.ledger().totals()));
      return true;
    } catch (ConditionTimeoutException e) {
      return false;
    }
  }

  private static boolean allAcknowledged(LedgerSnapshot totals) {
    return totals.acknowledged() == totals.expected();
  }
}
