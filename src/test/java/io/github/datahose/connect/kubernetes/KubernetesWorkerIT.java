// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.Jvm;
import io.github.datahose.simulator.SimulatorKeys;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real worker with the lines of {@code config/kubernetes/worker.yaml}, in no container. */
class KubernetesWorkerIT {
  /** What depends on where it runs. */
  private static final Set<String> ELSEWHERE =
      Set.of("bootstrap.servers", "listeners", "plugin.path");

  @Test
  void startsWithTheAddressOfItsPodAndFindsTheSecretsOfTheConnector(@TempDir Path secrets)
      throws IOException {
    Files.writeString(secrets.resolve("symphony-private-key.pem"), SimulatorKeys.privateKey());
    Properties lines = new Properties();
    lines.load(
        new StringReader(
            Manifests.only("ConfigMap")
                .at("/data/worker.properties")
                .asText()
                .replace("/opt/kafka/secrets", secrets.toString())));
    ConnectCluster.Builder builder =
        ConnectCluster.named("kubernetes")
            .on(ConnectCluster.shared().broker())
            .jvm(
                Jvm.quick().in(Map.of("POD_IP", "localhost", "SYMPHONY_PROXY_PASSWORD", "secret")));
    lines.stringPropertyNames().stream()
        .filter(name -> !ELSEWHERE.contains(name))
        .forEach(name -> builder.workerProperty(name, lines.getProperty(name)));
    Map<String, String> config = new TreeMap<>(Map.of("name", "symphony"));
    Manifests.connector()
        .properties()
        .forEach(
            option ->
                config.put(
                    option.getKey(),
                    option.getValue().asText().replace("/opt/kafka/secrets", secrets.toString())));
    // Its hosts are nobody's.
    config.put("datahose.connection.check", "false");
    try (ConnectCluster cluster = builder.start()) {
      assertThat(cluster.rest().validationErrors(config)).isEmpty();
      cluster.rest().putConfig("symphony", config);
      assertThat(cluster.rest().awaitRunning("symphony", 1).at("/connector/worker_id").asText())
          .isEqualTo("localhost:" + cluster.worker().url().getPort());
      cluster.rest().delete("symphony");
    }
  }
}
