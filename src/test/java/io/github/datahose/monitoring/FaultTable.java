// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.monitoring;

import java.util.List;
import java.util.stream.Stream;

/** All faults: the table in docs/troubleshooting.md. */
final class FaultTable {
  private FaultTable() {}

  /** First what ends a task, then what is retried, then what does neither. */
  static List<FaultRow> rows() {
    return Stream.of(AgentFaults.rows()).flatMap(List::stream).toList();
  }
}
