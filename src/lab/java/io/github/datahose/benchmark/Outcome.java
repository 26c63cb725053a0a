// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import io.github.datahose.simulator.FeedTimes;
import java.util.Arrays;
import java.util.List;

/**
 * What a run gave, by the pod's ledger, so the same way for each contender, and only for what it
 * acknowledged.
 *
 * @param eventsPerSecond events by the time from the first delivery to the last acknowledgement
 * @param cycleMillis median of the time from an answer to its acknowledgement
 * @param slowCycleMillis the 99th percentile of it
 */
record Outcome(double eventsPerSecond, double cycleMillis, double slowCycleMillis) {

  /**
   * Of the feeds of a contender.
   *
   * @param lead events at the beginning of each feed that do not count
   * @throws IllegalArgumentException when nothing is left after them
   */
  static Outcome of(List<FeedTimes> feeds, int lead) {
    long first = Long.MAX_VALUE;
    long last = Long.MIN_VALUE;
    long events = 0;
    double[] cycles = new double[feeds.stream().mapToInt(feed -> feed.events().length).sum()];
    int counted = 0;
    for (FeedTimes feed : feeds) {
      long before = 0;
      for (int i = 0; i < feed.events().length; i++) {
        if (before >= lead) {
          first = first > feed.deliveredAt()[i] ? feed.deliveredAt()[i] : first;
          last = Math.max(last, feed.acknowledgedAt()[i]);
          events += feed.events()[i];
          cycles[counted++] = (feed.acknowledgedAt()[i] - feed.deliveredAt()[i]) / 1e6;
        }
        before += feed.events()[i];
      }
    }
    if (counted == 0) {
      throw new IllegalArgumentException("no answer was acknowledged after the first " + lead);
    }
    double[] measured = Arrays.copyOf(cycles, counted);
    return new Outcome(
        events * 1e9 / (last - first),
        Spread.percentile(measured, 0.5),
        Spread.percentile(measured, 0.99));
  }
}
