// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
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
