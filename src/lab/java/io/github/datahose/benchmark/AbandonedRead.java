// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import static org.awaitility.Awaitility.await;

import io.github.datahose.launch.SimulatorControl;
import java.time.Duration;

/**
 * The long poll of a task that was stopped: the pod does not know that nobody waits for its answer,
 * and gives it the next events.
 */
final class AbandonedRead {

  private AbandonedRead() {}

  /**
   * Gives it a batch, which nobody acknowledges and which stays hidden, so that what comes
   * afterwards is for who reads next.
   */
  static void end(SimulatorControl pod, String tag, int batch) {
    int before = delivered(pod, tag);
    pod.produce(batch, Contenders.TYPES, tag);
    await("the read that nobody waits for has its answer")
        .atMost(Duration.ofSeconds(60))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(2))
        .until(() -> delivered(pod, tag) == before + batch);
  }

  private static int delivered(SimulatorControl pod, String tag) {
    return pod.totals().feeds().stream()
        .filter(feed -> feed.live() && feed.tag().equals(tag))
        .mapToInt(feed -> feed.delivered())
        .sum();
  }
}
