// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import java.io.IOException;
import java.io.InputStream;

/**
 * The times when the acknowledged responses of a feed were sent and acknowledged, to measure
 * throughput and cycle time. All arrays have one element for each response, in order.
 *
 * @param events number of events in the response
 * @param deliveredAt when the events were chosen, before the response was written and sent; in
 *     nanoseconds of the simulator's own monotonic clock
 * @param acknowledgedAt when the read with the ackId of the response arrived, after the added
 *     latency
 */
public record FeedTimes(int[] events, long[] deliveredAt, long[] acknowledgedAt) {

  /** Reads the response of {@code GET /control/times}. */
  public static FeedTimes read(InputStream json) throws IOException {
    return Json.MAPPER.readValue(json, FeedTimes.class);
  }
}
