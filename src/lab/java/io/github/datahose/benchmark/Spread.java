// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Several measurements of one thing.
 *
 * @param median the middle one, or half way between the two in the middle
 * @param least the smallest
 * @param most the largest
 */
public record Spread(double median, double least, double most) {

  /**
   * Of these.
   *
   * @throws IllegalArgumentException when there are none
   */
  static Spread of(List<Double> values) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("nothing was measured");
    }
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Spread(median, sorted[0], sorted[sorted.length - 1]);
  }

  /**
   * The least of these that so many of them do not exceed.
   *
   * @param share such as 0.99
   * @throws IllegalArgumentException when there are none
   */
  static double percentile(double[] values, double share) {
    if (values.length == 0) {
      throw new IllegalArgumentException("nothing was measured");
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[(int) Math.ceil(sorted.length * share) - 1];
  }

  /**
   * How many times the one is the other: the ratio of the medians, and the extremes of the ratios
   * of the runs that stood side by side.
   *
   * @param one in the order of the runs
   * @param other as many as of the one
   */
  static Spread ratio(List<Double> one, List<Double> other) {
    if (one.size() != other.size()) {
      throw new IllegalArgumentException(one.size() + " runs beside " + other.size());
    }
    double[] pairs =
        IntStream.range(0, one.size()).mapToDouble(i -> one.get(i) / other.get(i)).toArray();
    double median = of(one).median() / of(other).median();
    return new Spread(
        median, Arrays.stream(pairs).min().orElseThrow(), Arrays.stream(pairs).max().orElseThrow());
  }

  /** The smallest and the largest, as short as they can be told apart. */
  String range() {
    return text(least) + ".." + text(most);
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
