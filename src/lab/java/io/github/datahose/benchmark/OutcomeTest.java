// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.datahose.simulator.FeedTimes;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class OutcomeTest {

  private static final long SECOND = 1_000_000_000;

  @Test
  void theRateIsFromTheFirstDeliveryToTheLastAcknowledgement() {
    FeedTimes times =
        new FeedTimes(
            new int[] {10, 10},
            new long[] {SECOND, 2 * SECOND},
            new long[] {2 * SECOND, 5 * SECOND},
            new long[0]);
    assertThat(Outcome.of(List.of(times), 0).eventsPerSecond()).isEqualTo(5);
  }

  @Test
  void theLeadDoesNotCount() {
    FeedTimes times =
        new FeedTimes(
            new int[] {10, 10, 10},
            new long[] {0, 20 * SECOND, 21 * SECOND},
            new long[] {9 * SECOND, 21 * SECOND, 22 * SECOND},
            new long[0]);
    assertThat(Outcome.of(List.of(times), 10).eventsPerSecond()).isEqualTo(10);
    assertThatThrownBy(() -> Outcome.of(List.of(times), 30)).hasMessageContaining("30");
  }

  @Test
  void severalFeedsAreOneContender() {
    FeedTimes one =
        new FeedTimes(new int[] {10}, new long[] {SECOND}, new long[] {2 * SECOND}, new long[0]);
    FeedTimes other =
        new FeedTimes(
            new int[] {30}, new long[] {2 * SECOND}, new long[] {3 * SECOND}, new long[0]);
    assertThat(Outcome.of(List.of(one, other), 0).eventsPerSecond()).isEqualTo(20);
  }

  @Test
  void cyclesAreFromAnAnswerToItsAcknowledgement() {
    int[] events = IntStream.range(0, 100).map(i -> 1).toArray();
    long[] delivered = LongStream.range(0, 100).map(i -> i * SECOND).toArray();
    long[] acknowledged =
        LongStream.range(0, 100).map(i -> i * SECOND + (i + 1) * 1_000_000).toArray();
    Outcome outcome =
        Outcome.of(List.of(new FeedTimes(events, delivered, acknowledged, new long[0])), 0);
    assertThat(outcome.cycleMillis()).isEqualTo(50);
    assertThat(outcome.slowCycleMillis()).isEqualTo(99);
  }
}
