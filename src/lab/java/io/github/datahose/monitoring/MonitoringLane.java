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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
  private static final Duration STARTED = Duration.ofSeconds(90);

  /** In place of the minutes in the rules: longer than a read of the simulated pod takes. */
  private static final int SHORT_SECONDS = 6;

  private final PrometheusTools tools;
  private final Report report = new Report(NAME);
  private final Screen screen = Screen.standardOutput();
  private final Findings findings = new Findings(report);

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
        WellCheck check = new WellCheck(prometheus.api(), findings);
        check.queries(Dashboard.read());
        screen.step("Looking at each alert");
        check.alerts(AlertRules.read());
      }
      screen.step("Making trouble for each alert");
      AlertRules shortened = AlertRules.read().shortened(SHORT_SECONDS);
      try (PrometheusServer prometheus = worker.watch(tools, shortened);
          Drills drills = new Drills(worker.cluster())) {
        DrillCheck check = new DrillCheck(prometheus.api(), findings);
        drills.all().forEach(check::run);
        check.allIsMended();
      }
    }
    report.write(
        findings.ok(),
        "`mvn -Pmonitoring verify` with Prometheus "
            + tools.version()
            + " and a worker of Kafka "
            + Build.kafkaVersion()
            + ": promtool on the files of `docs/monitoring`; each query of the dashboard, and how"
            + " many series it brought while the simulator produced events; each alert, and"
            + " whether it was silent then. Trouble: what fired, with seconds in place of the"
            + " minutes in the rules.");
    screen.print(report.table());
    if (!findings.ok()) {
      throw new IllegalStateException("Not all of docs/monitoring is well, see the table.");
    }
    screen.step("All is well");
  }

  private void checkFiles() {
    Path files = Dashboard.CONFIGURATION;
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
    findings.add(
        "promtool", name, result.status() == 0, result.status() == 0 ? "" : "see the output");
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
    await("first read").atMost(STARTED).until(() -> !simulator.totals().feeds().isEmpty());
    simulator.produce(1_000_000, 20, simulator.totals().feeds().get(0).eventTypes());
  }
}
