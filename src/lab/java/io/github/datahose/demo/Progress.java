// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.demo;

import static org.awaitility.Awaitility.await;

import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.Screen;
import io.github.datahose.launch.SimulatorProcess;
import io.github.datahose.simulator.LedgerSnapshot;
import java.time.Duration;
import java.util.Locale;

/**
 * Follows events on their way, until all are acknowledged or nothing moves any more. Not
 * thread-safe.
 */
final class Progress {
  private static final Duration LONGEST = Duration.ofMinutes(30);
  private static final Duration STUCK = Duration.ofSeconds(30);

  private final Screen screen;
  private final SimulatorProcess simulator;
  private final ConnectCluster cluster;
  private final String topic;
  private final long start = System.nanoTime();
  private long lastChange = start;
  private long lastSeen;

  Progress(Screen screen, SimulatorProcess simulator, ConnectCluster cluster, String topic) {
    this.screen = screen;
    this.simulator = simulator;
    this.cluster = cluster;
    this.topic = topic;
  }

  /** Returns in any case: whether all is well is for the audit to say. */
  void follow(int events) {
    await("events on their way")
        .atMost(LONGEST)
        .pollInterval(screen.interval())
        .until(() -> show(events));
  }

  private boolean show(int events) {
    // In the order of the way back, so that no later stage seems to be ahead of an earlier one.
    long acknowledged = simulator.totals().acknowledged();
    long inKafka = cluster.topics().offsets(topic);
    LedgerSnapshot ledger = simulator.totals();
    long now = System.nanoTime();
    long seen = ledger.produced() + inKafka + acknowledged;
    if (seen != lastSeen) {
      lastSeen = seen;
      lastChange = now;
    }
    screen.state(
        String.format(
            Locale.ROOT,
            "produced %d   in Kafka %d   acknowledged %d   %.0f a second",
            ledger.expected(),
            inKafka,
            acknowledged,
            acknowledged / ((now - start) / 1e9)));
    boolean all = ledger.produced() == events && acknowledged == ledger.expected();
    boolean stuck = now - lastChange > STUCK.toNanos();
    if (stuck) {
      screen.print("Nothing has moved for " + STUCK.toSeconds() + " s");
    }
    return all || stuck;
  }
}
