// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.monitoring;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.awaitility.core.ConditionTimeoutException;

/** Checks the dashboard and alerts while the worker is healthy. */
record WellCheck(PrometheusApi prometheus) {
  private static final Duration DATA = Duration.ofSeconds(90);

  /** Longer than the longest time, an hour made a minute, that a shortened alert looks back. */
  private static final Duration SILENCE = Duration.ofMinutes(2);

  private static final String RATE_INTERVAL = "10s";

  /** Each query must bring a number within the deadline: a rate needs a second scrape. */
  List<Finding> queries(Dashboard dashboard) {
    List<Finding> findings = new ArrayList<>();
    for (Dashboard.Query query : dashboard.queries()) {
      try {
        List<PrometheusApi.Sample> samples =
            await(query.name())
                .atMost(DATA)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(200))
                .until(
                    () -> prometheus.query(query.of(RATE_INTERVAL)),
                    answer -> answer.stream().anyMatch(each -> Double.isFinite(each.value())));
        findings.add(
            new Finding(
                "query",
                query.name(),
                true,
                samples.size() + " series, " + samples.get(0).value()));
      } catch (RuntimeException e) {
        findings.add(new Finding("query", query.name(), false, e.getMessage()));
      }
    }
    return findings;
  }

  /** Each alert must be loaded and evaluated without an error, and none may fire. */
  List<Finding> alerts(AlertRules rules) throws IOException {
    List<Finding> findings = new ArrayList<>();
    List<PrometheusApi.Rule> evaluated =
        await("rules evaluated")
            .atMost(DATA)
            .until(
                prometheus::rules,
                all -> !all.isEmpty() && all.stream().noneMatch(r -> r.health().equals("unknown")));
    Set<String> firing = prometheus.firing();
    Set<String> loaded = new HashSet<>();
    for (PrometheusApi.Rule rule : evaluated) {
      loaded.add(rule.name());
      boolean silent = !firing.contains(rule.name());
      findings.add(
          new Finding(
              "alert",
              rule.name(),
              silent && rule.health().equals("ok"),
              silent ? "silent" + rule.error() : "fires"));
    }
    for (AlertRules.Alert alert : rules.alerts()) {
      if (!loaded.contains(alert.name())) {
        findings.add(new Finding("alert", alert.name(), false, "not loaded"));
      }
    }
    return findings;
  }

  /**
   * Waits until no alert fires at all, whatever it is for: none may be left by what happened.
   *
   * @param what happened before
   */
  Finding silenceAfter(String what) {
    String name = "alerts and dashboard recover after " + what;
    try {
      await(name).atMost(SILENCE).until(prometheus::firing, Set::isEmpty);
      return new Finding("alert", name, true, "none fires");
    } catch (ConditionTimeoutException e) {
      return new Finding("alert", name, false, "fires: " + prometheus.firing());
    }
  }
}
