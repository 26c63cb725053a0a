// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.launch.Build;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The table of docs/metrics.md is made from the code. */
class MetricsDocumentTest {

  private static final Path DOCUMENT = Path.of("docs", "metrics.md");

  @Test
  void hasTheTableThatTheCodeMakes() throws IOException {
    String document = Files.readString(DOCUMENT);
    String table = document.lines().filter(line -> line.startsWith("|")).collect(lines());
    Path copy = Build.directory().resolve("docs").resolve(DOCUMENT.getFileName());
    Files.createDirectories(copy.getParent());
    Files.writeString(copy, table.isEmpty() ? document : document.replace(table, table()));

    assertThat(table)
        .as("If the change is meant, copy %s over %s", copy, DOCUMENT)
        .isEqualTo(table());
  }

  @Test
  void namesEachStateThatTheReaderCanHave() {
    for (FeedMetrics.State state : FeedMetrics.State.values()) {
      assertThat(Gauge.STATE.description()).containsPattern("\\b" + state + "\\b");
    }
  }

  private static String table() {
    return List.of(
            List.of("| name | kind | unit | meaning |", "| --- | --- | --- | --- |"),
            Metric.all().stream().map(MetricsDocumentTest::row).toList())
        .stream()
        .flatMap(List::stream)
        .collect(lines());
  }

  private static String row(Metric metric) {
    return "| `%s` | %s | %s | %s |"
        .formatted(metric.attribute(), metric.kind(), metric.unit(), metric.description());
  }

  private static Collector<CharSequence, ?, String> lines() {
    return Collectors.joining("\n", "", "\n");
  }
}
