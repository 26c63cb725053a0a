// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.tools;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.datahose.connect.text.Printable;
import io.github.datahose.connect.tools.Reconciliation.Extent;
import io.github.datahose.connect.tools.Reconciliation.Finding;
import io.github.datahose.connect.tools.Reconciliation.Findings;
import io.github.datahose.connect.tools.Reconciliation.Kind;
import io.github.datahose.connect.tools.Reconciliation.Verdict;
import io.github.datahose.connect.tools.Reconciliation.Window;
import java.io.PrintStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;

/** The report of an audit, as tables for people or as JSON for programs. */
final class AuditReport {

  /**
   * The maximum lines for each kind of finding in the tables; JSON has all findings that are kept.
   */
  private static final int SHOWN = 20;

  private static final List<String> COLUMNS =
      List.of(
          "WINDOWS", "FROM", "TO", "EVENTS", "RECORDS", "DROPPED", "MISSING", "TWICE", "UNSEEN");

  private final Reconciliation reconciliation;
  private final Set<String> ledgerTopics;
  private final Map<TopicPartition, Extent> extents;
  private final boolean withWindows;

  AuditReport(
      Reconciliation reconciliation,
      Set<String> ledgerTopics,
      Map<TopicPartition, Extent> extents,
      boolean withWindows) {
    this.reconciliation = reconciliation;
    this.ledgerTopics = ledgerTopics;
    this.extents = extents;
    this.withWindows = withWindows;
  }

  void print(PrintStream out, boolean asJson) {
    if (asJson) {
      out.println(json().toPrettyString());
    } else {
      tables().forEach(out::println);
    }
  }

  private Map<String, List<Window>> byReader() {
    return reconciliation.judged().stream()
        .collect(Collectors.groupingBy(Window::reader, TreeMap::new, Collectors.toList()));
  }

  private long sum(ToLongFunction<Window> number) {
    return reconciliation.judged().stream().mapToLong(number).sum();
  }

  private List<String> tables() {
    List<String> lines = new ArrayList<>();
    List<List<String>> rows = new ArrayList<>();
    rows.add(row("READER", COLUMNS));
    byReader()
        .forEach(
            (reader, windows) -> {
              Window first = windows.get(0);
              Window last = windows.get(windows.size() - 1);
              rows.add(
                  row(Printable.of(reader), cells(first.sequence(), last.sequence(), windows)));
            });
    lines.addAll(aligned(rows));
    if (withWindows) {
      rows.clear();
      rows.add(row("READER", COLUMNS));
      for (Window each : reconciliation.judged()) {
        rows.add(
            row(
                Printable.of(each.reader()),
                cells(each.sequence(), each.sequence(), List.of(each))));
      }
      lines.add("");
      lines.addAll(aligned(rows));
    }
    for (Map.Entry<Kind, Findings> each : reconciliation.findings().entrySet()) {
      lines.add("");
      lines.add(each.getKey().title().toUpperCase(Locale.ROOT) + ": " + each.getValue().count());
      List<Finding> findings = each.getValue().first();
      for (Finding finding : findings.subList(0, Math.min(SHOWN, findings.size()))) {
        lines.add("  " + Printable.line(where(finding) + finding.text()));
      }
      if (each.getValue().number() > SHOWN) {
        lines.add("  and " + (each.getValue().number() - SHOWN) + " more");
      }
    }
    lines.add("");
    lines.add(sentence());
    return lines;
  }

  private static List<String> row(String reader, List<String> cells) {
    List<String> row = new ArrayList<>(List.of(reader));
    row.addAll(cells);
    return row;
  }

  private static List<String> cells(long first, long last, List<Window> windows) {
    List<String> cells = new ArrayList<>();
    cells.add(first == last ? String.valueOf(first) : first + "-" + last);
    cells.add(begin(windows).toString());
    cells.add(end(windows).toString());
    List<ToLongFunction<Window>> numbers =
        List.of(
            Window::events,
            Window::distinct,
            Window::dropped,
            Window::missing,
            Window::twice,
            Window::unseen);
    for (ToLongFunction<Window> number : numbers) {
      cells.add(String.valueOf(windows.stream().mapToLong(number).sum()));
    }
    return cells;
  }

  // Windows in several ledgers might not be in chronological order.
  private static Instant begin(List<Window> windows) {
    return windows.stream().map(Window::from).min(Comparator.naturalOrder()).orElseThrow();
  }

  private static Instant end(List<Window> windows) {
    return windows.stream().map(Window::to).max(Comparator.naturalOrder()).orElseThrow();
  }

  private static List<String> aligned(List<List<String>> rows) {
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < row.size(); column++) {
        int at = column;
        int width = rows.stream().mapToInt(each -> each.get(at).length()).max().orElse(0);
        line.append(row.get(column)).append(" ".repeat(width - row.get(column).length() + 2));
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  private static String where(Finding finding) {
    if (finding.reader() == null) {
      return "";
    }
    String window = finding.sequence() == 0 ? "" : "window " + finding.sequence() + " of ";
    return window + Printable.of(finding.reader()) + ": ";
  }

  private String sentence() {
    long events = sum(Window::events);
    int windows = reconciliation.judged().size();
    return switch (reconciliation.verdict()) {
      case NOTE ->
          "Proven: all "
              + events
              + " events of "
              + windows
              + " windows are in Kafka, each once"
              + (sum(Window::dropped) == 0
                  ? "."
                  : ", except "
                      + sum(Window::dropped)
                      + " that the configuration dropped (transformations, errors.tolerance=all).");
      case UNPROVEN ->
          windows == 0
              ? "Not proven: there is no window to check."
              : "Not proven: nothing is wrong, but Kafka does not have the evidence for"
                  + " everything. See the findings above.";
      case WRONG ->
          "Wrong: "
              + reconciliation.findings().entrySet().stream()
                  .filter(each -> each.getKey().verdict() == Verdict.WRONG)
                  .map(each -> each.getKey().title() + " " + each.getValue().count())
                  .collect(Collectors.joining(", "))
              + ".";
    };
  }

  private ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put(
        "verdict",
        switch (reconciliation.verdict()) {
          case NOTE -> "proven";
          case UNPROVEN -> "unproven";
          case WRONG -> "wrong";
        });
    json.put("sentence", sentence());
    json.put("auditedAt", reconciliation.now().toString());
    json.put("from", Objects.toString(reconciliation.from(), null));
    json.put("to", Objects.toString(reconciliation.to(), null));
    json.put("ledgerTopic", String.join(",", ledgerTopics));
    ArrayNode topics = json.putArray("topics");
    extents.keySet().stream().map(TopicPartition::topic).distinct().sorted().forEach(topics::add);
    addNumbers(json, reconciliation.judged());
    // Includes open windows.
    Findings twice = reconciliation.findings().get(Kind.TWICE);
    json.put("twice", twice == null ? 0 : twice.count());
    json.put("rerouted", reconciliation.rerouted());
    json.put("identitiesRecomputed", reconciliation.recomputed());
    ArrayNode readers = json.putArray("readers");
    byReader()
        .forEach(
            (reader, windows) -> {
              ObjectNode object = readers.addObject().put("reader", reader);
              object.put("firstSequence", windows.get(0).sequence());
              object.put("lastSequence", windows.get(windows.size() - 1).sequence());
              addTimes(object, windows);
              addNumbers(object, windows);
            });
    ArrayNode findings = json.putArray("findings");
    reconciliation.findings().forEach((kind, found) -> addFindings(findings, kind, found));
    if (withWindows) {
      ArrayNode windows = json.putArray("windowsJudged");
      for (Window each : reconciliation.judged()) {
        ObjectNode object = windows.addObject().put("reader", each.reader());
        object.put("sequence", each.sequence());
        addTimes(object, List.of(each));
        addNumbers(object, List.of(each));
        addTopics(object.putObject("recordsInLedger"), each.records());
        addTopics(object.putObject("recordsInTopics"), each.found());
      }
    }
    return json;
  }

  private static void addFindings(ArrayNode findings, Kind kind, Findings found) {
    ObjectNode object = findings.addObject().put("kind", kind.title());
    object.put("verdict", kind.verdict().name().toLowerCase(Locale.ROOT));
    object.put("number", found.number()).put("count", found.count());
    ArrayNode first = object.putArray("first");
    for (Finding finding : found.first()) {
      ObjectNode each = first.addObject();
      if (finding.reader() != null) {
        each.put("reader", finding.reader());
      }
      if (finding.sequence() != 0) {
        each.put("sequence", finding.sequence());
      }
      each.put("count", finding.count()).put("text", finding.text());
    }
  }

  private static void addTimes(ObjectNode object, List<Window> windows) {
    object.put("from", begin(windows).toString()).put("to", end(windows).toString());
  }

  private static void addTopics(ObjectNode object, Map<String, Long> numbers) {
    numbers.forEach(object::put);
  }

  private static void addNumbers(ObjectNode object, List<Window> windows) {
    object.put("windows", windows.size());
    object.put("events", windows.stream().mapToLong(Window::events).sum());
    object.put("records", windows.stream().mapToLong(Window::distinct).sum());
    object.put("dropped", windows.stream().mapToLong(Window::dropped).sum());
    object.put("missing", windows.stream().mapToLong(Window::missing).sum());
    object.put("twice", windows.stream().mapToLong(Window::twice).sum());
    object.put("unseen", windows.stream().mapToLong(Window::unseen).sum());
  }
}
