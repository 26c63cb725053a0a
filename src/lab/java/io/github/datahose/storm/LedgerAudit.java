// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.storm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.storm.Scenario.Trait;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the connector's own audit says of a scenario: from Kafka alone, so a second opinion beside
 * that of the simulator, which knows what it produced.
 *
 * @param status its exit status
 * @param report what it printed, as {@code --json} has it
 */
record LedgerAudit(int status, JsonNode report) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Has the ledger audited; the connector must be stopped.
   *
   * @param topics where transformations have sent records
   */
  static LedgerAudit of(ConnectCluster cluster, String ledgerTopic, List<String> topics) {
    Path output = cluster.directory().resolve(ledgerTopic + "-audit.txt");
    List<String> options = new ArrayList<>(List.of("--json", "--ledger-topic", ledgerTopic));
    if (!topics.isEmpty()) {
      options.addAll(List.of("--topics", String.join(",", topics)));
    }
    int status = cluster.audit(output, options);
    try {
      return of(status, Files.readString(output));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Of what it printed, before which there may be its progress.
   *
   * @throws IllegalStateException when there is no report
   */
  static LedgerAudit of(int status, String output) {
    int begin = ("\n" + output).indexOf("\n{");
    if (begin < 0) {
      throw new IllegalStateException(
          "the audit of the ledger ended with status " + status + ": " + output);
    }
    try {
      return new LedgerAudit(status, JSON.readTree(output.substring(begin)));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Adds what it found to a line of the report. */
  void addTo(Map<String, Object> row) {
    row.put("windows", number("windows"));
    row.put("auditMissing", number("missing"));
    row.put("auditTwice", number("twice"));
  }

  /**
   * Returns the problems, and the differences from the simulator. Events may seem missing only if a
   * transformation drops events: a ledger cannot know how many were dropped just before a kill.
   *
   * @param inKafka the records that there are, as the simulator counts them
   * @param dropped how many events were dropped
   */
  List<String> complaints(Scenario scenario, long inKafka, int dropped) {
    List<String> complaints = new ArrayList<>();
    Map<String, Long> findings = findings();
    long open = findings.getOrDefault("open", 0L);
    findings.remove("open");
    if (scenario.has(Trait.DROPS)) {
      findings.remove("missing");
    }
    if (!findings.isEmpty() || status != (number("missing") == 0 ? 0 : 1)) {
      complaints.add(
          "the audit of the ledger ended with status " + status + ", and found " + findings);
    }
    if (number("records") + open != inKafka) {
      complaints.add(
          "the audit of the ledger counts "
              + number("records")
              + " records and "
              + open
              + " of windows that are open, the simulator "
              + inKafka);
    }
    if (number("events") - number("records") > dropped) {
      complaints.add(
          "the ledger tells of "
              + number("events")
              + " events, of which "
              + number("records")
              + " are there, and "
              + dropped
              + " were dropped");
    }
    return complaints;
  }

  /** The kinds of findings, with what each counts. */
  private Map<String, Long> findings() {
    Map<String, Long> findings = new TreeMap<>();
    for (JsonNode each : report.path("findings")) {
      findings.put(each.path("kind").asText(), each.path("count").asLong());
    }
    return findings;
  }

  private long number(String field) {
    return report.required(field).longValue();
  }

  /** What it printed, as one line. */
  @Override
  public String toString() {
    return "status " + status + " " + report;
  }
}
