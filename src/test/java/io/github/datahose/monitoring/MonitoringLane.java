// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.monitoring;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.datahose.launch.Build;
import io.github.datahose.launch.Jvm;
import io.github.datahose.launch.Report;
import io.github.datahose.launch.Screen;
import io.github.datahose.launch.SimulatorProcess;
import io.github.datahose.simulator.SimulatorKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Holds what users watch the connector with against a real worker: promtool's checks and tests of
 * the alert rules, and each query of the dashboard and each alert in a real Prometheus that scrapes
 * the worker while a simulated pod produces events. Then, with shorter times in the rules, trouble
 * for each alert. Fails unless each query brings data, no alert fires while all is well, and each
 * does when it must, and no longer when the trouble is over.
 *
 * <p>Needs Prometheus and promtool, see {@link PrometheusTools}. Without them it says so and that
 * is all, unless the environment has {@code PROMETHEUS_REQUIRED=true}.
 */
public final class MonitoringLane {
  private static final String NAME = "monitoring";
  private static final String CONNECTOR = "symphony";
  private static final Path CONFIG = Path.of("config", "minimal.json");
  private static final Duration DATA = Duration.ofSeconds(90);
  private static final String RATE_INTERVAL = "10s";

  /** In place of the minutes in the rules: longer than a read of the simulated pod takes. */
  private static final int SHORT_SECONDS = 6;

  /** Longer than the longest time, an hour made a minute, that an alert looks back. */
  private static final Duration SILENCE = Duration.ofMinutes(2);

  private final PrometheusTools tools;
  private final Report report = new Report(NAME);
  private final Screen screen = Screen.standardOutput();
  private boolean ok = true;

  private MonitoringLane(PrometheusTools tools) {
    this.tools = tools;
  }

  /** Runs it; see the class. */
  public static void main(String[] arguments) throws IOException {
    Optional<PrometheusTools> tools = PrometheusTools.find();
    if (tools.isPresent()) {
      new MonitoringLane(tools.get()).run();
    } else if ("true".equals(System.getenv("PROMETHEUS_REQUIRED"))) {
      new Report(NAME);
      throw new IllegalStateException("prometheus and promtool are missing: run .ci/prometheus");
    } else {
      // That of a former run must not pass for this one's.
      for (String type : List.of("md", "json")) {
        Files.deleteIfExists(Build.directory().resolve("reports").resolve(NAME + "." + type));
      }
      System.out.println(
          "Nothing was run: prometheus and promtool are missing. .ci/prometheus brings them.");
    }
  }

  private void run() throws IOException {
    screen.step("promtool " + tools.version() + " checks and tests the alert rules");
    checkFiles();
    screen.step("Starting a simulated pod, Kafka " + Build.kafkaVersion() + " and a worker");
    Path log = Build.newDirectory("monitoring-simulator").resolve("simulator.log");
    try (SimulatorProcess simulator = SimulatorProcess.start(Jvm.quick(), log);
        MonitoredWorker worker = MonitoredWorker.start()) {
      start(simulator, worker);
      try (PrometheusServer prometheus = worker.watch(tools, AlertRules.read())) {
        checkConfiguration(prometheus);
        screen.step("Asking each query of the dashboard");
        for (Dashboard.Query query : Dashboard.read().queries()) {
          checkQuery(prometheus.api(), query);
        }
        screen.step("Looking at each alert");
        checkAlerts(prometheus.api());
      }
      screen.step("Making trouble for each alert");
      AlertRules shortened = AlertRules.read().shortened(SHORT_SECONDS);
      try (PrometheusServer prometheus = worker.watch(tools, shortened);
          Drills drills = new Drills(worker.cluster())) {
        drills.all().forEach(drill -> check(prometheus.api(), drill));
        checkThatAllIsOver(prometheus.api());
      }
    }
    report.write(
        ok,
        "`mvn -Pmonitoring verify` with Prometheus "
            + tools.version()
            + " and a worker of Kafka "
            + Build.kafkaVersion()
            + ": promtool on the files of `config/monitoring`; each query of the dashboard, and how"
            + " many series it brought while the simulator produced events; each alert, and"
            + " whether it was silent then. Trouble: what fired, with seconds in place of the"
            + " minutes in the rules.");
    screen.print(report.table());
    if (!ok) {
      throw new IllegalStateException("Not all of config/monitoring is well, see the table.");
    }
    screen.step("All is well");
  }

  private void checkFiles() {
    Path files = MonitoredWorker.CONFIGURATION;
    check("promtool check rules alerts.yml", tools.check(files, "check", "rules", "alerts.yml"));
    for (String tests : List.of("alerts-test.yml", "alerts-test-days.yml")) {
      check("promtool test rules " + tests, tools.check(files, "test", "rules", tests));
    }
  }

  private void checkConfiguration(PrometheusServer prometheus) {
    check(
        "promtool check config prometheus.yml",
        tools.check(prometheus.directory(), "check", "config", "prometheus.yml"));
  }

  private void check(String name, PrometheusTools.Result result) {
    if (result.status() != 0) {
      screen.print(result.output());
    }
    row("promtool", name, result.status() == 0, result.status() == 0 ? "" : "see the output");
  }

  private void start(SimulatorProcess simulator, MonitoredWorker worker) throws IOException {
    Map<String, String> config =
        new ObjectMapper()
            .readValue(CONFIG.toFile(), new TypeReference<LinkedHashMap<String, String>>() {});
    config.remove("symphony.private.key.path");
    config.put("symphony.private.key", SimulatorKeys.privateKey());
    config.put("symphony.pod.url", simulator.url());
    config.put("symphony.username", SimulatorKeys.USERNAME);
    worker.cluster().rest().putConfig(CONNECTOR, config);
    worker.cluster().rest().awaitRunning(CONNECTOR, 1);
    await("first read").atMost(DATA).until(() -> !simulator.totals().feeds().isEmpty());
    simulator.produce(1_000_000, 20, simulator.totals().feeds().get(0).eventTypes());
  }

  /** A query must bring a number within the deadline: a rate needs a second scrape. */
  private void checkQuery(PrometheusApi prometheus, Dashboard.Query query) {
    try {
      List<PrometheusApi.Sample> samples =
          await(query.name())
              .atMost(DATA)
              .pollDelay(Duration.ZERO)
              .pollInterval(Duration.ofMillis(200))
              .until(
                  () -> prometheus.query(query.of(RATE_INTERVAL)),
                  answer -> answer.stream().anyMatch(each -> Double.isFinite(each.value())));
      row("query", query.name(), true, samples.size() + " series, " + samples.get(0).value());
    } catch (RuntimeException e) {
      row("query", query.name(), false, e.getMessage());
    }
  }

  private void checkAlerts(PrometheusApi prometheus) throws IOException {
    List<PrometheusApi.Rule> rules =
        await("rules evaluated")
            .atMost(DATA)
            .until(
                prometheus::rules,
                all -> !all.isEmpty() && all.stream().noneMatch(r -> r.health().equals("unknown")));
    Set<String> firing = firing(prometheus);
    Set<String> loaded = new TreeSet<>();
    for (PrometheusApi.Rule rule : rules) {
      loaded.add(rule.name());
      boolean silent = !firing.contains(rule.name());
      row(
          "alert",
          rule.name(),
          silent && rule.health().equals("ok"),
          silent ? "silent" + rule.error() : "fires");
    }
    for (AlertRules.Alert alert : AlertRules.read().alerts()) {
      if (!loaded.contains(alert.name())) {
        row("alert", alert.name(), false, "not loaded");
      }
    }
  }

  private void check(PrometheusApi prometheus, Drill drill) {
    drill.begin().run();
    try {
      await(drill.trouble())
          .atMost(DATA)
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(500))
          .until(
              () -> {
                drill.meanwhile().run();
                return firing(prometheus).containsAll(drill.alerts());
              });
      row("trouble", drill.trouble(), true, String.join(", ", firing(prometheus)));
    } catch (RuntimeException e) {
      row(
          "trouble",
          drill.trouble(),
          false,
          "fires: " + firing(prometheus) + ". " + e.getMessage());
    }
    drill.end().run();
    // So that what fires next is for what is done next. Those that look back end by themselves.
    awaitSilence(prometheus, drill.alerts());
  }

  private void checkThatAllIsOver(PrometheusApi prometheus) {
    awaitSilence(prometheus, firing(prometheus));
    row("trouble", "all is mended", firing(prometheus).isEmpty(), "fires: " + firing(prometheus));
  }

  private static void awaitSilence(PrometheusApi prometheus, Set<String> alerts) {
    await("no more of " + alerts)
        .atMost(SILENCE)
        .pollInterval(Duration.ofMillis(500))
        .until(() -> Collections.disjoint(firing(prometheus), alerts));
  }

  private static Set<String> firing(PrometheusApi prometheus) {
    return prometheus.alerts().stream()
        .filter(alert -> alert.state().equals("firing"))
        .map(PrometheusApi.Alert::name)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private void row(String kind, String name, boolean good, String result) {
    Map<String, Object> cells = new LinkedHashMap<>();
    cells.put("kind", kind);
    cells.put("name", name);
    cells.put("ok", good);
    cells.put("result", result);
    report.row(cells);
    ok &= good;
  }
}
