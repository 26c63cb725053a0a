// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MomentTest {

  @ParameterizedTest
  @CsvSource({
    "5000,5000,5000",
    "5000,5001,5001",
    "5001,5000,5001",
    "0,3600000,3600000",
    "5000,-3600000,5000",
    "-5000,-3600000,0",
    "-5000,7,7",
    "0,0,0"
  })
  @Tag("invariant-13")
  void invariant13CountsTheLargerOfMonotonicAndWallClockTime(
      long monotonicMillis, long wallMillis, long expectedMillis) {
    long nanos = Long.MAX_VALUE - 1;
    Moment earlier = new Moment(nanos, 1_700_000_000_000L);
    Moment later =
        new Moment(
            nanos + Duration.ofMillis(monotonicMillis).toNanos(), 1_700_000_000_000L + wallMillis);
    assertThat(later.since(earlier)).isEqualTo(Duration.ofMillis(expectedMillis));
  }
}
