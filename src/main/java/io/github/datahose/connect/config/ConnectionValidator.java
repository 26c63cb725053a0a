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
 * The check of a valid configuration against Symphony. A permanent failure is an error on the
 * option to fix. A transient failure is only logged, so that a configuration can be changed while
 * Symphony is unavailable. Warnings are logged, too, because the response of Connect has no place
 * for them.
 */
final class ConnectionValidator {

  private static final Logger LOG = LoggerFactory.getLogger(ConnectionValidator.class);

  private static final String HOW_TO_SKIP =
      " To skip this check, set " + DatahoseOptions.CONNECTION_CHECK + " to false.";

  private ConnectionValidator() {}

  /**
   * Checks the connection, if the configuration enables the check. Never throws.
   *
   * @param parsed without errors
   */
  static void check(ParsedConfig parsed, String userAgent, Duration limit) {
    // The worker itself reports a missing name.
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
      // A bug in the check is wrapped, because another thread runs it.
      StackOnly bug = StackOnly.of(e.getCause() == null ? e : e.getCause());
      LOG.warn(
          "The connection check failed because of a bug in the connector ({}). The"
              + " configuration is accepted without the check. Report this with the stack"
              + " trace below.",
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
                    ? " failed the connection check: "
                    : " is not set, but required: ")
                + text;
    parsed.addErrorMessage(option, sentence + "." + HOW_TO_SKIP);
  }

  private static void log(String connector, ConnectionCheck.Report report) {
    report
        .warnings()
        .forEach(
            warning -> LOG.warn("Connection check of {}: {}", connector, Printable.line(warning)));
    Set<ConnectionCheck.Subject> rejected =
        report.findings().stream()
            .filter(ConnectionCheck.Finding::permanent)
            .map(ConnectionCheck.Finding::subject)
            .collect(Collectors.toSet());
    // The warning says that the configuration is not rejected, so it must not repeat an error.
    Map<Boolean, List<ConnectionCheck.Finding>> warnings =
        report.findings().stream()
            .filter(finding -> !rejected.contains(finding.subject()))
            .collect(
                Collectors.partitioningBy(
                    finding -> finding.subject() == ConnectionCheck.Subject.PROXY_LOGIN));
    warn(
        connector,
        warnings.get(true),
        "No reader can use the agents behind the proxy until you correct this.");
    warn(
        connector,
        warnings.get(false),
        "This failure might be transient, so the configuration is not rejected.");
    if (!report.facts().isEmpty()) {
      LOG.info("Connection check of {}: {}", connector, report.facts());
    }
  }

  /** Logs one line, without repeats, as for two agents on one host. */
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
