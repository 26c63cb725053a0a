// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.soak;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The series as an SVG: a small panel for each measure, its axis from zero, so that flat looks flat
 * and growth looks like growth.
 */
final class SeriesPlot {
  private static final int WIDTH = 380;
  private static final int HEIGHT = 120;
  private static final int LEFT = 50;
  private static final int TOP = 34;
  private static final int PANEL_WIDTH = WIDTH + LEFT + 20;
  private static final int PANEL_HEIGHT = HEIGHT + TOP + 30;
  private static final int COLUMNS = 2;

  private final List<Sample> samples;
  private final StringBuilder svg = new StringBuilder();

  private SeriesPlot(List<Sample> samples) {
    this.samples = samples;
  }

  /**
   * Draws them.
   *
   * @param samples at least one
   */
  static String svg(List<Sample> samples) {
    return new SeriesPlot(samples).draw();
  }

  private String draw() {
    int rows = (Measure.values().length + COLUMNS - 1) / COLUMNS;
    add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%1$d\" height=\"%2$d\" viewBox=\"0 0 %1$d %2$d\""
            + " font-family=\"sans-serif\" font-size=\"11\">",
        COLUMNS * PANEL_WIDTH, rows * PANEL_HEIGHT);
    add("<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>");
    for (Measure measure : Measure.values()) {
      panel(
          measure,
          measure.ordinal() % COLUMNS * PANEL_WIDTH + LEFT,
          measure.ordinal() / COLUMNS * PANEL_HEIGHT + TOP);
    }
    add("</svg>");
    return svg.toString();
  }

  private void panel(Measure measure, int left, int top) {
    double highest = samples.stream().mapToDouble(measure::of).max().orElseThrow();
    double scale = Math.max(1, highest * 1.1);
    long events = Math.max(1, samples.get(samples.size() - 1).events());
    add("<g transform=\"translate(%d,%d)\">", left, top);
    add("<text x=\"0\" y=\"-10\" font-weight=\"bold\">%s</text>", measure.title());
    add("<path d=\"M0 0V%1$dH%2$d\" fill=\"none\" stroke=\"#888\"/>", HEIGHT, WIDTH);
    add(
        "<text x=\"-6\" y=\"%.1f\" text-anchor=\"end\">%.0f</text>",
        HEIGHT * (1 - highest / scale) + 4, highest);
    add("<text x=\"-6\" y=\"%d\" text-anchor=\"end\">0</text>", HEIGHT + 4);
    add("<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%d events</text>", WIDTH, HEIGHT + 15, events);
    add(
        "<polyline points=\"%s\" fill=\"none\" stroke=\"#0b62a4\" stroke-width=\"1.5\"/>",
        samples.stream()
            .map(
                sample ->
                    point(
                        (double) WIDTH * sample.events() / events,
                        HEIGHT * (1 - measure.of(sample) / scale)))
            .collect(Collectors.joining(" ")));
    add("</g>");
  }

  private static String point(double x, double y) {
    return String.format(Locale.ROOT, "%.1f,%.1f", x, y);
  }

  private void add(String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
