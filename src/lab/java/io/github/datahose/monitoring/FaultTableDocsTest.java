// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.connect.MarkdownLinks;
import io.github.datahose.documents.MadeParts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What can be said of the table of faults without having them happen: {@link Monitoring} does. */
class FaultTableDocsTest {
  private static final Path PAGE = Path.of("docs", "troubleshooting.md");
  private static final Path METRICS = Path.of("docs", "metrics.md");
  private static final Pattern LINK = Pattern.compile("\\]\\(#([a-z-]+)\\)");

  private final List<FaultRow> rows = FaultTable.rows();

  @Test
  void matchesPage() {
    MadeParts.check(PAGE, Map.of("faults", FaultTable.markdown()), FaultTableDocsTest.class);
  }

  @Test
  void namesOnlyShippedAlertsWithSections() throws IOException {
    List<AlertRules.Alert> shipped = AlertRules.read().alerts();
    for (FaultRow row : rows) {
      for (String name : row.alerts()) {
        AlertRules.Alert alert =
            shipped.stream().filter(each -> each.name().equals(name)).findFirst().orElse(null);
        assertThat(alert).as(row.name() + ": " + name).isNotNull();
        assertThat(MarkdownLinks.hasHeading(PAGE, alert.runbook().split("#")[1]))
            .as(alert.runbook())
            .isTrue();
      }
    }
  }

  @Test
  void namesOnlyDocumentedMetrics() throws IOException {
    String reference = Files.readString(METRICS);
    assertThat(rows)
        .filteredOn(row -> !row.metric().isEmpty())
        .allMatch(row -> reference.contains("\n| `" + row.metric() + "` | "));
  }

  @Test
  void usesSeparateConnectorForEachInjectedFault() {
    assertThat(rows)
        .filteredOn(row -> row.script() != null)
        .extracting(FaultRow::name)
        .doesNotContain("")
        .doesNotHaveDuplicates();
  }

  @Test
  void namesOnlyExistingSections() throws IOException {
    for (FaultRow row : rows) {
      for (String anchor :
          LINK.matcher(row.answer()).results().map(link -> link.group(1)).toList()) {
        assertThat(MarkdownLinks.hasHeading(PAGE, anchor)).as(anchor).isTrue();
      }
    }
  }
}
