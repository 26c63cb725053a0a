// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.monitoring;

import io.github.datahose.launch.Build;
import io.github.datahose.launch.Report;
import io.github.datahose.launch.Screen;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Has each fault of the table in docs/troubleshooting.md happen, to a connector of its own in a
 * real worker that a real Prometheus scrapes, all at the same time: most of it is waiting. Fails
 * unless the metric moves, the alert fires, and REST and log say what the table says, and unless
 * all is well again after what the table says to do.
 *
 * <p>{@code -Dfaults=forbidden,page} makes some of them only, by name.
 *
 * <p>Needs Prometheus, see {@link PrometheusTools}. Without it it says so and that is all, unless
 * the environment has {@code PROMETHEUS_REQUIRED=true}.
 */
public final class FaultLane {
  private static final String NAME = "faults";

  /** In place of the minutes in the rules: longer than a read of the simulated pod takes. */
  private static final int SHORT_SECONDS = 6;

  private final PrometheusTools tools;
  private final Report report = new Report(NAME);
  private final Screen screen = Screen.standardOutput();

  private FaultLane(PrometheusTools tools) {
    this.tools = tools;
  }

  /** Runs it; see the class. */
  public static void main(String[] arguments) throws IOException {
    Optional<PrometheusTools> tools = PrometheusTools.find();
    if (tools.isPresent()) {
      new FaultLane(tools.get()).run();
    } else if ("true".equals(System.getenv("PROMETHEUS_REQUIRED"))) {
      new Report(NAME);
      throw new IllegalStateException("prometheus is missing: run .ci/prometheus");
    } else {
      // That of a former run must not pass for this one's.
      for (String type : List.of("md", "json")) {
        Files.deleteIfExists(Build.directory().resolve("reports").resolve(NAME + "." + type));
      }
      System.out.println("Nothing was run: prometheus is missing. .ci/prometheus brings it.");
    }
  }

  private void run() throws IOException {
    screen.step("Starting Kafka " + Build.kafkaVersion() + ", two workers and a Prometheus");
    List<FaultyConnector> connectors = new ArrayList<>();
    boolean ok = true;
    try (MonitoredWorker worker = MonitoredWorker.start().withExactlyOnce();
        PrometheusServer prometheus =
            worker.watch(tools, AlertRules.read().shortened(SHORT_SECONDS))) {
      List<FaultRow> rows = chosen();
      ConnectorWatch watch = new ConnectorWatch(prometheus.api(), SHORT_SECONDS);
      screen.step("Creating a connector for each of " + rows.size() + " faults");
      List<FaultTrial> trials = new ArrayList<>();
      for (FaultRow row : rows) {
        FaultyConnector connector =
            new FaultyConnector(
                row.script().exactlyOnce() ? worker.exactlyOnce() : worker.cluster(),
                row.name(),
                row.script().pod());
        connectors.add(connector);
        row.script().prepare().accept(connector);
        connector.apply();
        trials.add(new FaultTrial(row, connector, watch));
      }
      screen.step("Having them happen");
      runAll(trials);
      for (FaultTrial trial : trials) {
        report.row(trial.cells());
        ok &= trial.isOk();
      }
    } finally {
      connectors.forEach(FaultyConnector::close);
    }
    report.write(ok, introduction());
    screen.step("done");
    System.out.println(report.table());
    if (!ok) {
      throw new IllegalStateException(
          "not all that docs/troubleshooting.md says was seen: target/reports/" + NAME + ".md");
    }
  }

  private static List<FaultRow> chosen() {
    Set<String> names = Set.of(System.getProperty(NAME, "").split(","));
    return FaultTable.rows().stream()
        .filter(row -> row.script() != null)
        .filter(row -> names.contains("") || names.contains(row.name()))
        .toList();
  }

  private void runAll(List<FaultTrial> trials) {
    ExecutorService threads = Executors.newFixedThreadPool(trials.size());
    try {
      for (Future<?> trial : trials.stream().map(threads::submit).toList()) {
        trial.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while faults happened", e);
    } finally {
      threads.shutdownNow();
    }
  }

  private String introduction() {
    return "`mvn -Pfaults verify` with Prometheus "
        + tools.version()
        + " and workers of Kafka "
        + Build.kafkaVersion()
        + ": each fault of the table in docs/troubleshooting.md at a connector of its own, and what"
        + " was seen of it: the line in the log, how far the metric moved in Prometheus, the alert"
        + " (with seconds in place of the minutes in the rules), what REST said, and whether all"
        + " was well again after it was mended.";
  }
}
