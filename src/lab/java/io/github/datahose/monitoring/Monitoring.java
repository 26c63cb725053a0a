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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Checks what users watch the connector with against real workers and a real Prometheus. In this
 * order:
 *
 * <ol>
 *   <li>promtool checks and tests the alert rules.
 *   <li>Each query of the dashboard must bring data, and each alert must be silent, while a
 *       simulated pod produces events.
 *   <li>With seconds in place of the minutes in the rules, a worker is killed ({@link Drill}). Then
 *       all alerts must be silent again.
 *   <li>Each fault of the table in docs/troubleshooting.md ({@link FaultTrial}), and a fault for
 *       each alert that none of them raises, affects its own connector, all at the same time,
 *       because most of the time is waiting. Then all alerts must be silent again.
 * </ol>
 *
 * <p>{@code -Dfaults=forbidden,page} makes these faults only, by name, and nothing else. Needs
 * Prometheus and promtool, see {@link PrometheusTools}. Without them, the command reports so and
 * does nothing, unless the environment has {@code PROMETHEUS_REQUIRED=true}.
 */
public final class Monitoring {
  private static final String NAME = "monitoring";
  private static final String CONNECTOR = "symphony";
  private static final Path CONFIG = Path.of("config", "minimal.json");
  private static final Duration STARTED = Duration.ofSeconds(90);

  /** In place of the minutes in the rules: longer than a read of the simulated pod takes. */
  private static final int SHORT_SECONDS = 6;

  private final PrometheusTools tools;
  private final Report report = new Report(NAME);
  private final Screen screen = Screen.standardOutput();
  private final List<Finding> findings = new ArrayList<>();

  private Monitoring(PrometheusTools tools) {
    this.tools = tools;
  }

  /** Runs it; see the class. */
  public static void main(String[] arguments) throws IOException {
    Optional<PrometheusTools> tools = PrometheusTools.find();
    if (tools.isPresent()) {
      new Monitoring(tools.get()).run(Set.of(System.getProperty("faults", "").split(",")));
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

  /**
   * Runs the parts in their order.
   *
   * @param faults the names of the only faults to make; an empty one for all parts
   */
  private void run(Set<String> faults) throws IOException {
    boolean all = faults.contains("");
    if (all) {
      screen.step("promtool " + tools.version() + " checks and tests the alert rules");
      checkFiles();
    }
    screen.step("Starting Kafka " + Build.kafkaVersion() + " and two workers");
    try (MonitoredWorkers workers = MonitoredWorkers.start()) {
      if (all) {
        whileAllIsWell(workers);
      }
      try (PrometheusServer prometheus =
          workers.watch(tools, AlertRules.read().shortened(SHORT_SECONDS))) {
        ConnectorWatch watch = new ConnectorWatch(prometheus.api(), SHORT_SECONDS);
        // Its connector stays until the end: an alert fires for one that is deleted.
        try (Drill killed = all ? Drill.killedWorker(workers.atLeastOnce(), watch) : null) {
          if (all) {
            screen.step("Killing a worker");
            findings.add(killed.call());
            findings.add(new WellCheck(watch.prometheus()).silenceAfter("a worker was killed"));
          }
          List<FaultRow> rows =
              FaultTable.rows().stream()
                  .filter(row -> row.script() != null)
                  .filter(row -> all || faults.contains(row.name()))
                  .toList();
          List<Drill> drills = all ? Drill.besideOthers(workers, watch) : List.of();
          screen.step("Making " + rows.size() + " faults and " + drills.size() + " drills");
          try {
            makeTrouble(drills, rows, workers, watch);
          } finally {
            drills.forEach(Drill::close);
          }
        }
      }
    }
    if (all) {
      findings.addAll(eachAlertFired());
    }
    findings.forEach(finding -> report.row(finding.cells()));
    boolean ok = !findings.isEmpty() && findings.stream().allMatch(Finding::ok);
    report.write(ok, introduction());
    screen.print(report.table());
    if (!ok) {
      throw new IllegalStateException(
          "Not all that docs/monitoring and docs/troubleshooting.md say was seen: see target/reports/"
              + NAME
              + ".md");
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

  private void check(String name, PrometheusTools.Result result) {
    boolean ok = result.status() == 0;
    if (!ok) {
      screen.print(result.output());
    }
    findings.add(new Finding("promtool", name, ok, ok ? "" : "see the output"));
  }

  private void whileAllIsWell(MonitoredWorkers workers) throws IOException {
    Path log = Build.newDirectory("monitoring-simulator").resolve("simulator.log");
    try (SimulatorProcess simulator = SimulatorProcess.start(Jvm.quick(), log);
        PrometheusServer prometheus = workers.watch(tools, AlertRules.read())) {
      start(simulator, workers);
      check(
          "promtool check config prometheus.yml",
          tools.check(prometheus.directory(), "check", "config", "prometheus.yml"));
      screen.step("Asking each query of the dashboard, and looking at each alert");
      WellCheck check = new WellCheck(prometheus.api());
      findings.addAll(check.queries(Dashboard.read()));
      findings.addAll(check.alerts(AlertRules.read()));
      workers.atLeastOnce().rest().delete(CONNECTOR);
      workers.atLeastOnce().rest().awaitGone(CONNECTOR);
    }
  }

  private static void start(SimulatorProcess simulator, MonitoredWorkers workers)
      throws IOException {
    Map<String, String> config =
        new ObjectMapper()
            .readValue(CONFIG.toFile(), new TypeReference<LinkedHashMap<String, String>>() {});
    config.remove("symphony.private.key.path");
    config.put("symphony.private.key", SimulatorKeys.privateKey());
    config.put("symphony.pod.url", simulator.url());
    config.put("symphony.username", SimulatorKeys.USERNAME);
    workers.atLeastOnce().rest().putConfig(CONNECTOR, config);
    workers.atLeastOnce().rest().awaitRunning(CONNECTOR, 1);
    await("first read").atMost(STARTED).until(() -> !simulator.totals().feeds().isEmpty());
    simulator.produce(1_000_000, 20, simulator.totals().feeds().get(0).eventTypes());
  }

  /** Each begins when its connector is there, not when all are; all are there until the end. */
  private void makeTrouble(
      List<Drill> drills, List<FaultRow> rows, MonitoredWorkers workers, ConnectorWatch watch) {
    List<FaultyConnector> connectors = new ArrayList<>();
    ExecutorService threads = Executors.newCachedThreadPool();
    try {
      List<Future<Finding>> trials = new ArrayList<>();
      drills.forEach(drill -> trials.add(threads.submit(drill)));
      for (FaultRow row : rows) {
        FaultyConnector connector =
            new FaultyConnector(
                row.script().exactlyOnce() ? workers.exactlyOnce() : workers.atLeastOnce(),
                row.name(),
                row.script().pod());
        connectors.add(connector);
        row.script().prepare().accept(connector);
        connector.apply();
        trials.add(threads.submit(new FaultTrial(row, connector, watch)));
      }
      for (Future<Finding> trial : trials) {
        findings.add(trial.get());
      }
      findings.add(new WellCheck(watch.prometheus()).silenceAfter("all faults and drills"));
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while faults happened", e);
    } finally {
      threads.shutdownNow();
      connectors.forEach(FaultyConnector::close);
    }
  }

  /** So that an alert which comes with the rules has its fault or its drill, too. */
  private List<Finding> eachAlertFired() throws IOException {
    List<Finding> results = new ArrayList<>();
    for (AlertRules.Alert alert : AlertRules.read().alerts()) {
      boolean fired =
          findings.stream()
              .filter(each -> each.kind().equals("drill") || each.kind().equals("fault"))
              .anyMatch(each -> each.ok() && each.result().contains(alert.name()));
      results.add(
          new Finding("alert", alert.name(), fired, fired ? "has fired" : "no drill or fault"));
    }
    return results;
  }

  private String introduction() {
    return "`mvn -Pmonitoring verify` with Prometheus "
        + tools.version()
        + " and workers of Kafka "
        + Build.kafkaVersion()
        + ": promtool on the files of `docs/monitoring`; each query of the dashboard, and how many"
        + " series it brought while the simulator produced events; each alert, and whether it was"
        + " silent then. After that, with seconds in place of the minutes in the rules, and a tenth"
        + " of the time after which the connector gives up: drills, and what fired; each fault of"
        + " the table in docs/troubleshooting.md at a connector of its own, and what was seen of it:"
        + " the line in the log, how far the metric moved in Prometheus, the alert, what REST said,"
        + " and whether all was well again after it was fixed. After the killed worker, and after"
        + " all of it, no alert may fire for anything.";
  }
}
