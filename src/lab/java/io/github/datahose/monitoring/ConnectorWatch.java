// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.monitoring;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What Prometheus and Connect say of single connectors. Safe for use by several threads.
 *
 * @param prometheus scrapes their worker
 * @param seconds what the shortened rules compare with, and by how much a gauge must move
 */
record ConnectorWatch(PrometheusApi prometheus, int seconds) {

  /** The largest value of a row's metric so far; 0 without any, or without a metric. */
  double value(FaultRow row) {
    if (row.metric().isEmpty()) {
      return 0;
    }
    // Looks back, since the metrics of a task go when it fails.
    return number("max(max_over_time(%s{connector=\"%s\"}[10m]))", row.series(), row.name());
  }

  /** How far a row's metric has moved from a value; empty as long as it has not. */
  String moved(FaultRow row, double before) {
    double now = value(row);
    double needed = row.metric().endsWith("-total") ? 0 : seconds;
    return now > before + needed ? row.metric() + " " + before + " to " + now : "";
  }

  /** The alerts for a connector, pending ones, too. */
  Set<String> alerts(FaultyConnector connector) {
    return names(alert -> connector.name().equals(alert.labels().get("connector")));
  }

  /** The alerts that fire for a connector, or for no one in particular. */
  Set<String> firing(String connector) {
    return names(
        alert ->
            alert.state().equals("firing")
                && connector.equals(alert.labels().getOrDefault("connector", connector)));
  }

  /** The alerts that have fired for a row's connector in so many seconds. */
  Set<String> fired(FaultRow row, long inSeconds) {
    return prometheus
        .query(
            "count by (alertname) (max_over_time(ALERTS{connector=\"%s\", alertstate=\"firing\"}[%ds]))"
                .formatted(row.name(), inSeconds))
        .stream()
        .map(sample -> sample.labels().get("alertname"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Whether REST says that it runs, and Prometheus that it reads and nothing waits. */
  boolean isWell(FaultyConnector connector) {
    return connector.task().path("state").asText().equals("RUNNING")
        && reads(connector.name())
        && newest("datahose_consecutive_failures", connector.name()) == 0
        && newest("datahose_seconds_since_good_read", connector.name()) < seconds
        && newest("datahose_batch_in_flight_age_seconds", connector.name()) < seconds;
  }

  /** Whether Prometheus sees that it reads. */
  boolean reads(String connector) {
    return newest("datahose_reads_total", connector) > 0;
  }

  private Set<String> names(Predicate<PrometheusApi.Alert> which) {
    return prometheus.alerts().stream()
        .filter(which)
        .map(PrometheusApi.Alert::name)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private double newest(String metric, String connector) {
    return number("max(%s{connector=\"%s\"})", metric, connector);
  }

  private double number(String expression, Object... arguments) {
    List<PrometheusApi.Sample> samples =
        prometheus.query(String.format(Locale.ROOT, expression, arguments));
    return samples.isEmpty() ? 0 : samples.get(0).value();
  }
}
