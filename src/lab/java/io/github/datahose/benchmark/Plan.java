// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import java.util.List;
import java.util.stream.Stream;

/**
 * How much is measured.
 *
 * @param cells those without latency first
 * @param avro whether Confluent's Avro converter takes part
 * @param targetsOnly whether only those take part in a cell that a target speaks of there
 * @param rounds runs of each contender in a cell
 * @param seconds how long a run is about to take
 * @param warmUpSeconds of each contender before the first cell
 * @param paced cells where the latency at a steady pace is measured
 * @param pacedBatches of a run at a steady pace
 * @param restarts how often a connector is started and stopped
 */
record Plan(
    List<Cell> cells,
    boolean avro,
    boolean targetsOnly,
    int rounds,
    double seconds,
    double warmUpSeconds,
    List<Cell> paced,
    int pacedBatches,
    int restarts) {

  private static final int LATENCY_MILLIS = 20;

  /** Where several feeds and several readers are measured. */
  static final Cell SMALL_AND_FAR = new Cell(10, LATENCY_MILLIS);

  /** About 15 minutes. */
  static Plan full(boolean avro) {
    List<Integer> batches = List.of(1, 10, 100, 500);
    List<Cell> cells =
        Stream.of(0, LATENCY_MILLIS)
            .flatMap(latency -> batches.stream().map(batch -> new Cell(batch, latency)))
            .toList();
    return new Plan(
        cells, avro, false, 3, 1.3, 6, List.of(new Cell(1, 0), new Cell(10, 0)), 200, 7);
  }

  /**
   * Meant to take 3 minutes: a cell for each kind of target. Batches of 100, not of 500, since the
   * vendor's loop on defaults needs 3 s for one of those.
   */
  static Plan quick(boolean avro) {
    List<Cell> cells = List.of(new Cell(10, 0), new Cell(100, 0), SMALL_AND_FAR);
    return new Plan(cells, avro, true, 3, 0.4, 2, List.of(new Cell(10, 0)), 100, 3);
  }

  /** Whether a contender is measured in a cell: with latency only those compared there. */
  boolean has(String name, Cell cell) {
    boolean near = cell.latencyMillis() == 0;
    return switch (name) {
      case Lineup.CONNECTOR_FIVE_FEEDS, Lineup.CONNECTOR_FIVE_READERS -> cell.equals(SMALL_AND_FAR);
      case Lineup.CONNECTOR_STRUCT,
          Lineup.CONNECTOR_DEFAULTS,
          Lineup.VENDOR,
          Lineup.VENDOR_DEFAULTS ->
          near && (!targetsOnly || cell.batch() >= Targets.LARGE);
      case Lineup.CONNECTOR_AVRO -> avro && near;
      case Lineup.VENDOR_LOSING_DATA -> near && !targetsOnly;
      case Lineup.TASK_BY_HAND, Lineup.TASK_BY_HAND_EXACTLY_ONCE -> !targetsOnly;
      case Lineup.CONNECTOR_EXACTLY_ONCE, Lineup.BY_HAND_TRANSACTIONAL -> near || !targetsOnly;
      default -> true;
    };
  }

  /** Who is measured at a steady pace, see {@link LatencyRows#PAIRS}. */
  List<String> pacedContenders() {
    return LatencyRows.PAIRS.stream()
        .limit(targetsOnly ? 1 : LatencyRows.PAIRS.size())
        .flatMap(List::stream)
        .toList();
  }
}
