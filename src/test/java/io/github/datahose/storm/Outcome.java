// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.storm;

import io.github.datahose.simulator.Audit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What came of a scenario.
 *
 * @param redelivered times that the feed gave an event again
 * @param longestStall in ms
 * @param recoveries in ms
 * @param trouble what went wrong besides; null when nothing did
 */
record Outcome(
    Scenario scenario,
    Mode mode,
    int kills,
    Audit audit,
    long redelivered,
    long longestStall,
    List<Long> recoveries,
    String trouble) {

  /** A line of the report. */
  Map<String, Object> row() {
    List<Long> sorted = recoveries.stream().sorted().toList();
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("scenario", scenario.name());
    row.put("mode", mode.label());
    row.put("kills", kills);
    row.put("produced", audit.produced());
    row.put("redelivered", redelivered);
    row.put("lost", audit.lost());
    row.put("duplicated", audit.duplicated());
    row.put("outOfOrder", audit.outOfOrder());
    row.put("longestStallMs", longestStall);
    row.put("recoveryMedianMs", sorted.isEmpty() ? null : sorted.get(sorted.size() / 2));
    row.put("recoveryMaxMs", sorted.isEmpty() ? null : sorted.get(sorted.size() - 1));
    return row;
  }

  /** What is wrong with it; empty when nothing is. */
  String complaint() {
    StringBuilder complaint = new StringBuilder();
    if (trouble != null) {
      complaint.append(trouble).append("; ");
    }
    if (audit.produced() == 0) {
      complaint.append("nothing was produced; ");
    }
    if (audit.lost() > 0) {
      complaint.append("lost, for example ").append(audit.lostMessageIds()).append("; ");
    }
    if (audit.unknown() > 0) {
      complaint.append(audit.unknown()).append(" records that nobody produced; ");
    }
    if (audit.acknowledged() != audit.produced()) {
      complaint.append("acknowledged only ").append(audit.acknowledged()).append("; ");
    }
    // What the feed gave once can only be there once; what it gave again was in flight.
    long bound = mode == Mode.EXACTLY_ONCE ? 0 : redelivered;
    if (audit.duplicated() > bound) {
      complaint.append("duplicated, ").append(bound).append(" at most were allowed; ");
    }
    return complaint.toString();
  }
}
