// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowTest {

  @ParameterizedTest
  @CsvSource({
    "0.9, 0.9, true, false",
    "0.899, 0.9, false, false",
    "0.45, 0.9, false, false",
    "0.4499, 0.9, false, true",
    "0.1, , , false",
  })
  void meetsTargetFromItsValueAndCollapsesBelowHalf(
      double value, Double target, Boolean met, boolean collapsed) {
    Row row = new Row("a / b", value, 0.1, 2, target);
    assertThat(row.met()).isEqualTo(met);
    assertThat(row.collapsed()).isEqualTo(collapsed);
  }

  @Test
  void returnsMiddleValueOrMeanOfTwoAsMedian() {
    assertThat(Row.of("a", List.of(9.0, 1.0, 2.0))).isEqualTo(new Row("a", 2, 1, 9, null));
    assertThat(Row.median(List.of(9.0, 1.0, 2.0, 4.0))).isEqualTo(3);
  }

  @Test
  void returnsRatioOfMediansWithExtremesOfPairedRuns() {
    assertThat(Row.ratio("a / b", List.of(10.0, 30.0, 20.0), List.of(10.0, 10.0, 40.0), 3.0))
        .isEqualTo(new Row("a / b", 2, 0.5, 3, 3.0));
    assertThatThrownBy(() -> Row.ratio("a / b", List.of(1.0), List.of(1.0, 2.0), null))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void roundsCellsToThreeDigits() {
    assertThat(new Row("a / b", 1.23456, 0.98765, 12345.6, 3.0).cells())
        .hasToString("{name=a / b, value=1.23, target=3.0, met=false, spread=0.988..12346}");
  }
}
