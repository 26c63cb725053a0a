// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.launch;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The result of one of the project's commands: {@code target/reports/<name>.md} for people and
 * {@code <name>.json} for programs, the latter as {@code {"ok": true, "rows": [{...}, ...]}} with a
 * row for each line of the table, and before the rows what is true of all of them. Not for use by
 * several threads at once, but for {@link #step}.
 */
public final class Report {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final String name;
  private final Map<String, Object> facts = new LinkedHashMap<>();
  private final List<Map<String, Object>> rows = new ArrayList<>();
  private final Screen screen = Screen.standardOutput();

  /**
   * Begins a report; its name is that of the Maven profile. Until the end is written, the files say
   * that it is not ok: a command that ends before its time must not leave those of a former run.
   */
  public Report(String name) {
    this.name = name;
    write(false, "It did not come to its end: what went wrong stands in the output.");
  }

  /** Where progress is shown. */
  public Screen screen() {
    return screen;
  }

  /** Says what is done next, with the seconds since the start. Safe for use by several threads. */
  public void step(String text) {
    screen.step(text);
  }

  /**
   * Ends the command: writes both files and shows the table.
   *
   * @param introduction text above the table in the Markdown file
   * @param complaints what is wrong; empty when the command reached its aim
   * @throws IllegalStateException when something is wrong, which ends the build
   */
  public void end(String introduction, List<String> complaints) {
    String wrong = String.join("\n", complaints);
    write(complaints.isEmpty(), introduction + "\n\n" + wrong);
    screen.print("\n" + table());
    if (!complaints.isEmpty()) {
      throw new IllegalStateException(wrong);
    }
    screen.step("Every check passed");
  }

  /**
   * Adds a line; its cells in the order of the columns. Values are numbers, booleans, texts or
   * null.
   */
  public Report row(Map<String, ?> cells) {
    rows.add(new LinkedHashMap<>(cells));
    return this;
  }

  /** Adds what is true of all rows, for programs; people read it in the introduction. */
  public Report fact(String fact, Object value) {
    facts.put(fact, value);
    return this;
  }

  /**
   * Writes a file beside the report.
   *
   * @param suffix the end of its name, which begins with that of the report
   */
  public void attach(String suffix, List<String> lines) {
    try {
      Path directory = Files.createDirectories(Build.directory().resolve("reports"));
      Files.write(directory.resolve(name + "-" + suffix), lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The rows so far as a Markdown table, nothing when there are none. Columns are those of all
   * rows, in the order in which they first occur.
   */
  public String table() {
    if (rows.isEmpty()) {
      return "";
    }
    List<String> columns = rows.stream().flatMap(row -> row.keySet().stream()).distinct().toList();
    List<List<String>> lines =
        Stream.concat(Stream.of(columns), rows.stream().map(row -> cells(columns, row))).toList();
    List<Integer> widths =
        Stream.iterate(0, i -> i < columns.size(), i -> i + 1)
            .map(i -> lines.stream().mapToInt(line -> line.get(i).length()).max().orElse(0))
            .toList();
    List<String> rule = widths.stream().map("-"::repeat).toList();
    return Stream.concat(Stream.of(lines.get(0), rule), lines.stream().skip(1))
        .map(line -> line(line, widths))
        .collect(Collectors.joining("\n", "", "\n"));
  }

  /**
   * Writes both files.
   *
   * @param ok whether the command reached its aim
   * @param introduction text above the table in the Markdown file; may be empty
   */
  public void write(boolean ok, String introduction) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("ok", ok);
    json.putAll(facts);
    json.put("rows", rows);
    String markdown =
        "# "
            + name
            + ": "
            + (ok ? "ok" : "NOT OK")
            + "\n\n"
            + introduction.strip()
            + "\n\n"
            + table();
    try {
      Path directory = Files.createDirectories(Build.directory().resolve("reports"));
      JSON.writeValue(directory.resolve(name + ".json").toFile(), json);
      Files.writeString(directory.resolve(name + ".md"), markdown);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> cells(List<String> columns, Map<String, Object> row) {
    return columns.stream()
        .map(column -> row.get(column) == null ? "" : row.get(column).toString())
        .map(text -> text.replace("|", "\\|").replace("\n", " "))
        .toList();
  }

  private static String line(List<String> cells, List<Integer> widths) {
    return Stream.iterate(0, i -> i < cells.size(), i -> i + 1)
        .map(i -> cells.get(i) + " ".repeat(widths.get(i) - cells.get(i).length()))
        .collect(Collectors.joining(" | ", "| ", " |"));
  }
}
