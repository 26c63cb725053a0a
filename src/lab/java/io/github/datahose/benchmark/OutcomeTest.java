// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.datahose.simulator.FeedTimes;
import java.util.Arrays;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class OutcomeTest {

  private static final long MILLI = 1_000_000;
  private static final long[] LATE = {Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE};

  @Test
  void theRateOfAllFeedsIsFromTheFirstDeliveryToTheLastAcknowledgement() {
    FeedTimes one = saturated(10, millis(1_000), millis(2_000));
    FeedTimes other = saturated(30, millis(2_000), millis(3_000));
    assertThat(Outcome.of(List.of(one, other), 0).eventsPerSecond()).isEqualTo(20);
  }

  @Test
  void theLeadOfARunDoesNotCount() {
    FeedTimes times = saturated(10, millis(0, 20_000, 21_000), millis(9_000, 20_010, 22_000));
    Outcome outcome = Outcome.of(List.of(times), 10);
    assertThat(outcome.eventsPerSecond()).isEqualTo(10);
    assertMillis(outcome.cycles(), 10, 1_000);
    assertThatThrownBy(() -> Outcome.of(List.of(times), 30)).hasMessageContaining("30");
  }

  @Test
  void aLatencyIsFromTheAgentsAnswerToTheLastRecordOfItsBatch() {
    FeedTimes times = paced(2, 1_010, 1_020, 1_030);
    long[] arrived = millis(1_011, 1_012, 1_021, 1_024, 1_031, 1_039);
    assertMillis(Outcome.latencies(times, LATE, arrived, 0), 4, 9);
  }

  @Test
  void theLeadOfAPacedRunDoesNotCount() {
    assertMillis(Outcome.latencies(paced(1, 10, 20, 30), LATE, millis(19, 21, 31), 1), 1, 1);
  }

  @Test
  void whatWaitedForALateReaderCountsFromWhenItWasThere() {
    long[] offered = millis(11, 20, 31);
    assertMillis(Outcome.latencies(paced(1, 10, 29, 30), offered, millis(11, 30, 31), 0), 1, 10);
  }

  @Test
  void otherBatchesThanWereOfferedAreNoMeasurement() {
    assertThatThrownBy(() -> Outcome.latencies(paced(1, 10, 20), LATE, millis(1, 2, 3), 0))
        .hasMessageContaining("3 batches, 2 answers and 3 records");
    assertThatThrownBy(() -> Outcome.latencies(paced(2, 10, 20, 30), LATE, millis(1, 2, 3), 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static void assertMillis(Histogram nanos, long median, long most) {
    assertThat(nanos.getValueAtPercentile(50) / MILLI).isEqualTo(median);
    assertThat(nanos.getValueAtPercentile(99) / MILLI).isEqualTo(most);
  }

  private static FeedTimes saturated(int batch, long[] deliveredAt, long[] acknowledgedAt) {
    return new FeedTimes(batches(batch, deliveredAt), deliveredAt, acknowledgedAt, new long[0]);
  }

  private static FeedTimes paced(int batch, long... millis) {
    return new FeedTimes(batches(batch, millis), new long[0], new long[0], millis(millis));
  }

  private static int[] batches(int batch, long[] times) {
    return Arrays.stream(times).mapToInt(each -> batch).toArray();
  }

  private static long[] millis(long... millis) {
    return Arrays.stream(millis).map(each -> each * MILLI).toArray();
  }
}
