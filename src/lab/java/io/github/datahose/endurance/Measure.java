// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.endurance;

import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * What must stay flat: the median of later samples exceeds that of earlier ones by no more than the
 * slack given here. A leak of 16 bytes an event would be 5 MiB from third to third of a million
 * events.
 */
enum Measure {
  HEAP("heap after a collection, MiB", 4, ProcessProbe::heap),
  /** The profiles of compiled methods are in it, too. */
  METASPACE("metaspace, MiB", 1, ProcessProbe::metaspace),
  /** The probe itself, and code that is seldom run, load some classes late. */
  CLASSES("loaded classes", 20, ProcessProbe::classes),
  /** The probe's JMX connection starts and ends threads. */
  THREADS("threads", 1, ProcessProbe::threads),
  DESCRIPTORS("open descriptors", 1, ProcessProbe::descriptors),
  /**
   * The heap is touched at the start ({@link Endurance#JVM}), so this grows with what is outside.
   */
  RESIDENT("resident memory, MiB", 8, ProcessProbe::resident);

  private final String title;
  private final double slack;
  private final ToDoubleFunction<ProcessProbe> value;

  Measure(String title, double slack, ToDoubleFunction<ProcessProbe> value) {
    this.title = title;
    this.slack = slack;
    this.value = value;
  }

  /** What a process has of it now. */
  double of(ProcessProbe probe) {
    return value.applyAsDouble(probe);
  }

  /**
   * A row for each measure.
   *
   * @param what begins the names of the rows
   * @param earlier at least one sample
   * @param later at least one sample
   */
  static List<Row> rows(
      String what, List<Map<Measure, Double>> earlier, List<Map<Measure, Double>> later) {
    return Stream.of(values())
        .map(
            measure -> {
              double before = measure.median(earlier);
              double allowed = before + measure.slack;
              double after = measure.median(later);
              return new Row(what + ": " + measure.title, before, after, allowed, allowed);
            })
        .toList();
  }

  private double median(List<Map<Measure, Double>> samples) {
    return io.github.datahose.benchmark.Row.median(
        samples.stream().map(sample -> sample.get(this)).toList());
  }
}
