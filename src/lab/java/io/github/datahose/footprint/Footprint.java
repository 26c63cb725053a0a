// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.footprint;

import io.github.datahose.benchmark.Machine;
import io.github.datahose.launch.Report;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures the heap that a large answer takes, what an empty feed costs, and what grows over a
 * million events. Fails when something is over twice its target; whether the targets themselves are
 * met, the report says.
 *
 * <p>System properties: {@code quick} for fewer answers, a minute, and 100,000 events; {@code
 * parts}, some of {@code reader,worker,idle,events}. Writes the report {@code footprint}. Linux
 * only.
 */
public final class Footprint {

  private Footprint() {}

  /** Runs it; see the class. */
  public static void main(String[] arguments) throws IOException {
    boolean quick = !System.getProperty("quick", "false").equals("false");
    List<String> parts =
        List.of(System.getProperty("parts", "reader,worker,idle,events").split(","));
    double load = Machine.load();
    Report report = new Report("footprint");
    List<FootprintRow> rows = new ArrayList<>();
    if (parts.contains("reader")) {
      rows.addAll(LargeAnswers.ofReaderAlone(quick));
    }
    if (parts.contains("worker")) {
      rows.addAll(LargeAnswers.ofWorker(quick));
    }
    if (parts.contains("idle")) {
      rows.addAll(IdleFeed.rows(Duration.ofMinutes(quick ? 1 : 10)));
    }
    if (parts.contains("events")) {
      rows.addAll(ManyEvents.rows(quick ? 100_000 : 1_000_000));
    }
    rows.forEach(row -> report.row(row.cells()));
    boolean ok = !rows.isEmpty() && rows.stream().noneMatch(FootprintRow::collapsed);
    report.write(ok, Machine.describe(load) + " Parts: " + String.join(", ", parts) + ".");
    System.out.println(report.table());
    if (!ok) {
      throw new IllegalStateException(
          "Nothing measured, or over twice a target: see target/reports/footprint.md");
    }
  }
}
