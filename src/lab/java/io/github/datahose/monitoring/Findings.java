// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.monitoring;

import io.github.datahose.launch.Report;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the lane found, a row each. Not for use by several threads at once. */
final class Findings {
  private final Report report;
  private boolean ok = true;

  Findings(Report report) {
    this.report = report;
  }

  /** Adds a row. */
  void add(String kind, String name, boolean good, String result) {
    Map<String, Object> cells = new LinkedHashMap<>();
    cells.put("kind", kind);
    cells.put("name", name);
    cells.put("ok", good);
    cells.put("result", result);
    report.row(cells);
    ok &= good;
  }

  /** Whether all was good so far. */
  boolean ok() {
    return ok;
  }
}
