// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.footprint;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FootprintRowTest {
  @Test
  void meetsATargetThatItDoesNotExceed() {
    assertThat(new FootprintRow("heap", 3, 3.0).met()).isTrue();
    assertThat(new FootprintRow("heap", 3.01, 3.0).met()).isFalse();
    assertThat(FootprintRow.of("heap", 100).met()).isNull();
  }

  @Test
  void collapsesOverTwiceItsTargetOnly() {
    assertThat(new FootprintRow("heap", 6, 3.0).collapsed()).isFalse();
    assertThat(new FootprintRow("heap", 6.01, 3.0).collapsed()).isTrue();
    assertThat(FootprintRow.of("heap", 100).collapsed()).isFalse();
  }

  @Test
  void takesLessThanBeforeAsMet() {
    FootprintRow row = new FootprintRow("growth", -4.2, 0.5);

    assertThat(row.met()).isTrue();
    assertThat(row.collapsed()).isFalse();
  }

  @Test
  void hasTheColumnsOfTheReportInTheirOrder() {
    assertThat(new FootprintRow("heap", 3.14159, 3.0).cells())
        .hasToString("{name=heap, value=3.14, target=3.0, met=false}");
    assertThat(FootprintRow.of("heap", 2).cells())
        .hasToString("{name=heap, value=2.0, target=null, met=null}");
  }
}
