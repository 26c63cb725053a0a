// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.documents.MadeParts;
import io.github.datahose.documents.Markdown;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MetricsDocsTest {

  @Test
  void thePageHasTheMetricsThatTheCodeHas() {
    List<List<String>> rows = Metric.all().stream().map(MetricsDocsTest::row).toList();
    MadeParts.check(
        Path.of("docs", "metrics.md"),
        Map.of("metrics", Markdown.table(List.of("name", "kind", "unit", "meaning"), rows)),
        getClass());
  }

  @Test
  void namesEachStateThatTheReaderCanHave() {
    for (FeedMetrics.State state : FeedMetrics.State.values()) {
      assertThat(Gauge.STATE.description()).containsPattern("\\b" + state + "\\b");
    }
  }

  private static List<String> row(Metric metric) {
    return List.of(
        Markdown.code(metric.attribute()),
        String.valueOf(metric.kind()),
        metric.unit(),
        metric.description());
  }
}
