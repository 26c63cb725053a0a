// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RowTest {

  @Test
  void aTargetIsMetFromItselfOn() {
    assertThat(row(0.9, 0.9).met()).isTrue();
    assertThat(row(0.899, 0.9).met()).isFalse();
  }

  @Test
  void itHasCollapsedBelowHalfOfItsTarget() {
    assertThat(row(1.5, 3.0).collapsed()).isFalse();
    assertThat(row(1.49, 3.0).collapsed()).isTrue();
    assertThat(row(0.45, 0.9).collapsed()).isFalse();
    assertThat(row(Math.nextDown(0.45), 0.9).collapsed()).isTrue();
  }

  @Test
  void itIsTheMedianThatCollapsesNotTheWorstRunAndNotWhatIsPrinted() {
    assertThat(new Row("a / b", new Spread(0.45, 0.1, 0.5), 0.9).collapsed()).isFalse();
    assertThat(new Row("a / b", new Spread(0.4499, 0.1, 2), 0.9).collapsed()).isTrue();
  }

  @Test
  void aReportIsOkUntilOneRowHasCollapsed() {
    List<Row> noisy = List.of(row(0.1, null), row(0.45, 0.9), row(4, 4.0));
    assertThat(Row.noneCollapsed(noisy)).isTrue();
    assertThat(Row.noneCollapsed(List.of(row(4, 4.0), row(0.44, 0.9)))).isFalse();
  }

  @Test
  void withoutATargetNothingIsMetOrMissed() {
    assertThat(row(0.1, null).met()).isNull();
    assertThat(row(0.1, null).collapsed()).isFalse();
  }

  @Test
  void itsCellsAreThoseOfTheReport() {
    assertThat(row(1.23456, 3.0).cells())
        .containsExactly(
            java.util.Map.entry("name", "a / b"),
            java.util.Map.entry("value", 1.23),
            java.util.Map.entry("target", 3.0),
            java.util.Map.entry("met", false),
            java.util.Map.entry("spread", "1.23..1.23"));
  }

  private static Row row(double value, Double target) {
    return new Row("a / b", Spread.of(List.of(value)), target);
  }
}
