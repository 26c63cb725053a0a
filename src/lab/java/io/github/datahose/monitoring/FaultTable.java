// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.monitoring;

import io.github.datahose.documents.Markdown;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** All faults: the table in docs/troubleshooting.md. */
final class FaultTable {
  private static final List<String> HEAD =
      List.of("Log", "Alert", "Metric", "REST status", "Cause", "Action");

  private FaultTable() {}

  /** First the faults that end a task, then those that are retried, then the others. */
  static List<FaultRow> rows() {
    return Stream.of(
            AgentFaults.ending(),
            LoginFaults.ending(),
            EventFaults.ending(),
            KafkaFaults.ending(),
            AgentFaults.healing(),
            LoginFaults.healing(),
            NetworkFaults.healing(),
            KafkaFaults.running(),
            EventFaults.running())
        .flatMap(List::stream)
        .sorted(Comparator.comparing(FaultRow::severity))
        .toList();
  }

  /** The table as in the document. */
  static String markdown() {
    return Markdown.table(HEAD, rows().stream().map(FaultTable::cells).toList());
  }

  private static List<String> cells(FaultRow row) {
    return List.of(
        code(row.log()),
        row.alerts().isEmpty()
            ? "none"
            : row.alerts().stream().map(Markdown::code).collect(Collectors.joining(", ")),
        row.metric().isEmpty() ? "none" : Markdown.code(row.series()),
        row.trace().isEmpty() ? row.state() : row.state() + ", " + code(row.trace()),
        row.fault(),
        row.answer());
  }

  private static String code(String words) {
    return words.isEmpty() ? "nothing" : Markdown.code(words);
  }
}
