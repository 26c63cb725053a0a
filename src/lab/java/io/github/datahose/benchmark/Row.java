// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A line of the report.
 *
 * @param name what was measured
 * @param spread what came out
 * @param target the least that it should be; null where there is none
 */
record Row(String name, Spread spread, Double target) {

  /** Whether the target is met; null without one. */
  Boolean met() {
    return target == null ? null : spread.median() >= target;
  }

  /** Whether it is so far from its target that it is no noise: under half of it. */
  boolean collapsed() {
    return target != null && spread.median() < target / 2;
  }

  /** What makes a report ok; that targets are missed does not count, and what has none neither. */
  static boolean noneCollapsed(List<Row> rows) {
    return rows.stream().noneMatch(Row::collapsed);
  }

  /** As the report takes it. */
  Map<String, Object> cells() {
    Map<String, Object> cells = new LinkedHashMap<>();
    cells.put("name", name);
    cells.put("value", Spread.rounded(spread.median()));
    cells.put("target", target);
    cells.put("met", met());
    cells.put("spread", spread.range());
    return cells;
  }
}
