// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RatePlotTest {

  @Test
  void contendersThatWereMeasuredHaveALineAndOthersNone() {
    List<Cell> cells = List.of(new Cell(1, 0), new Cell(500, 0));
    Results<Outcome> results = new Results<>();
    cells.forEach(cell -> results.add("measured", cell, new Outcome(1000.0 * cell.batch(), 1, 1)));
    String svg = RatePlot.svg("Title", List.of("measured", "absent"), cells, results);
    assertThat(svg.contains("<svg")).isTrue();
    // A dot for each cell and one in the legend.
    assertThat(svg.split("<ellipse").length - 1).isEqualTo(cells.size() + 1);
  }
}
