// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.monitoring;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Collections;
import java.util.Set;

/** Runs drills, one after the other, and looks at what fires. */
record DrillCheck(PrometheusApi prometheus, Findings findings) {
  private static final Duration FIRES = Duration.ofSeconds(90);

  /** Longer than the longest time, an hour made a minute, that an alert looks back. */
  private static final Duration SILENCE = Duration.ofMinutes(2);

  private static final Duration INTERVAL = Duration.ofMillis(500);

  /** Makes the trouble, waits for its alerts, mends it, and waits until they are silent. */
  void run(Drill drill) {
    drill.begin().run();
    try {
      await(drill.trouble())
          .atMost(FIRES)
          .pollDelay(Duration.ZERO)
          .pollInterval(INTERVAL)
          .until(
              () -> {
                drill.meanwhile().run();
                return prometheus.firing().containsAll(drill.alerts());
              });
      findings.add("trouble", drill.trouble(), true, String.join(", ", prometheus.firing()));
    } catch (RuntimeException e) {
      String firing = "fires: " + prometheus.firing() + ". ";
      findings.add("trouble", drill.trouble(), false, firing + e.getMessage());
    }
    drill.end().run();
    // So that what fires next is for what is done next. Those that look back end by themselves.
    awaitSilence(drill.alerts());
  }

  /** Waits until nothing fires any more. */
  void allIsMended() {
    awaitSilence(prometheus.firing());
    Set<String> firing = prometheus.firing();
    findings.add("trouble", "all is mended", firing.isEmpty(), "fires: " + firing);
  }

  private void awaitSilence(Set<String> alerts) {
    await("no more of " + alerts)
        .atMost(SILENCE)
        .pollInterval(INTERVAL)
        .until(() -> Collections.disjoint(prometheus.firing(), alerts));
  }
}
