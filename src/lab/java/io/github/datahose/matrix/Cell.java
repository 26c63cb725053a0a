// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.matrix;

import io.github.datahose.launch.Build;
import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.Jvm;
import io.github.datahose.launch.WorkerFixture;
import io.github.datahose.simulator.Audit;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A worker of the matrix.
 *
 * @param kafka its version, and that of its broker
 * @param java what both run on
 * @param exactlyOnce whether it has {@code exactly.once.source.support=enabled}
 * @param pluginDiscovery {@code plugin.discovery}
 * @param overrides what a connector may override; where that is not all, the first steps of its
 *     life are enough
 */
record Cell(
    String kafka,
    InstalledJava java,
    boolean exactlyOnce,
    String pluginDiscovery,
    Overrides overrides) {
  /** The timeout of the real agent: exactly-once delivery requires at least 20 s. */
  private static final Duration VISIBILITY = Duration.ofSeconds(30);

  /**
   * What came of it.
   *
   * @param row a line of the report
   * @param complaint what is wrong; empty when nothing is
   */
  record Result(Map<String, Object> row, String complaint) {}

  /** Runs it from its start to the audit; whatever goes wrong is in the result. */
  Result run(Consumer<String> progress) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("kafka", kafka);
    row.put("java", Integer.toString(java.feature()));
    row.put("ok", false);
    VirtualMachineLog log = new VirtualMachineLog(Build.newDirectory(name() + "-vm"));
    long start = System.nanoTime();
    String complaint = "";
    try {
      live(log, row, progress);
    } catch (Exception | AssertionError e) {
      complaint = e.toString();
    }
    Set<String> errors = log.linkageErrors();
    Set<String> classes = log.loadedClasses();
    if (!errors.isEmpty()) {
      complaint += "; classes or methods that are not there: " + String.join("; ", errors);
    }
    if (classes.isEmpty()) {
      complaint += "; the log of the virtual machines has none of our classes: " + log;
    }
    row.put("ok", complaint.isEmpty());
    row.put("seconds", Math.round((System.nanoTime() - start) / 1e9));
    row.put("mode", mode());
    row.put("pluginDiscovery", pluginDiscovery);
    row.put("overrides", overrides.policy());
    row.put("classesLoaded", classes.size());
    row.put("linkageErrors", errors.size());
    progress.accept(this + ": " + (complaint.isEmpty() ? "well" : "NOT WELL: " + complaint));
    return new Result(row, complaint.isEmpty() ? "" : this + ": " + complaint);
  }

  private void live(VirtualMachineLog log, Map<String, Object> row, Consumer<String> progress) {
    ConnectCluster.Builder settings =
        ConnectCluster.named(name())
            .kafka(kafka)
            .jvm(Jvm.quick().on(java.home()).with(log.option()))
            .workerProperty("plugin.discovery", pluginDiscovery);
    overrides.workerProperties().forEach(settings::workerProperty);
    try (ConnectCluster cluster = (exactlyOnce ? settings.exactlyOnce() : settings).start();
        WorkerFixture connector =
            new WorkerFixture(cluster, name(), WorkerFixture.shortTimes().visibility(VISIBILITY))) {
      connector.unset("producer.override.linger.ms");
      overrides.ofTheExample().forEach(connector::set);
      Lifecycle lifecycle = new Lifecycle(cluster, connector, exactlyOnce);
      (overrides == Overrides.ALL ? lifecycle.steps() : lifecycle.firstSteps(overrides))
          .forEach(
              (step, action) -> {
                row.put(step, false);
                try {
                  action.run();
                } catch (RuntimeException | AssertionError e) {
                  throw new IllegalStateException(
                      step + ": " + e + "; see " + cluster.worker().logFile(), e);
                }
                row.put(step, true);
                progress.accept(this + ": " + step);
              });
      Audit audit = connector.audit();
      row.put("acknowledged", audit.acknowledged());
      row.put("lost", audit.lost());
      row.put("duplicated", audit.duplicated());
    }
  }

  private String mode() {
    return exactlyOnce ? "exactly-once" : "at-least-once";
  }

  private String name() {
    return ("matrix-" + kafka + "-java-" + java.feature() + "-" + mode() + suffix("-"))
        .toLowerCase(Locale.ROOT);
  }

  @Override
  public String toString() {
    return "Kafka " + kafka + ", Java " + java.feature() + ", " + mode() + suffix(", overrides ");
  }

  private String suffix(String separator) {
    return overrides == Overrides.ALL ? "" : separator + overrides.policy();
  }
}
