// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.datahose.connect.MarkdownLinks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What can be said of alerts and dashboard without a Prometheus. */
class MonitoringFilesTest {
  private static final String REPOSITORY =
      "https://github.com/datahose/kafka-connect-symphony-datahose/blob/main/";
  private static final Path RUNBOOK = Path.of("docs", "troubleshooting.md");

  private static final Pattern PANEL = Pattern.compile("panel \\*([^*]+)\\*");

  private final AlertRules rules = AlertRules.read();
  private final Dashboard dashboard = Dashboard.read();

  MonitoringFilesTest() throws IOException {}

  @Test
  void linksEachAlertToSectionWithNextStep() throws IOException {
    String runbook = Files.readString(RUNBOOK);

    assertThat(rules.alerts()).hasSizeGreaterThan(8);
    for (AlertRules.Alert alert : rules.alerts()) {
      String[] pageAndSection = alert.runbook().split("#");
      assertThat(pageAndSection).hasSize(2).startsWith(REPOSITORY + "docs/troubleshooting.md");
      assertThat(MarkdownLinks.hasHeading(RUNBOOK, pageAndSection[1])).as(alert.runbook()).isTrue();
      assertThat(runbook).contains("`" + alert.name() + "`: ");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Reads succeed again after",
        "starts as account",
        "stored no offset between",
        "did not read the feed for",
        "creates a new feed",
        "has not confirmed",
        "Kafka has not confirmed a",
        "the last read was",
        "delivers it without its large texts",
        "days old",
        "the proxy requires a login (407)",
        "the proxy rejected the login (407)"
      })
  void quotesLogLinesInRunbook(String words) throws IOException {
    assertThat(Files.readString(RUNBOOK).replace('\n', ' ').replaceAll(" +", " ")).contains(words);
    try (Stream<Path> sources = Files.walk(Path.of("src", "main", "java"))) {
      assertThat(sources.filter(Files::isRegularFile))
          .anyMatch(source -> read(source).contains(words));
    }
  }

  @Test
  void hasPanelsThatRunbookNames() throws IOException {
    String runbook = Files.readString(RUNBOOK).replaceAll("\\s+", " ");

    assertThat(PANEL.matcher(runbook).results().map(panel -> panel.group(1)))
        .hasSizeGreaterThan(4)
        .isSubsetOf(
            dashboard.panels().stream().map(panel -> panel.path("title").asText()).toList());
  }

  @Test
  void listsEachAlertWithItsSeverity() throws IOException {
    List<String> lines = Files.readAllLines(Path.of("docs", "monitoring.md"));

    for (AlertRules.Alert alert : rules.alerts()) {
      String section = alert.runbook().substring(alert.runbook().indexOf('#'));
      assertThat(lines)
          .filteredOn(
              line ->
                  line.startsWith(
                      "| [`" + alert.name() + "`](troubleshooting.md" + section + ") |"))
          .singleElement()
          .asString()
          .endsWith("| " + alert.severity() + " |");
    }
  }

  @Test
  void testsEachAlert() throws IOException {
    String tests = Files.readString(Dashboard.CONFIGURATION.resolve("alerts-test.yml"));

    assertThat(rules.alerts())
        .allMatch(alert -> tests.contains("alertname=\"" + alert.name() + "\""));
  }

  @Test
  void waitsForSecondsInShortenedRules() throws IOException {
    AlertRules shortened = rules.shortened(7);

    assertThat(shortened.alerts()).hasSameSizeAs(rules.alerts());
    assertThat(shortened.text())
        .contains(
            "(datahose_seconds_since_good_read) > 7",
            "(datahose_seconds_since_ledger_record) > 7",
            "increase(datahose_reads_total[10s])",
            "datahose_ack_refusals_total offset 15s",
            "datahose_possible_gaps_total[1m]",
            "last_over_time(datahose_reads_total[3h])",
            "for: 5s")
        .doesNotContainPattern("for: \\d+m|> 120|> 300|> 1800");
  }

  @Test
  void describesEachPanelAndOverlapsNone() {
    boolean[][] taken = new boolean[1000][24];
    for (JsonNode panel : dashboard.root().path("panels")) {
      String title = panel.path("title").asText();
      JsonNode place = panel.path("gridPos");
      int x = place.path("x").asInt();
      int y = place.path("y").asInt();
      for (int row = y; row < y + place.path("h").asInt(); row++) {
        for (int column = x; column < x + place.path("w").asInt(); column++) {
          assertThat(taken[row][column]).as(title).isFalse();
          taken[row][column] = true;
        }
      }
    }
    assertThat(dashboard.panels())
        .extracting(panel -> panel.path("title").asText())
        .doesNotHaveDuplicates()
        .doesNotContain("");
    assertThat(Dashboard.elements(dashboard.root().path("panels")))
        .extracting(panel -> panel.path("id").asInt())
        .doesNotHaveDuplicates();
  }

  @Test
  void queriesSelectedDataSourceForSelectedConnectors() {
    for (JsonNode panel : dashboard.panels()) {
      String title = panel.path("title").asText();
      assertThat(panel.path("targets").size()).as(title).isPositive();
      for (JsonNode target : panel.path("targets")) {
        assertThat(target.at("/datasource/uid").asText()).as(title).isEqualTo("${datasource}");
      }
    }
    assertThat(dashboard.queries())
        .filteredOn(query -> !query.expression().contains("ALERTS"))
        .allMatch(query -> query.expression().contains("{job=~\"$job\", connector=~\"$connector\""))
        .noneMatch(query -> query.of("1m").contains("$"));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
