// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import io.github.datahose.simulator.FeedTimes;
import java.util.List;
import java.util.stream.LongStream;

/**
 * What a run gave, by the pod's ledger, so the same way for each contender, and only for what it
 * acknowledged.
 *
 * @param eventsPerSecond events by the time from the first delivery to the last acknowledgement
 * @param slowCycleMillis from an answer to its acknowledgement; the 99th percentile
 */
record Outcome(double eventsPerSecond, double slowCycleMillis) {

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
    LongStream.Builder cycles = LongStream.builder();
    for (FeedTimes feed : feeds) {
      long before = 0;
      for (int i = 0; i < feed.events().length; i++) {
        if (before >= lead) {
          first = Math.min(first, feed.deliveredAt()[i]);
          last = Math.max(last, feed.acknowledgedAt()[i]);
          events += feed.events()[i];
          cycles.add(feed.acknowledgedAt()[i] - feed.deliveredAt()[i]);
        }
        before += feed.events()[i];
      }
    }
    if (events == 0) {
      throw new IllegalArgumentException("no answer was acknowledged after the first " + lead);
    }
    long[] sorted = cycles.build().sorted().toArray();
    long slow = sorted[(int) Math.ceil(sorted.length * 0.99) - 1];
    return new Outcome(events * 1e9 / (last - first), slow / 1e6);
  }
}
