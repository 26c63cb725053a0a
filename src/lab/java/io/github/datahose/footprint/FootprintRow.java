// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.footprint;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A line of the report.
 *
 * @param name what was measured, with its unit
 * @param value what came out
 * @param target the most that it should be; null where there is none
 */
record FootprintRow(String name, double value, Double target) {

  /** One that has no target. */
  static FootprintRow of(String name, double value) {
    return new FootprintRow(name, value, null);
  }

  /** Whether the target is met; null without one. */
  Boolean met() {
    return target == null ? null : value <= target;
  }

  /** Whether it is so far from its target that something is broken: over twice as much. */
  boolean collapsed() {
    return target != null && value > 2 * target;
  }

  /** As the report takes it. */
  Map<String, Object> cells() {
    Map<String, Object> cells = new LinkedHashMap<>();
    cells.put("name", name);
    cells.put("value", Math.round(value * 100) / 100.0);
    cells.put("target", target);
    cells.put("met", met());
    return cells;
  }
}
