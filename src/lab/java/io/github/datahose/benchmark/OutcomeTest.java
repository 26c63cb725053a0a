// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.datahose.simulator.FeedTimes;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class OutcomeTest {

  @Test
  void measuresRateFromFirstDeliveryToLastAcknowledgment() {
    FeedTimes one = times(10, millis(1_000), millis(2_000));
    FeedTimes other = times(30, millis(2_000), millis(3_000));
    assertThat(Outcome.of(List.of(one, other), 0).eventsPerSecond()).isEqualTo(20);
  }

  @Test
  void excludesWarmUpOfRun() {
    FeedTimes times = times(10, millis(0, 20_000, 21_000), millis(9_000, 20_010, 22_000));
    assertThat(Outcome.of(List.of(times), 10)).isEqualTo(new Outcome(10, 1_000));
    assertThatThrownBy(() -> Outcome.of(List.of(times), 30)).hasMessageContaining("30");
  }

  @Test
  void returnsNinetyNinthPercentileAsSlowCycle() {
    long[] delivered = new long[200];
    long[] acknowledged = LongStream.rangeClosed(1, 200).map(each -> each * 1_000_000).toArray();
    assertThat(Outcome.of(List.of(times(1, delivered, acknowledged)), 0).slowCycleMillis())
        .isEqualTo(198);
  }

  private static FeedTimes times(int batch, long[] deliveredAt, long[] acknowledgedAt) {
    int[] events = Arrays.stream(deliveredAt).mapToInt(each -> batch).toArray();
    return new FeedTimes(events, deliveredAt, acknowledgedAt);
  }

  private static long[] millis(long... millis) {
    return Arrays.stream(millis).map(each -> each * 1_000_000).toArray();
  }
}
