// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import io.github.datahose.simulator.FeedTimes;
import java.util.List;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;

/**
 * What a run gave, by the pod's ledger, so the same way for each contender, and only for what it
 * acknowledged.
 *
 * @param eventsPerSecond events by the time from the first delivery to the last acknowledgement
 * @param cycles nanoseconds from an answer to its acknowledgement
 */
record Outcome(double eventsPerSecond, Histogram cycles) {

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
    Histogram cycles = new Histogram(3);
    for (FeedTimes feed : feeds) {
      long before = 0;
      for (int i = 0; i < feed.events().length; i++) {
        if (before >= lead) {
          first = Math.min(first, feed.deliveredAt()[i]);
          last = Math.max(last, feed.acknowledgedAt()[i]);
          events += feed.events()[i];
          cycles.recordValue(feed.acknowledgedAt()[i] - feed.deliveredAt()[i]);
        }
        before += feed.events()[i];
      }
    }
    if (events == 0) {
      throw new IllegalArgumentException("no answer was acknowledged after the first " + lead);
    }
    return new Outcome(events * 1e9 / (last - first), cycles);
  }

  /**
   * Nanoseconds that batches which came at a steady pace were on their way from the agent until a
   * consumer had their last event. The time of a batch begins when the agent answers with it, or,
   * if no read waited for it when it was there, at that moment: a reader that is late is not
   * forgiven what it let wait.
   *
   * @param times of the feed's answers
   * @param offeredAt when each batch was surely in the feed, nanoseconds since 1970
   * @param arrivedAt when the consumer had each record, nanoseconds since 1970
   * @param lead batches at the beginning that do not count
   * @throws IllegalArgumentException when these are not the same batches
   */
  static Histogram latencies(FeedTimes times, long[] offeredAt, long[] arrivedAt, int lead) {
    int batches = offeredAt.length;
    int batch = arrivedAt.length / batches;
    boolean same =
        times.events().length == batches
            && arrivedAt.length == batches * batch
            && IntStream.of(times.events()).allMatch(events -> events == batch);
    if (!same) {
      throw new IllegalArgumentException(
          "%d batches, %d answers and %d records"
              .formatted(batches, times.events().length, arrivedAt.length));
    }
    Histogram latencies = new Histogram(3);
    for (int i = lead; i < batches; i++) {
      long begin = Math.min(times.deliveredEpoch()[i], offeredAt[i]);
      latencies.recordValue(Math.max(0, arrivedAt[(i + 1) * batch - 1] - begin));
    }
    return latencies;
  }
}
