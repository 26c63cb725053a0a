// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That what users watch the connector with asks for metrics that there are. */
class MonitoredMetricsTest {
  private static final Pattern NAME = Pattern.compile("\\bdatahose_[a-z_]+");

  private final Set<String> metrics =
      Metric.all().stream()
          .map(metric -> "datahose_" + metric.attribute().replace('-', '_'))
          .collect(Collectors.toSet());

  @ParameterizedTest
  @ValueSource(
      strings = {
        "docs/monitoring/alerts.yml",
        "docs/monitoring/alerts-test.yml",
        "docs/monitoring/dashboard.json",
        "docs/monitoring.md",
        "docs/troubleshooting.md"
      })
  void namesMetricsOfAReader(Path file) throws IOException {
    Set<String> named =
        NAME.matcher(Files.readString(file))
            .results()
            .map(name -> name.group())
            .filter(name -> !name.equals("datahose_"))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(named).isNotEmpty();
    assertThat(metrics).containsAll(named);
  }

  @ParameterizedTest
  @ValueSource(strings = "docs/monitoring/dashboard.json")
  void showsEachMetric(Path file) throws IOException {
    String text = Files.readString(file);

    assertThat(metrics).allMatch(metric -> text.contains(metric + "{"));
  }
}
