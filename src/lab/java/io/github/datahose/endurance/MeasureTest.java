// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.endurance;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MeasureTest {
  @Test
  void acceptsGrowthOfMediansWithinSlack() {
    List<Row> rows = Measure.rows("events", samples(30, 99, 30), samples(31, 31, 99));

    assertThat(rows).allMatch(Row::passes);
    assertThat(rows.get(0).cells())
        .hasToString(
            "{name=events: heap after a collection, MiB, before=30.0, value=31.0, target=34.0,"
                + " met=true, limit=34.0}");
  }

  @Test
  void rejectsGrowthBeyondSlackInEachMeasure() {
    assertThat(Measure.rows("events", samples(100, 100), samples(120.1, 120.1)))
        .hasSize(Measure.values().length)
        .noneMatch(Row::passes);
  }

  @Test
  void passesRowBetweenTargetAndLimit() {
    Row row = new Row("heap", null, 3.5, 3.0, 4.0);
    assertThat(row.passes()).isTrue();
    assertThat(row.cells()).containsEntry("met", false);
    assertThat(new Row("heap", null, 4.25, 3.0, 4.0).passes()).isFalse();
  }

  @Test
  void passesRowWithoutLimit() {
    assertThat(Row.of("seconds", 100).passes()).isTrue();
  }

  /** Samples whose every number is the same. */
  private static List<Map<Measure, Double>> samples(double... values) {
    return DoubleStream.of(values)
        .mapToObj(each -> Stream.of(Measure.values()).collect(toMap(m -> m, m -> each)))
        .toList();
  }
}
