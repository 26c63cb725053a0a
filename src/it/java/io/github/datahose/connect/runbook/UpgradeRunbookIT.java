// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.runbook;

import static io.github.datahose.connect.it.LiveConnector.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.launch.Build;
import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.Jvm;
import io.github.datahose.launch.KafkaClassPath;
import io.github.datahose.launch.PluginDirectory;
import io.github.datahose.launch.WorkerProcess;
import io.github.datahose.simulator.Audit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A newer archive in two workers of one group, one after the other, with events flowing. */
class UpgradeRunbookIT {
  private static final OtherVersion NEWER = new OtherVersion("9.9.9");

  private final ConnectCluster kafka = ConnectCluster.shared();

  /** A worker with a {@code plugin.path} of its own, as on a machine of its own. */
  private record Machine(WorkerProcess worker, Path plugins, Path kept) implements AutoCloseable {
    static Machine start(Path home, String bootstrapServers) throws IOException {
      PluginDirectory plugins = new PluginDirectory(home.resolve("plugins"));
      plugins.install(Build.componentArchive());
      Map<String, String> properties = new HashMap<>();
      properties.put("bootstrap.servers", bootstrapServers);
      properties.put("group.id", "upgraded");
      properties.put("config.storage.topic", "upgraded-connect-configs");
      properties.put("offset.storage.topic", "upgraded-connect-offsets");
      properties.put("status.storage.topic", "upgraded-connect-status");
      properties.put("plugin.path", plugins.path().toAbsolutePath().toString());
      properties.put("exactly.once.source.support", "enabled");
      KafkaClassPath version = KafkaClassPath.of(Build.kafkaVersion());
      return new Machine(
          WorkerProcess.start(version, Jvm.quick(), home.resolve("worker"), properties),
          plugins.path(),
          Files.createDirectory(home.resolve("kept")));
    }

    @Override
    public void close() {
      worker.close();
    }
  }

  @Test
  void oneWorkerAfterTheOtherLosesNothingAndRepeatsNothing() throws IOException {
    Path home = Build.newDirectory("upgraded");
    String servers = kafka.bootstrapServers();
    try (Machine first = Machine.start(home.resolve("first"), servers);
        Machine second = Machine.start(home.resolve("second"), servers)) {
      first.worker().awaitReady();
      second.worker().awaitReady();
      try (Stage stage = Stage.in(first.worker(), kafka).start();
          Runbook runbook = Runbook.of("Upgrade the plugin", stage.shell())) {
        stage
            .shell()
            .set("OLD", OtherVersion.folder(Build.version()))
            .set("NEW", OtherVersion.folder(NEWER.version()))
            .set("ARCHIVE", NEWER.writeTo(home).toAbsolutePath().toString());
        runbook.run("save");
        for (Machine machine : List.of(first, second)) {
          stage.shell().set("VERSION", NEWER.version());
          at(stage, machine);
          runbook.run("unpack");
          stage.awaitMore();
          stage.refuseAnAcknowledgement();
          machine.worker().stop();
          runbook.run("remove");
          machine.worker().start();
          machine.worker().awaitReady();
          runbook.run("check");
          stage.takeReadsAgain();
          stage.awaitMore();
        }
        eventually("reads by the new version")
            .until(() -> userAgent(stage).endsWith("/" + NEWER.version()));

        backAtTheFirst(stage, runbook, first);
        stage.awaitMore();
        Audit audit = stage.audit(Stage.TOPIC);
        assertThat(audit.duplicated()).as("%s", audit).isZero();
      }
    }
  }

  private static void backAtTheFirst(Stage stage, Runbook runbook, Machine machine) {
    at(stage, machine);
    stage.refuseAnAcknowledgement();
    machine.worker().stop();
    runbook.run("back");
    machine.worker().start();
    machine.worker().awaitReady();
    stage.shell().set("VERSION", Build.version());
    runbook.run("check");
    stage.takeReadsAgain();
  }

  private static void at(Stage stage, Machine machine) {
    stage
        .shell()
        .set("CONNECT", machine.worker().url().toString())
        .set("KEPT", machine.kept().toAbsolutePath().toString())
        .set("PLUGIN_PATH", machine.plugins().toAbsolutePath().toString());
  }

  private static String userAgent(Stage stage) {
    return stage.simulator().requests().readsOf(Stage.TAG).last().header("User-Agent");
  }
}
