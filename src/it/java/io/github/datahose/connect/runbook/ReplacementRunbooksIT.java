// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.runbook;

import static io.github.datahose.launch.WorkerFixture.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.launch.Build;
import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.WorkerFixture.Guarantee;
import io.github.datahose.launch.WorkerProcess;
import io.github.datahose.simulator.Requests;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Replacing what a connector needs, with events flowing: its key, and the plugin itself. */
class ReplacementRunbooksIT {
  private static final String NEWER = "9.9.9";

  @ParameterizedTest
  @EnumSource
  void usesNewKeyAtNextLoginWithoutRestart(Guarantee guarantee) throws Exception {
    try (Stage stage = new Stage(guarantee.cluster()).start();
        Runbook runbook = Runbook.of("Rotate the private key", stage.shell())) {
      Path newKeyFile = stage.shell().directory().resolve("new-key.pem");
      stage
          .shell()
          .set("KEY_FILE", stage.keyFile().toString())
          .set("NEW_KEY_FILE", newKeyFile.toString());
      KeyPair pair = newPair(newKeyFile);
      stage.connector().forgetLog();
      int logins = logins(stage);
      stage.simulator().reconfigure(pod -> pod.account(Stage.ACCOUNT, pair.getPublic()));
      assertThat(runbook.run("check"))
          .as("the old key, which the pod takes no more")
          .contains(":1");
      runbook.run("replace");
      assertThat(runbook.run("check")).isEqualTo("\"error_count\":0\n");
      assertThat(stage.connector().log(" INFO ", "Connection check of symphony")).isNotEmpty();
      stage.awaitMore();
      assertThat(logins(stage)).as("that of the check").isEqualTo(logins + 1);

      stage.simulator().expireTokens();
      stage.awaitMore();
      assertThat(logins(stage)).as("the task's, by the new key").isEqualTo(logins + 2);
      assertThat(stage.connector().log("starts as account")).isEmpty();

      stage.restartBy(runbook, "restart");
      assertThat(logins(stage)).as("that of the restarted task").isEqualTo(logins + 3);
      stage.assertDuplicated(0, Stage.TOPIC);
    }
  }

  /** A newer archive in two workers of one group, one after the other. */
  @ParameterizedTest
  @EnumSource
  void deliversEachEventOnceDuringRollingRestart(Guarantee guarantee) throws IOException {
    try (ConnectCluster cluster =
            guarantee.start(
                ConnectCluster.named(guarantee.name("upgraded"))
                    .on(ConnectCluster.shared().broker())
                    .workers(2));
        Stage stage = new Stage(cluster).start();
        Runbook runbook = Runbook.of("Upgrade the plugin", stage.shell())) {
      stage
          .shell()
          .set("OLD", folder(Build.version()))
          .set("NEW", folder(NEWER))
          .set("ARCHIVE", writeNewer(stage.shell().directory()).toString());
      runbook.run("save");
      for (WorkerProcess worker : cluster.workers()) {
        stage.shell().set("VERSION", NEWER);
        at(stage, worker);
        runbook.run("unpack");
        stage.awaitMore();
        replace(stage, runbook, worker, "remove");
      }
      eventually("reads by the new version").until(() -> userAgent(stage).endsWith("/" + NEWER));

      at(stage, cluster.worker());
      stage.shell().set("VERSION", Build.version());
      replace(stage, runbook, cluster.worker(), "back");
      stage.assertDuplicated(0, Stage.TOPIC);
    }
  }

  /** Both archives in one worker, and the connector changes from one to the other and back. */
  @ParameterizedTest
  @EnumSource
  void upgradesOneConnectorBesideOtherVersion(Guarantee guarantee) throws IOException {
    try (ConnectCluster cluster =
            guarantee.start(
                ConnectCluster.named(guarantee.name("side-by-side"))
                    .on(ConnectCluster.shared().broker()));
        Stage stage = new Stage(cluster).start();
        Runbook runbook = Runbook.of("Upgrade one connector", stage.shell())) {
      String older = Build.version();
      stage
          .shell()
          .set("OLD_VERSION", older)
          .set("NEW_VERSION", NEWER)
          .set("VERSION", older)
          .set("ARCHIVE", writeNewer(stage.shell().directory()).toString())
          .set("PLUGIN_PATH", cluster.worker().plugins().path().toAbsolutePath().toString());
      stage.restartBy(runbook, "pin");
      replace(stage, runbook, cluster.worker(), "unpack");
      assertThat(userAgent(stage)).as("the pinned version").endsWith("/" + older);

      stage.restartBy(runbook, "change");
      stage.shell().set("VERSION", NEWER);
      runbook.run("check");
      assertThat(userAgent(stage)).endsWith("/" + NEWER);
      assertThat(stage.rest().status(Stage.CONNECTOR).at("/connector/version").asText())
          .isEqualTo(NEWER);
      assertThat(errorsOfVersion(stage, "7.7.7")).isNotEmpty();
      assertThat(errorsOfVersion(stage, "[1.0,10)")).isEmpty();

      stage.restartBy(runbook, "back");
      stage.shell().set("VERSION", older);
      runbook.run("check");
      assertThat(userAgent(stage)).endsWith("/" + older);
      stage.assertDuplicated(0, Stage.TOPIC);
    }
  }

  private static List<String> errorsOfVersion(Stage stage, String version) {
    Map<String, String> config = new TreeMap<>(stage.connector().config());
    config.put("name", Stage.CONNECTOR);
    config.put("connector.plugin.version", version);
    return stage
        .rest()
        .validationErrors(config)
        .getOrDefault("connector.plugin.version", List.of());
  }

  private static void replace(Stage stage, Runbook runbook, WorkerProcess worker, String block) {
    stage.refuseAnAcknowledgement();
    worker.stop();
    runbook.run(block);
    worker.start();
    worker.awaitReady();
    runbook.run("check");
    stage.takeReadsAgain();
    stage.awaitMore();
  }

  private static void at(Stage stage, WorkerProcess worker) {
    Path kept = stage.shell().directory().resolve("kept-" + worker.url().getPort());
    if (!kept.toFile().isDirectory() && !kept.toFile().mkdir()) {
      throw new IllegalStateException("cannot make " + kept);
    }
    stage
        .shell()
        .set("CONNECT", worker.url().toString())
        .set("KEPT", kept.toAbsolutePath().toString())
        .set("PLUGIN_PATH", worker.plugins().path().toAbsolutePath().toString());
  }

  private static String userAgent(Stage stage) {
    return stage.simulator().requests().readsOf(Stage.TAG).last().header("User-Agent");
  }

  /** Logins at the pod that it took. */
  private static int logins(Stage stage) {
    return stage.simulator().requests().to(Requests.SESSION_LOGIN).answered(200).count();
  }

  private static KeyPair newPair(Path privateKeyFile) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    KeyPair pair = generator.generateKeyPair();
    Files.writeString(
        privateKeyFile,
        "-----BEGIN PRIVATE KEY-----\n"
            + Base64.getMimeEncoder().encodeToString(pair.getPrivate().getEncoded())
            + "\n-----END PRIVATE KEY-----\n");
    return pair;
  }

  /** The folder that the archive of a version unpacks to. */
  private static String folder(String version) {
    return "datahose-kafka-connect-symphony-datahose-" + version;
  }

  /**
   * Writes the build's archive as if it were of another version: its folder, the connector's jar
   * and its manifest have that one's name, and the connector says it. All else is the same.
   */
  private static Path writeNewer(Path directory) throws IOException {
    Path archive = directory.resolve(folder(NEWER) + ".zip");
    try (InputStream in = Files.newInputStream(Build.componentArchive());
        OutputStream out = Files.newOutputStream(archive)) {
      copyAsNewer(in, out);
    }
    return archive.toAbsolutePath();
  }

  private static void copyAsNewer(InputStream in, OutputStream out) throws IOException {
    ZipInputStream from = new ZipInputStream(in);
    ZipOutputStream to = new ZipOutputStream(out);
    for (ZipEntry entry = from.getNextEntry(); entry != null; entry = from.getNextEntry()) {
      String name = entry.getName().replace(Build.version(), NEWER);
      to.putNextEntry(new ZipEntry(name));
      byte[] content = from.readAllBytes();
      if (name.endsWith("/kafka-connect-symphony-datahose-" + NEWER + ".jar")) {
        copyAsNewer(new ByteArrayInputStream(content), to);
      } else if (name.endsWith("/manifest.json") || name.endsWith("/version.properties")) {
        String text = new String(content, StandardCharsets.UTF_8);
        to.write(text.replace(Build.version(), NEWER).getBytes(StandardCharsets.UTF_8));
      } else {
        to.write(content);
      }
    }
    to.finish();
  }
}
