// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import io.github.datahose.benchmark.Results.Measure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;

/** Events a second over the size of a batch, a line for each contender, both axes logarithmic. */
final class RatePlot {

  private RatePlot() {}

  /**
   * Draws it as an SVG.
   *
   * @param cells of one latency
   */
  static String svg(String title, List<Cell> cells, Results results) throws IOException {
    XYChart chart =
        new XYChartBuilder()
            .width(900)
            .height(520)
            .title(title)
            .xAxisTitle("events in a batch")
            .yAxisTitle("events a second")
            .build();
    chart.getStyler().setXAxisLogarithmic(true);
    chart.getStyler().setYAxisLogarithmic(true);
    // As an SVG each dash of a grid is a path: they would be nine tenths of the file.
    chart.getStyler().setPlotGridLinesVisible(false);
    chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
    for (Contender each : Contender.values()) {
      List<Cell> there =
          cells.stream().filter(cell -> !results.of(Measure.RATE, each, cell).isEmpty()).toList();
      if (!there.isEmpty()) {
        chart.addSeries(
            each.toString(),
            there.stream().map(Cell::batch).toList(),
            there.stream().map(cell -> Row.median(results.of(Measure.RATE, each, cell))).toList());
      }
    }
    ByteArrayOutputStream svg = new ByteArrayOutputStream();
    VectorGraphicsEncoder.saveVectorGraphic(chart, svg, VectorGraphicsFormat.SVG);
    // Letters are paths with many digits; a tenth of a pixel is enough.
    return svg.toString(StandardCharsets.UTF_8).replaceAll("(\\.\\d)\\d+", "$1");
  }
}
