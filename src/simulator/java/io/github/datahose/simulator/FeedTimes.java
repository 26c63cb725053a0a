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
 * @param deliveredEpoch the same moments as deliveredAt, in nanoseconds since 1970 by the machine's
 *     clock, so that they can be compared with what another process on it saw
 */
public record FeedTimes(
    int[] events, long[] deliveredAt, long[] acknowledgedAt, long[] deliveredEpoch) {

  /** Nanoseconds since 1970 by the machine's clock. */
  public static long epochNanos() {
    Instant now = Instant.now();
    return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
  }

  /** Reads what {@code GET /control/times} answers. */
  public static FeedTimes read(InputStream json) throws IOException {
    return Json.MAPPER.readValue(json, FeedTimes.class);
  }
}
