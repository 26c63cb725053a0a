// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.monitor;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import io.github.datahose.connect.monitor.FeedMetrics.Metric;
import io.github.datahose.documents.MadeParts;
import io.github.datahose.documents.Markdown;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages, alerts, and dashboard name exactly the existing metrics. */
public class MetricsDocsTest {

  private static final Pattern NAME = Pattern.compile("\\bdatahose_[a-z_]+");

  private final List<String> exported =
      Metric.all().stream()
          .map(metric -> "datahose_" + metric.attribute().replace('-', '_'))
          .toList();

  @Test
  void matchesMetricsPage() {
    List<List<String>> rows =
        Metric.all().stream()
            .map(
                metric ->
                    List.of(
                        Markdown.code(metric.attribute()),
                        String.valueOf(metric.kind()),
                        metric.unit(),
                        metric.description()))
            .toList();
    MadeParts.check(
        Path.of("docs", "metrics.md"),
        Map.of("metrics", Markdown.table(List.of("name", "kind", "unit", "meaning"), rows)),
        getClass());
  }

  @Test
  void documentsEachState() {
    assertThat(Metric.all())
        .filteredOn(metric -> metric.attribute().equals("state"))
        .singleElement()
        .extracting(Metric::description, as(STRING))
        .satisfies(
            description -> {
              for (FeedMetrics.State state : FeedMetrics.State.values()) {
                assertThat(description).containsPattern("\\b" + state + "\\b");
              }
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "docs/monitoring/alerts.yml",
        "docs/monitoring/alerts-test.yml",
        "docs/monitoring/dashboard.json",
        "docs/monitoring.md",
        "docs/troubleshooting.md"
      })
  void namesOnlyExistingMetrics(Path file) throws IOException {
    List<String> named =
        NAME.matcher(Files.readString(file))
            .results()
            .map(MatchResult::group)
            .filter(name -> !name.equals("datahose_"))
            .toList();
    assertThat(named).isNotEmpty().isSubsetOf(exported);
  }

  @Test
  void showsEachMetricOnDashboard() throws IOException {
    String text = Files.readString(Path.of("docs", "monitoring", "dashboard.json"));
    assertThat(exported).allMatch(metric -> text.contains(metric + "{"));
  }
}
