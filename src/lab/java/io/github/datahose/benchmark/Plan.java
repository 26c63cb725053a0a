// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import java.util.List;
import java.util.stream.Stream;

/**
 * How much is measured.
 *
 * @param cells those without latency first
 * @param avro whether Confluent's Avro converter takes part
 * @param targetsOnly whether only those take part in a cell that a target is for there
 * @param rounds runs of each contender in a cell
 * @param seconds how long a run is about to take
 * @param warmUpSeconds of each contender before the first cell
 */
record Plan(
    List<Cell> cells,
    boolean avro,
    boolean targetsOnly,
    int rounds,
    double seconds,
    double warmUpSeconds) {

  /** Some 10 minutes. */
  static Plan full(boolean avro) {
    List<Cell> cells =
        Stream.of(0, 20)
            .flatMap(latency -> Stream.of(1, 10, 100, 500).map(batch -> new Cell(batch, latency)))
            .toList();
    return new Plan(cells, avro, false, 3, 1.3, 6);
  }

  /**
   * Some 2 minutes: each target once. Batches of 100, not of 500, since the vendor's loop on
   * defaults needs 3 s for one of those.
   */
  static Plan quick(boolean avro) {
    return new Plan(List.of(new Cell(100, 0), Cell.SMALL_AND_FAR), avro, true, 3, 0.4, 1);
  }

  /** Who is measured in a cell. */
  List<Contender> in(Cell cell) {
    return Stream.of(Comparison.values())
        .filter(each -> targetsOnly ? each.target(cell) != null : each.isIn(cell))
        .flatMap(each -> Stream.of(each.one, each.other))
        .filter(each -> avro || each != Contender.AVRO)
        .distinct()
        .sorted()
        .toList();
  }

  /** Who is measured in any cell. */
  List<Contender> all() {
    return cells.stream().flatMap(cell -> in(cell).stream()).distinct().sorted().toList();
  }
}
