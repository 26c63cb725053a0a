// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import java.util.function.Predicate;

/**
 * How many times one contender's events a second are those of another: the first lines of the
 * report, in their order. Whatever is measured is measured for one of them.
 */
enum Comparison {
  BDK_DEFAULTS(
      "README's config / BDK, defaults",
      Contender.README_DEFAULTS,
      Contender.BDK_DEFAULTS,
      Cell::isNear,
      10,
      Cell::isNearAndLarge),
  BDK(
      "README's config / BDK, linger 0",
      Contender.README,
      Contender.BDK,
      Cell::isNear,
      5,
      Cell::isNearAndLarge),
  BY_HAND(
      "README's config / by hand",
      Contender.README,
      Contender.BY_HAND,
      cell -> true,
      0.95,
      cell -> !cell.isNear() && cell.batch() <= 100),
  JSON(
      "README's config / record.value=json",
      Contender.README,
      Contender.JSON,
      cell -> true,
      0.6,
      Cell::isNearAndLarge),
  TASK_BY_HAND(
      "record.value=json / task by hand",
      Contender.JSON,
      Contender.TASK_BY_HAND,
      Cell::isNear,
      0.9,
      Cell::isNear),
  TASK_BY_HAND_EXACTLY_ONCE(
      "exactly once / task by hand, exactly once",
      Contender.EXACTLY_ONCE,
      Contender.TASK_BY_HAND_EXACTLY_ONCE,
      Cell::isNear,
      0.85,
      Cell::isNear),
  LEDGER(
      "exactly once, ledger / exactly once",
      Contender.LEDGER,
      Contender.EXACTLY_ONCE,
      cell -> cell.isNear() && (cell.batch() == 10 || cell.batch() == 100),
      0.95,
      Cell::isNear),
  FIVE_FEEDS("5 feeds / 1", Contender.FIVE_FEEDS),
  FIVE_READERS("5 readers / 1", Contender.FIVE_READERS),
  EXACTLY_ONCE(
      "exactly once / record.value=json", Contender.EXACTLY_ONCE, Contender.JSON, cell -> true),
  AVRO("Avro / README's config", Contender.AVRO, Contender.README, Cell::isNear);

  final Contender one;
  final Contender other;
  private final String text;
  private final Predicate<Cell> where;
  private final double target;
  private final Predicate<Cell> promised;

  /**
   * With a target.
   *
   * @param where it is measured
   * @param promised where the target holds
   */
  Comparison(
      String text,
      Contender one,
      Contender other,
      Predicate<Cell> where,
      double target,
      Predicate<Cell> promised) {
    this.text = text;
    this.one = one;
    this.other = other;
    this.where = where;
    this.target = target;
    this.promised = promised;
  }

  /** Without a target. */
  Comparison(String text, Contender one, Contender other, Predicate<Cell> where) {
    this(text, one, other, where, 0, cell -> false);
  }

  /** Of five beside one. */
  Comparison(String text, Contender five) {
    this(text, five, Contender.README, Cell.SMALL_AND_FAR::equals, 4, Cell.SMALL_AND_FAR::equals);
  }

  /** Whether it is measured there. */
  boolean isIn(Cell cell) {
    return where.test(cell);
  }

  /** The least that it should be there; null where there is no target. */
  Double target(Cell cell) {
    return promised.test(cell) ? Double.valueOf(target) : null;
  }

  /** The name of its line; what is in one cell only does without the cell's. */
  String name(Cell cell) {
    return this == FIVE_FEEDS || this == FIVE_READERS ? text : text + ", " + cell;
  }
}
