// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.endurance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RowTest {
  @Test
  void passesUpToItsLimit() {
    assertThat(Row.of("heap", 3, 3).passes()).isTrue();
    assertThat(Row.of("heap", 3.001, 3).passes()).isFalse();
    assertThat(Row.of("heap", 100).passes()).isTrue();
    assertThat(new Row("heap", null, 3.5, 3.0, 4.0).passes()).isTrue();
  }

  @Test
  void hasTheColumnsOfTheReportInTheirOrder() {
    assertThat(new Row("heap", 2.5, 3.14159, 3.0, 4.0).cells())
        .hasToString("{name=heap, before=2.5, value=3.14, target=3.0, met=false, limit=4.0}");
    assertThat(Row.of("heap", 2).cells())
        .hasToString("{name=heap, before=null, value=2.0, target=null, met=null, limit=null}");
  }
}
