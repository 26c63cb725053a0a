// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.benchmark.Results.Measure;
import java.util.List;
import org.junit.jupiter.api.Test;

class RatePlotTest {

  @Test
  void drawsLineForEachMeasuredContender() throws Exception {
    List<Cell> cells = List.of(new Cell(1, 0), new Cell(500, 0));
    Results results = new Results();
    cells.forEach(cell -> results.add(Measure.RATE, Contender.README, cell, cell.batch()));
    String svg = RatePlot.svg("Title", cells, results);
    assertThat(svg.contains("<svg")).isTrue();
    // A dot for each cell and one in the legend.
    assertThat(svg.split("<ellipse").length - 1).isEqualTo(cells.size() + 1);
  }
}
