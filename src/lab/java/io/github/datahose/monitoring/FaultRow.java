// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.monitoring;

import java.util.List;

/**
 * A fault, its symptoms, and the action: a row of the table in docs/troubleshooting.md, which
 * {@link Monitoring} reproduces.
 *
 * @param name of the connector that has it
 * @param log words of a line in the worker's log, with … in place of words between them; empty when
 *     nothing is logged
 * @param alerts the alerts that fire; none if no action is needed
 * @param metric attribute of the MBean that changes; empty when none does
 * @param trace words of the reason that REST gives for a failed task; empty when the task stays
 *     RUNNING
 * @param fault the cause
 * @param answer the action, in Markdown
 * @param script reproduces the fault; null when that is not possible here, and then the fault says
 *     why
 */
record FaultRow(
    String name,
    String log,
    List<String> alerts,
    String metric,
    String trace,
    String fault,
    String answer,
    FaultScript script) {
  private static final List<String> SILENT = List.of("DatahoseFeedSilent", "DatahoseBackingOff");

  /** A fault that ends the task. */
  static FaultRow failing(
      String name,
      String log,
      String metric,
      String trace,
      String fault,
      String answer,
      FaultScript script) {
    return new FaultRow(
        name, log, List.of("DatahoseTaskNotRunning"), metric, trace, fault, answer, script);
  }

  /** A fault that is retried until it ends. */
  static FaultRow retried(
      String name, String log, String metric, String fault, String answer, FaultScript script) {
    return new FaultRow(name, log, SILENT, metric, "", fault, answer, script);
  }

  /** A fault that ends neither the task nor its reads. */
  static FaultRow running(
      String name,
      String log,
      List<String> alerts,
      String metric,
      String fault,
      String answer,
      FaultScript script) {
    return new FaultRow(name, log, alerts, metric, "", fault, answer, script);
  }

  /** The same, for a fault that cannot be reproduced beside the others. */
  FaultRow notMade(String why) {
    String told = fault + " (Not reproduced by the test below: " + why + ".)";
    return new FaultRow("", log, alerts, metric, trace, told, answer, null);
  }

  /** The same, with an option of the connector. */
  FaultRow with(String option, String value) {
    return new FaultRow(
        name, log, alerts, metric, trace, fault, answer, script.with(option, value));
  }

  /** The metric as Prometheus knows it. */
  String series() {
    return "datahose_" + metric.replace('-', '_');
  }

  /** What the fault ends. */
  enum Severity {
    /** The task. */
    ENDS_THE_TASK,
    /** Reads, for as long as it lasts. */
    STOPS_READS,
    /** Nothing, or what waits for Kafka only. */
    OTHER
  }

  Severity severity() {
    if (!trace.isEmpty()) {
      return Severity.ENDS_THE_TASK;
    }
    return alerts.equals(SILENT) ? Severity.STOPS_READS : Severity.OTHER;
  }

  /** What REST says of the task. */
  String state() {
    return trace.isEmpty() ? "RUNNING" : "FAILED";
  }
}
