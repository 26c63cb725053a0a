// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import java.io.IOException;
import java.io.InputStream;

/**
 * When the acknowledged answers of a feed were given and acknowledged: what throughput and the time
 * of a cycle are measured by. All arrays have an element for each of them, in their order.
 *
 * @param events how many events the answer had
 * @param deliveredAt when they were chosen, before the answer was written and sent; nanoseconds of
 *     the simulator's own monotonic clock
 * @param acknowledgedAt when the read with the answer's ackId came, after the added latency
 */
public record FeedTimes(int[] events, long[] deliveredAt, long[] acknowledgedAt) {

  /** Reads what {@code GET /control/times} answers. */
  public static FeedTimes read(InputStream json) throws IOException {
    return Json.MAPPER.readValue(json, FeedTimes.class);
  }
}
