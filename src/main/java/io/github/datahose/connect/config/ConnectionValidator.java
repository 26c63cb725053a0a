// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import io.github.datahose.connect.config.option.DatahoseOptions;
import io.github.datahose.connect.symphony.check.ConnectionCheck;
import io.github.datahose.connect.text.Printable;
import io.github.datahose.connect.text.StackOnly;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries a valid config at Symphony. A permanent failure is an error on the option to fix; a
 * transient one is only logged, so that a config can be changed while Symphony is unavailable. The
 * log has what Connect, which knows no warnings, cannot answer.
 */
final class ConnectionValidator {

  private static final Logger LOG = LoggerFactory.getLogger(ConnectionValidator.class);

  private static final String HOW_TO_SKIP =
      " (To configure without this check, set " + DatahoseOptions.CONNECTION_CHECK + " to false.)";

  private ConnectionValidator() {}

  /**
   * Checks, if the config wants it. Never throws.
   *
   * @param parsed without errors
   */
  static void check(ParsedConfig parsed, String userAgent, Duration limit) {
    // The worker itself tells that the name is missing.
    if (!Boolean.TRUE.equals(parsed.value(DatahoseOptions.CONNECTION_CHECK))
        || !parsed.isGiven(ParsedConfig.CONNECTOR_NAME)) {
      return;
    }
    try {
      DatahoseConfig config = new DatahoseConfig(parsed);
      ConnectionCheck.Report report = ConnectionCheck.run(config.clientSettings(userAgent), limit);
      for (ConnectionCheck.Finding finding : report.findings()) {
        if (finding.permanent()) {
          addError(parsed, config.symphony().option(finding.subject()), finding.text());
        }
      }
      log(parsed.connector(), report);
    } catch (RuntimeException e) {
      // A bug in the check comes wrapped, since it is made by another thread.
      StackOnly bug = StackOnly.of(e.getCause() == null ? e : e.getCause());
      LOG.warn(
          "The connection check failed by a fault of its own ({}), and the config is accepted without it. Please report"
              + " this, with the stack below.",
          bug.place(),
          bug);
    }
  }

  private static void addError(ParsedConfig parsed, String option, String text) {
    String sentence =
        text.startsWith(option)
            ? text
            : option
                + (parsed.isGiven(option)
                    ? " does not stand the connection check: "
                    : " is not set, and must be: ")
                + text;
    parsed.addErrorMessage(option, sentence + "." + HOW_TO_SKIP);
  }

  private static void log(String connector, ConnectionCheck.Report report) {
    report
        .warnings()
        .forEach(
            warning -> LOG.warn("Connection check of {}: {}", connector, Printable.line(warning)));
    Set<ConnectionCheck.Subject> refused =
        report.findings().stream()
            .filter(ConnectionCheck.Finding::permanent)
            .map(ConnectionCheck.Finding::subject)
            .collect(Collectors.toSet());
    // What an error tells already must not be told to be no reason for one.
    Map<Boolean, List<ConnectionCheck.Finding>> warnings =
        report.findings().stream()
            .filter(finding -> !refused.contains(finding.subject()))
            .collect(
                Collectors.partitioningBy(
                    finding -> finding.subject() == ConnectionCheck.Subject.PROXY_LOGIN));
    warn(
        connector,
        warnings.get(true),
        "The agents behind the proxy are not read until that is corrected.");
    warn(connector, warnings.get(false), "This may heal, so it is no reason to refuse the config.");
    if (!report.facts().isEmpty()) {
      LOG.info("Connection check of {}: {}", connector, report.facts());
    }
  }

  /** In one line, and once what is the same for two agents on one host. */
  private static void warn(
      String connector, List<ConnectionCheck.Finding> findings, String conclusion) {
    if (!findings.isEmpty()) {
      LOG.warn(
          "Connection check of {}: {}. {}",
          connector,
          Printable.line(
              findings.stream()
                  .map(ConnectionCheck.Finding::text)
                  .distinct()
                  .collect(Collectors.joining("; "))),
          conclusion);
    }
  }
}
