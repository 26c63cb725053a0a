// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.endurance;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.endurance.ProcessProbe.Sample;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class MeasureTest {
  @Test
  void acceptsMediansThatGrowByNoMoreThanTheSlack() {
    List<Row> rows = Measure.rows("events", samples(30, 99, 30), samples(30.5, 30.5, 99));

    assertThat(rows).allMatch(Row::passes);
    assertThat(rows.get(0))
        .isEqualTo(new Row("events: heap after a collection, MiB", 30.0, 30.5, 34.0, 34.0));
  }

  @Test
  void refusesGrowthBeyondTheSlackInEachMeasure() {
    assertThat(Measure.rows("events", samples(100, 100), samples(200, 200)))
        .hasSize(Measure.values().length)
        .noneMatch(Row::passes);
  }

  @Test
  void takesTheMeanOfTheMiddleTwo() {
    assertThat(Measure.rows("events", samples(1, 2, 4, 9), samples(0)).get(0).before())
        .isEqualTo(3);
  }

  /** Samples whose every number is the same. */
  private static List<Sample> samples(double... values) {
    return DoubleStream.of(values)
        .mapToObj(each -> new Sample(each, each, each, each, each, each))
        .toList();
  }
}
