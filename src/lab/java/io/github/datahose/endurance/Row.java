// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.endurance;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A line of the report.
 *
 * @param name what was measured, with its unit
 * @param before the same earlier in the run, which the target follows from; null when the target
 *     does not depend on it
 * @param value the measured value
 * @param target the largest value that is meant; null when the value only informs
 * @param limit the largest value that passes; null when the value only informs
 */
record Row(String name, Double before, double value, Double target, Double limit) {

  /** A row that only informs. */
  static Row of(String name, double value) {
    return new Row(name, null, value, null, null);
  }

  /** A row with a target that is also its limit, and that does not depend on an earlier value. */
  static Row of(String name, double value, double target) {
    return new Row(name, null, value, target, target);
  }

  /** Whether the value is at most the limit; also true without a limit. */
  boolean passes() {
    return limit == null || value <= limit;
  }

  /** The cells of the report. */
  Map<String, Object> cells() {
    Map<String, Object> cells = new LinkedHashMap<>();
    cells.put("name", name);
    cells.put("before", rounded(before));
    cells.put("value", rounded(value));
    cells.put("target", rounded(target));
    cells.put("met", target == null ? null : value <= target);
    cells.put("limit", rounded(limit));
    return cells;
  }

  private static Double rounded(Double value) {
    return value == null ? null : Math.round(value * 100) / 100.0;
  }
}
