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

  /** Who is measured at a steady pace, each beside the loop by hand that writes as it does. */
  static final List<List<Contender>> PACED_PAIRS =
      List.of(
          List.of(Contender.CONNECTOR, Contender.BY_HAND),
          List.of(Contender.CONNECTOR_EXACTLY_ONCE, Contender.BY_HAND_TRANSACTIONAL));

  /** About 15 minutes. */
  static Plan full(boolean avro) {
    List<Cell> cells =
        Stream.of(0, LATENCY_MILLIS)
            .flatMap(latency -> Stream.of(1, 10, 100, 500).map(batch -> new Cell(batch, latency)))
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

  /** Who is measured in a cell: with latency only those compared there. */
  List<Contender> in(Cell cell) {
    return Stream.of(Contender.values()).filter(each -> has(each, cell)).toList();
  }

  /** Who is measured in any cell. */
  List<Contender> all() {
    return cells.stream().flatMap(cell -> in(cell).stream()).distinct().sorted().toList();
  }

  /** Who is measured at a steady pace. */
  List<Contender> inPaced() {
    return PACED_PAIRS.stream().limit(targetsOnly ? 1 : 2).flatMap(List::stream).toList();
  }

  private boolean has(Contender contender, Cell cell) {
    boolean near = cell.latencyMillis() == 0;
    return switch (contender) {
      case STARTED_AND_STOPPED -> false;
      case CONNECTOR_FIVE_FEEDS, CONNECTOR_FIVE_READERS -> cell.equals(SMALL_AND_FAR);
      case CONNECTOR_STRUCT, CONNECTOR_DEFAULTS, VENDOR, VENDOR_DEFAULTS ->
          near && (!targetsOnly || cell.batch() >= Targets.LARGE);
      case CONNECTOR_AVRO -> avro && near;
      case VENDOR_LOSING_DATA -> near && !targetsOnly;
      case TASK_BY_HAND, TASK_BY_HAND_EXACTLY_ONCE -> !targetsOnly;
      case CONNECTOR_EXACTLY_ONCE, BY_HAND_TRANSACTIONAL -> near || !targetsOnly;
      case READING_ALONE, CONNECTOR, BY_HAND -> true;
    };
  }
}
