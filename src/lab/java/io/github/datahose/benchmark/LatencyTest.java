// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.datahose.simulator.FeedTimes;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class LatencyTest {

  private static final long MILLI = 1_000_000;
  private static final long[] LATE = {Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE};

  @Test
  void itIsFromTheAgentsAnswerToTheLastRecordOfItsBatch() {
    FeedTimes times = times(2, 1_010 * MILLI, 1_020 * MILLI, 1_030 * MILLI);
    long[] arrived = millis(1_011, 1_012, 1_021, 1_024, 1_031, 1_039);
    assertThat(Latency.of(times, LATE, arrived, 0)).isEqualTo(new Latency(4, 9));
  }

  @Test
  void theLeadDoesNotCount() {
    FeedTimes times = times(1, 10 * MILLI, 20 * MILLI, 30 * MILLI);
    assertThat(Latency.of(times, LATE, millis(19, 21, 31), 1)).isEqualTo(new Latency(1, 1));
  }

  @Test
  void whatWaitedForALateReaderCountsFromWhenItWasThere() {
    FeedTimes times = times(1, 10 * MILLI, 29 * MILLI, 30 * MILLI);
    long[] offered = millis(11, 20, 31);
    assertThat(Latency.of(times, offered, millis(11, 30, 31), 0)).isEqualTo(new Latency(1, 10));
  }

  @Test
  void otherBatchesThanWereOfferedAreNoMeasurement() {
    FeedTimes times = times(1, 10 * MILLI, 20 * MILLI);
    assertThatThrownBy(() -> Latency.of(times, LATE, millis(1, 2, 3), 0))
        .hasMessageContaining("3 batches, 2 answers and 3 records");
    FeedTimes larger = times(2, 10 * MILLI, 20 * MILLI, 30 * MILLI);
    assertThatThrownBy(() -> Latency.of(larger, LATE, millis(1, 2, 3), 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static FeedTimes times(int batch, long... epoch) {
    int[] events = new int[epoch.length];
    Arrays.fill(events, batch);
    return new FeedTimes(events, new long[0], new long[0], epoch);
  }

  private static long[] millis(long... millis) {
    return Arrays.stream(millis).map(each -> each * MILLI).toArray();
  }
}
