// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SpreadTest {

  @Test
  void theMedianIsTheMiddleOneOrHalfWayBetweenTwo() {
    assertThat(Spread.of(List.of(9.0, 1.0, 2.0))).isEqualTo(new Spread(2, 1, 9));
    assertThat(Spread.of(List.of(9.0, 1.0, 2.0, 4.0))).isEqualTo(new Spread(3, 1, 9));
  }

  @Test
  void aRatioIsThatOfTheMediansAndItsExtremesAreThoseOfRunsSideBySide() {
    Spread ratio = Spread.ratio(List.of(10.0, 30.0, 20.0), List.of(10.0, 10.0, 40.0));
    assertThat(ratio).isEqualTo(new Spread(2, 0.5, 3));
  }

  @Test
  void aPercentileIsAValueThatSoManyDoNotExceed() {
    double[] values = IntStream.rangeClosed(1, 200).mapToDouble(i -> 201 - i).toArray();
    assertThat(Spread.percentile(values, 0.99)).isEqualTo(198);
    assertThat(Spread.percentile(values, 0.5)).isEqualTo(100);
    assertThat(Spread.percentile(new double[] {7}, 0.99)).isEqualTo(7);
    assertThatThrownBy(() -> Spread.percentile(new double[0], 0.5))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void nothingMeasuredIsNoZero() {
    assertThatThrownBy(() -> Spread.of(List.of())).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Spread.ratio(List.of(1.0), List.of(1.0, 2.0)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void numbersAreToldToThreeDigitsOrSo() {
    assertThat(new Spread(0, 0.98765, 12345.6).range()).isEqualTo("0.988..12346");
    assertThat(new Spread(0, 1.234, 12.34).range()).isEqualTo("1.23..12.3");
  }
}
