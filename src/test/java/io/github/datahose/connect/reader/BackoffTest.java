// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.reader;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackoffTest {

  private static final RandomGenerator LOWEST = () -> 0;
  private static final RandomGenerator MIDDLE = () -> Long.MIN_VALUE;
  private static final RandomGenerator HIGHEST = () -> -1;

  @ParameterizedTest
  @CsvSource({
    "1,500",
    "2,1000",
    "3,2000",
    "7,32000",
    "8,60000",
    "9,60000",
    "64,60000",
    "2000,60000",
    "2147483647,60000"
  })
  void doublesTheUpperBoundUntilTheLongest(int attempt, long millis) {
    Duration bound = Duration.ofMillis(millis);
    assertThat(backoff(HIGHEST).delay(attempt, null)).isBetween(bound.minusMillis(1), bound);
    assertThat(backoff(MIDDLE).delay(attempt, null)).isEqualTo(bound.dividedBy(2));
    assertThat(backoff(LOWEST).delay(attempt, null)).isZero();
  }

  @Test
  void spreadsOverTheWholeRange() {
    Backoff backoff = backoff(new SplittableRandom(20261124));
    int[] tenths = new int[10];
    for (int i = 0; i < 10_000; i++) {
      tenths[(int) (backoff.delay(8, null).toMillis() / 6000)]++;
    }
    assertThat(IntStream.of(tenths).boxed()).allMatch(count -> count >= 850 && count <= 1150);
  }

  @Test
  void neverWaitsLessThanTheServerAsks() {
    assertThat(backoff(LOWEST).delay(1, Duration.ofSeconds(7))).isEqualTo(Duration.ofSeconds(7));
    assertThat(backoff(HIGHEST).delay(1, Duration.ofMinutes(10)))
        .as("more than the longest of our own")
        .isEqualTo(Duration.ofMinutes(10));
    assertThat(backoff(MIDDLE).delay(8, Duration.ofSeconds(7))).isEqualTo(Duration.ofSeconds(30));
    assertThat(backoff(MIDDLE).delay(8, Duration.ZERO)).isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void obeysALowerBoundOfTheMoment() {
    assertThat(backoff(MIDDLE).delay(100, Duration.ofSeconds(5), null))
        .isEqualTo(Duration.ofMillis(2500));
    assertThat(backoff(MIDDLE).delay(100, Duration.ofHours(5), null))
        .isEqualTo(Duration.ofSeconds(30));
  }

  private static Backoff backoff(RandomGenerator random) {
    return new Backoff(Duration.ofMillis(500), Duration.ofSeconds(60), random);
  }
}
