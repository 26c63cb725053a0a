// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.soak;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * What is to stay flat. The first third of the samples is for warming up: code is compiled, classes
 * are loaded, the window of known events fills. Flat means that the median of the last third is not
 * above that of the second third by more than the share and the slack given here. A leak of 100
 * bytes an event would be 32 MiB from third to third of a million events.
 */
enum Measure {
  HEAP("heap after collection", "MiB", 0.10, 4, Sample::heap),
  METASPACE("metaspace", "MiB", 0.01, 0.5, Sample::metaspace),
  CLASSES("loaded classes", "", 0.01, 0, Sample::classes),
  /** One more, since the sampling itself comes through threads of JMX that come and go. */
  THREADS("threads", "", 0, 1, Sample::threads),
  DESCRIPTORS("open descriptors", "", 0, 1, Sample::descriptors),
  /** The heap's share of it grows and shrinks with the collector's mood. */
  RESIDENT("resident memory", "MiB", 0.10, 32, Sample::resident);

  private final String title;
  private final String unit;
  private final double share;
  private final double slack;
  private final ToDoubleFunction<Sample> value;

  Measure(String title, String unit, double share, double slack, ToDoubleFunction<Sample> value) {
    this.title = title;
    this.unit = unit;
    this.share = share;
    this.slack = slack;
    this.value = value;
  }

  /** For people, with the unit. */
  String title() {
    return unit.isEmpty() ? title : title + ", " + unit;
  }

  double of(Sample sample) {
    return value.applyAsDouble(sample);
  }

  boolean isFlat(List<Sample> samples) {
    return median(third(samples, 3)) <= allowed(samples);
  }

  /** A line of the report. */
  Map<String, Object> row(List<Sample> samples) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("measure", title());
    row.put("begin", rounded(of(samples.get(0))));
    row.put("secondThird", rounded(median(third(samples, 2))));
    row.put("lastThird", rounded(median(third(samples, 3))));
    row.put("allowed", rounded(allowed(samples)));
    row.put("flat", isFlat(samples));
    return row;
  }

  private double allowed(List<Sample> samples) {
    return median(third(samples, 2)) * (1 + share) + slack;
  }

  private double median(List<Sample> samples) {
    double[] sorted = samples.stream().mapToDouble(this::of).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  private static List<Sample> third(List<Sample> samples, int number) {
    int size = samples.size();
    return samples.subList(size * (number - 1) / 3, size * number / 3);
  }

  private static double rounded(double value) {
    return Math.round(value * 10) / 10.0;
  }
}
