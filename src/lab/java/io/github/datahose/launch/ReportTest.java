// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportTest {
  private static final Path REPORTS = Build.directory().resolve("reports");

  @Test
  void writesTableAndMachineReadableRows() throws IOException {
    new Report("report-test")
        .row(row("scenario", "kill|restart", "lost", 0))
        .row(row("scenario", "broker", "lost", 12, "note", "slow"))
        .fact("sha256", "ab12")
        .write(false, "What was done.");

    assertThat(Files.readString(REPORTS.resolve("report-test.md")))
        .isEqualTo(
            """
            # report-test: NOT OK

            What was done.

            | scenario      | lost | note |
            | ------------- | ---- | ---- |
            | kill\\|restart | 0    |      |
            | broker        | 12   | slow |
            """);
    JsonNode json = new ObjectMapper().readTree(REPORTS.resolve("report-test.json").toFile());
    assertThat(json.path("sha256").asText()).isEqualTo("ab12");
    assertThat(json.path("rows")).hasSize(2);
    assertThat(json.at("/rows/1/lost").asInt()).isEqualTo(12);
    assertThat(json.at("/rows/0/scenario").asText()).isEqualTo("kill|restart");
  }

  @Test
  void isOkOnlyWhenEndedWithoutComplaints() throws IOException {
    new Report("report-test").row(row("lost", 0)).end("All was well.", List.of());
    assertThat(ok()).isTrue();

    Report report = new Report("report-test");
    assertThat(ok()).as("whatever a former run left").isFalse();
    assertThat(Files.readString(REPORTS.resolve("report-test.md")))
        .startsWith("# report-test: NOT OK\n")
        .doesNotContain("All was well.", "|");

    assertThatThrownBy(() -> report.end("", List.of("1 lost", "2 twice")))
        .hasMessage("1 lost\n2 twice");
    assertThat(ok()).isFalse();
    assertThat(Files.readString(REPORTS.resolve("report-test.md"))).contains("1 lost\n2 twice");
  }

  private static boolean ok() throws IOException {
    JsonNode json = new ObjectMapper().readTree(REPORTS.resolve("report-test.json").toFile());
    return json.required("ok").booleanValue();
  }

  private static Map<String, Object> row(Object... cells) {
    Map<String, Object> row = new LinkedHashMap<>();
    for (int i = 0; i < cells.length; i += 2) {
      row.put((String) cells[i], cells[i + 1]);
    }
    return row;
  }
}
