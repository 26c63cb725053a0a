// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * When the acknowledged answers of a feed were given and acknowledged: what throughput and the time
 * of a cycle are measured by. All arrays have an element for each of them, in their order.
 *
 * @param events how many events the answer had
 * @param deliveredAt when they were chosen, before the answer was written and sent; nanoseconds of
 *     the simulator's own monotonic clock
 * @param acknowledgedAt when the read with the answer's ackId came, after the added latency
 * @param toEpoch to be added to those times for nanoseconds since 1970 by the machine's clock, so
 *     that they can be compared with what another process on it saw
 */
public record FeedTimes(int[] events, long[] deliveredAt, long[] acknowledgedAt, long toEpoch) {

  private static final int LOOKS = 10;

  /** With the simulator's clocks as they are now. */
  static FeedTimes of(int[] events, long[] deliveredAt, long[] acknowledgedAt) {
    return new FeedTimes(events, deliveredAt, acknowledgedAt, difference());
  }

  /** Nanoseconds since 1970 by the machine's clock. */
  public static long epochNanos() {
    Instant now = Instant.now();
    return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
  }

  /** The quickest of some looks at both clocks: others were disturbed between the two. */
  private static long difference() {
    long least = Long.MAX_VALUE;
    long difference = 0;
    for (int i = 0; i < LOOKS; i++) {
      long before = System.nanoTime();
      long epoch = epochNanos();
      long took = System.nanoTime() - before;
      if (took < least) {
        least = took;
        difference = epoch - before - took / 2;
      }
    }
    return difference;
  }

  /** Reads what {@code GET /control/times} answers. */
  public static FeedTimes read(InputStream json) throws IOException {
    return Json.MAPPER.readValue(json, FeedTimes.class);
  }
}
