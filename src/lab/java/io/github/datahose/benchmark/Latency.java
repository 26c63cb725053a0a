// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import io.github.datahose.simulator.FeedTimes;
import java.util.stream.IntStream;

/**
 * How long batches that came at a steady pace were on their way from the agent to a consumer.
 *
 * @param medianMillis until the consumer had the last event of a batch
 * @param slowMillis the 99th percentile of it
 */
record Latency(double medianMillis, double slowMillis) {

  /**
   * Of a run. The time of a batch begins when the agent answers with it, or, if no read waited for
   * it when it was there, at that moment: a reader that is late is not forgiven what it let wait.
   *
   * @param times of the feed's answers
   * @param offeredAt when each batch was surely in the feed, nanoseconds since 1970
   * @param arrivedAt when the consumer had each record, nanoseconds since 1970
   * @param lead batches at the beginning that do not count
   * @throws IllegalArgumentException when these are not the same batches
   */
  static Latency of(FeedTimes times, long[] offeredAt, long[] arrivedAt, int lead) {
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
    double[] millis =
        IntStream.range(lead, batches)
            .mapToDouble(
                i -> {
                  long answered = times.deliveredEpoch()[i];
                  long last = arrivedAt[(i + 1) * batch - 1];
                  return (last - Math.min(answered, offeredAt[i])) / 1e6;
                })
            .toArray();
    return new Latency(Spread.percentile(millis, 0.5), Spread.percentile(millis, 0.99));
  }
}
