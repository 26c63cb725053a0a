// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import io.github.datahose.simulator.FeedTimes;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Runs that are far from saturation: a batch goes into the feed at a steady pace, whatever became
 * of the one before, and the contender waits for it in its long poll. Not thread-safe.
 */
final class PacedRuns {

  private static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final int LEAD = 20;

  private final Runs runs;
  private final String bootstrapServers;

  PacedRuns(Runs runs, String bootstrapServers) {
    this.runs = runs;
    this.bootstrapServers = bootstrapServers;
  }

  /**
   * Measures a contender that reads one feed.
   *
   * @param counted batches, after some that do not count
   */
  Latency run(Contender contender, Cell cell, int counted) {
    runs.begin(contender, cell);
    int events = (LEAD + counted) * cell.batch();
    Arrivals arrivals = Arrivals.after(bootstrapServers, contender.topic(), events);
    long[] offeredAt = new long[LEAD + counted];
    offer(contender, cell, offeredAt, 0, LEAD);
    // What the lead piled up is not to be paid for by those that count.
    runs.settle(contender, LEAD * cell.batch(), 0);
    offer(contender, cell, offeredAt, LEAD, offeredAt.length);
    long[] arrivedAt = arrivals.await();
    runs.settle(contender, counted * cell.batch(), LEAD * cell.batch());
    return Latency.of(runs.times(contender).get(0), offeredAt, arrivedAt, LEAD);
  }

  private void offer(Contender contender, Cell cell, long[] offeredAt, int from, int to) {
    long begin = System.nanoTime();
    for (int i = from; i < to; i++) {
      awaitNanoTime(begin + (i - from) * INTERVAL_NANOS);
      runs.give(contender, cell.batch());
      offeredAt[i] = FeedTimes.epochNanos();
    }
  }

  private static void awaitNanoTime(long when) {
    long left = when - System.nanoTime();
    while (left > 0) {
      LockSupport.parkNanos(left);
      left = when - System.nanoTime();
    }
  }
}
