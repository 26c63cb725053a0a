// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import java.util.List;
import java.util.stream.Stream;

/**
 * How much is measured.
 *
 * @param batches without added latency
 * @param batchesWithLatency with it
 * @param rounds runs of each contender in a cell
 * @param seconds how long a run is about to take
 * @param warmUpSeconds of each contender before the first cell
 */
record Plan(
    List<Integer> batches,
    List<Integer> batchesWithLatency,
    int rounds,
    double seconds,
    double warmUpSeconds) {

  private static final int LATENCY_MILLIS = 20;

  /** Where several feeds and several readers are measured. */
  static final Cell SMALL_AND_FAR = new Cell(10, LATENCY_MILLIS);

  /** About 10 minutes. */
  static Plan full() {
    return new Plan(List.of(1, 10, 100, 500), List.of(1, 10, 100, 500), 3, 1.3, 6);
  }

  /** About 7 minutes. */
  static Plan quick() {
    return new Plan(List.of(10, 100, 500), List.of(10), 3, 0.5, 3);
  }

  /** The cells, those without latency first. */
  List<Cell> cells() {
    return Stream.concat(
            batches.stream().map(batch -> new Cell(batch, 0)),
            batchesWithLatency.stream().map(batch -> new Cell(batch, LATENCY_MILLIS)))
        .toList();
  }
}
