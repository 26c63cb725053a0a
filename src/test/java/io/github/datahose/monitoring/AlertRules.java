// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/**
 * The alert rules.
 *
 * @param text as in the file
 */
record AlertRules(String text) {
  static final Path PATH = Dashboard.CONFIGURATION.resolve("alerts.yml");
  private static final Pattern DURATION = Pattern.compile("(?<=for: |\\[|offset )(\\d+)([mhd])\\b");
  private static final Pattern SECONDS = Pattern.compile("(_seconds\\S*\\)) > \\d+");

  /** An alert, and the page that says what to do about it. */
  record Alert(String name, String expression, String runbook, String severity) {}

  /** The rules that users have. */
  static AlertRules read() throws IOException {
    return new AlertRules(Files.readString(PATH));
  }

  /**
   * The same rules for a test that cannot wait: minutes become seconds, hours minutes and days
   * hours, and what is compared with a number of seconds is compared with {@code seconds}.
   */
  AlertRules shortened(int seconds) {
    String times =
        DURATION
            .matcher(text)
            .replaceAll(match -> match.group(1) + shorter(match.group(2).charAt(0)));
    // Prometheus looks each second: what lasts for less than that is nothing.
    return new AlertRules(SECONDS.matcher(times).replaceAll("$1 > " + seconds));
  }

  /** The alerts, in the order of the file. */
  List<Alert> alerts() throws IOException {
    JsonNode groups = new YAMLMapper().readTree(text).path("groups");
    return StreamSupport.stream(groups.spliterator(), false)
        .flatMap(group -> StreamSupport.stream(group.path("rules").spliterator(), false))
        .map(
            rule ->
                new Alert(
                    rule.path("alert").asText(),
                    rule.path("expr").asText(),
                    rule.at("/annotations/runbook_url").asText(),
                    rule.at("/labels/severity").asText()))
        .toList();
  }

  private static char shorter(char unit) {
    return switch (unit) {
      case 'd' -> 'h';
      case 'h' -> 'm';
      default -> 's';
    };
  }
}
