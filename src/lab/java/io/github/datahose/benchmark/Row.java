// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A line of the report.
 *
 * @param name what was measured
 * @param value the median of the runs
 * @param least the smallest
 * @param most the largest
 * @param target the least that the value should be; null where there is none
 */
public record Row(String name, double value, double least, double most, Double target) {

  /** Several measurements of one thing, without a target. */
  static Row of(String name, List<Double> values) {
    return new Row(name, median(values), Collections.min(values), Collections.max(values), null);
  }

  /**
   * How many times the one is the other: the ratio of the medians, and the extremes of the ratios
   * of the runs that stood side by side.
   *
   * @param one in the order of the runs
   * @param other as many as of the one
   */
  static Row ratio(String name, List<Double> one, List<Double> other, Double target) {
    if (one.size() != other.size()) {
      throw new IllegalArgumentException(one.size() + " runs beside " + other.size());
    }
    List<Double> pairs =
        IntStream.range(0, one.size()).mapToObj(i -> one.get(i) / other.get(i)).toList();
    double value = median(one) / median(other);
    return new Row(name, value, Collections.min(pairs), Collections.max(pairs), target);
  }

  /** The middle one, or half way between the two in the middle. */
  public static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int size = sorted.size();
    return (sorted.get((size - 1) / 2) + sorted.get(size / 2)) / 2;
  }

  /** Whether the target is met; null without one. */
  Boolean met() {
    return target == null ? null : value >= target;
  }

  /** Whether it is so far from its target that it is no noise: under half of it. */
  boolean collapsed() {
    return target != null && value < target / 2;
  }

  /** As the report takes it. */
  Map<String, Object> cells() {
    Map<String, Object> cells = new LinkedHashMap<>();
    cells.put("name", name);
    cells.put("value", rounded(value));
    cells.put("target", target);
    cells.put("met", met());
    cells.put("spread", text(least) + ".." + text(most));
    return cells;
  }

  /** A number to three digits or so. */
  public static double rounded(double value) {
    double magnitude = Math.abs(value);
    double scale = magnitude >= 100 ? 1 : magnitude >= 10 ? 10 : magnitude >= 1 ? 100 : 1000;
    return Math.round(value * scale) / scale;
  }

  private static String text(double value) {
    double rounded = rounded(value);
    return rounded == Math.rint(rounded)
        ? String.format(Locale.ROOT, "%.0f", rounded)
        : Double.toString(rounded);
  }
}
