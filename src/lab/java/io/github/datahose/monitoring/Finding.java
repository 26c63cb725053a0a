// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.monitoring;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A line of the report.
 *
 * @param kind what was looked at: {@code promtool}, {@code query}, {@code alert}, {@code drill},
 *     {@code fault}
 * @param name which one
 * @param ok whether all was as it must be
 * @param result what was seen; may be empty
 */
record Finding(String kind, String name, boolean ok, String result) {

  /** The cells of the report. */
  Map<String, Object> cells() {
    Map<String, Object> cells = new LinkedHashMap<>();
    cells.put("kind", kind);
    cells.put("name", name);
    cells.put("ok", ok);
    cells.put("result", result);
    return cells;
  }
}
