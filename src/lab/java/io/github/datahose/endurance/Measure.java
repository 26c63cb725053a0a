// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.endurance;

import io.github.datahose.endurance.ProcessProbe.Sample;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * What must stay flat: the median of later samples exceeds that of earlier ones by no more than the
 * slack given here. A leak of 16 bytes an event would be 5 MiB from third to third of a million
 * events.
 */
enum Measure {
  HEAP("heap after a collection, MiB", 4, Sample::heap),
  /** The profiles of compiled methods are in it, too. */
  METASPACE("metaspace, MiB", 1, Sample::metaspace),
  /** The probe itself, and code that is seldom run, load some classes late. */
  CLASSES("loaded classes", 20, Sample::classes),
  /** The probe's JMX connection starts and ends threads. */
  THREADS("threads", 1, Sample::threads),
  DESCRIPTORS("open descriptors", 1, Sample::descriptors),
  /**
   * The heap is touched at the start ({@link Endurance#JVM}), so this grows with what is outside.
   */
  RESIDENT("resident memory, MiB", 8, Sample::resident);

  private final String title;
  private final double slack;
  private final ToDoubleFunction<Sample> value;

  Measure(String title, double slack, ToDoubleFunction<Sample> value) {
    this.title = title;
    this.slack = slack;
    this.value = value;
  }

  /**
   * A row for each measure.
   *
   * @param what begins the names of the rows
   * @param earlier at least one sample
   * @param later at least one sample
   */
  static List<Row> rows(String what, List<Sample> earlier, List<Sample> later) {
    return Stream.of(values()).map(measure -> measure.row(what, earlier, later)).toList();
  }

  private Row row(String what, List<Sample> earlier, List<Sample> later) {
    double before = median(earlier);
    double allowed = before + slack;
    return new Row(what + ": " + title, before, median(later), allowed, allowed);
  }

  private double median(List<Sample> samples) {
    double[] sorted = samples.stream().mapToDouble(value).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
