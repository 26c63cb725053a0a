// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.storm;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.awaitility.core.ConditionTimeoutException;

/** The state in which the pod has all acknowledgements, and nothing comes. */
final class Rest {
  private static final Duration DEADLINE = Duration.ofMinutes(3);

  /** Then nothing is left but what went to readers that are dead, or in answers lost. */
  private static final Duration NOTHING_MOVES = Duration.ofSeconds(2);

  private Rest() {}

  /**
   * Pauses the production, and waits. A living task remembers what it wrote, and in the end nothing
   * is left that could come to another, so the visibility timeout may be cut short.
   */
  static void of(Pod pod) {
    pod.production().pause();
    long deadline = System.nanoTime() + DEADLINE.toNanos();
    while (System.nanoTime() < deadline) {
      long acknowledged = pod.totals().acknowledged();
      if (comesSoon(pod)) {
        return;
      }
      if (pod.totals().acknowledged() == acknowledged) {
        pod.passVisibilityTimeout();
      }
    }
    throw new ConditionTimeoutException("not all was acknowledged within " + DEADLINE);
  }

  private static boolean comesSoon(Pod pod) {
    try {
      await("all acknowledgements")
          .atMost(NOTHING_MOVES)
          .pollInterval(Duration.ofMillis(20))
          .until(pod::allAcknowledged);
      return true;
    } catch (ConditionTimeoutException e) {
      return false;
    }
  }
}
