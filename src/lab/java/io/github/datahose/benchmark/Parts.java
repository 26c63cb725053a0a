// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * What a batch costs besides reading it, each part measured alone: what {@link Alone} printed.
 *
 * @param millis by the size of the batch, then by the part's name
 */
record Parts(Map<Integer, Map<String, Spread>> millis) {

  /** How its lines begin. */
  private static final String LINE = "ALONE ";

  /** A line for a part. */
  static String line(int batch, String part, List<Double> millis) {
    return LINE
        + batch
        + " "
        + part
        + " "
        + millis.stream().map(String::valueOf).collect(Collectors.joining(" "));
  }

  /** Those of the lines, whatever stands between them. */
  static Parts parse(Stream<String> lines) {
    Map<Integer, Map<String, Spread>> millis = new LinkedHashMap<>();
    lines
        .filter(line -> line.startsWith(LINE))
        .map(line -> List.of(line.substring(LINE.length()).split(" ")))
        .forEach(
            words ->
                millis
                    .computeIfAbsent(Integer.valueOf(words.get(0)), batch -> new LinkedHashMap<>())
                    .put(
                        words.get(1),
                        Spread.of(words.stream().skip(2).map(Double::valueOf).toList())));
    return new Parts(millis);
  }

  /** By their names; empty when a batch of this size was not measured. */
  Map<String, Spread> of(int batch) {
    return millis.getOrDefault(batch, Map.of());
  }

  /** All parts of a batch, one after another; NaN when none was measured. */
  double sum(int batch) {
    DoubleStream medians = of(batch).values().stream().mapToDouble(Spread::median);
    return of(batch).isEmpty() ? Double.NaN : medians.sum();
  }
}
