// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.matrix;

import io.github.datahose.launch.Build;
import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.Jvm;
import io.github.datahose.launch.WorkerFixture;
import io.github.datahose.simulator.Audit;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** One worker of the matrix, from its start to the audit. */
final class CellRun {
  /** That of the real agent: exactly-once stands on 20 s at least. */
  private static final Duration VISIBILITY = Duration.ofSeconds(30);

  private final Cell cell;
  private final Consumer<String> progress;
  private final VirtualMachineLog virtualMachineLog;
  private final Map<String, Object> row = new LinkedHashMap<>();

  CellRun(Cell cell, Consumer<String> progress) {
    this.cell = cell;
    this.progress = progress;
    virtualMachineLog = new VirtualMachineLog(Build.newDirectory(cell.name() + "-vm"));
  }

  /** Runs it; whatever goes wrong is in the result. */
  CellResult run() {
    row.put("kafka", cell.kafka());
    row.put("java", Integer.toString(cell.java().feature()));
    row.put("ok", false);
    long start = System.nanoTime();
    String complaint = "";
    try {
      live();
      requireNothingMissing();
      row.put("ok", true);
    } catch (Exception | AssertionError e) {
      complaint = cell + ": " + e.getMessage();
      Set<String> errors = virtualMachineLog.linkageErrors();
      if (!errors.isEmpty()) {
        complaint += "; missing: " + String.join("; ", errors);
      }
    }
    row.put("seconds", Math.round((System.nanoTime() - start) / 1e9));
    row.put("mode", cell.mode());
    row.put("pluginDiscovery", cell.pluginDiscovery());
    row.put("classesLoaded", virtualMachineLog.loadedClasses().size());
    row.put("linkageErrors", virtualMachineLog.linkageErrors().size());
    progress.accept(complaint.isEmpty() ? cell + ": well" : "NOT WELL: " + complaint);
    return new CellResult(row, complaint);
  }

  private void live() {
    ConnectCluster.Builder settings =
        ConnectCluster.named(cell.name())
            .kafka(cell.kafka())
            .jvm(Jvm.quick().on(cell.java().home()).with(virtualMachineLog.option()))
            .workerProperty("plugin.discovery", cell.pluginDiscovery());
    try (ConnectCluster cluster = (cell.exactlyOnce() ? settings.exactlyOnce() : settings).start();
        WorkerFixture connector =
            new WorkerFixture(
                cluster, cell.name(), WorkerFixture.shortTimes().visibility(VISIBILITY))) {
      new Lifecycle(cluster, connector, cell.exactlyOnce())
          .steps()
          .forEach(
              (step, action) -> {
                row.put(step, false);
                try {
                  action.run();
                } catch (RuntimeException | AssertionError e) {
                  throw new IllegalStateException(
                      step + ": " + e.getMessage() + "; see " + cluster.worker().logFile(), e);
                }
                row.put(step, true);
                progress.accept(cell + ": " + step);
              });
      Audit audit = connector.audit();
      row.put("acknowledged", audit.acknowledged());
      row.put("lost", audit.lost());
      row.put("duplicated", audit.duplicated());
    }
  }

  private void requireNothingMissing() {
    Set<String> errors = virtualMachineLog.linkageErrors();
    if (!errors.isEmpty()) {
      throw new IllegalStateException(
          "the steps went well, but classes or methods were asked for that are not there");
    }
    if (virtualMachineLog.loadedClasses().isEmpty()) {
      throw new IllegalStateException(
          "the log of the virtual machines has none of our classes: " + virtualMachineLog);
    }
  }
}
