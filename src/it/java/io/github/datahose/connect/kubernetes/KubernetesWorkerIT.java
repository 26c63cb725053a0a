// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.Jvm;
import io.github.datahose.simulator.SimulatorKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real worker with the lines of {@code config/kubernetes/worker.yaml}, in no container. */
class KubernetesWorkerIT {
  /** What depends on where it runs: the broker here has no TLS. */
  private static final Pattern ELSEWHERE =
      Pattern.compile(
          "bootstrap\\.servers|listeners|plugin\\.path|(.*\\.)?(security\\.protocol|ssl\\..*)");

  @Test
  void startsWithAddressOfPodAndReadsSecrets(@TempDir Path secrets) throws IOException {
    Files.writeString(secrets.resolve("symphony-private-key.pem"), SimulatorKeys.privateKey());
    Properties lines = Manifests.workerProperties();
    lines.replaceAll((name, value) -> here(value, secrets));
    String[] options =
        Manifests.workerOptions().stream()
            .map(option -> here(option, secrets))
            .toArray(String[]::new);
    ConnectCluster.Builder builder =
        ConnectCluster.named("kubernetes")
            .on(ConnectCluster.shared().broker())
            .jvm(
                Jvm.quick()
                    .with(options)
                    .in(Map.of("POD_IP", "localhost", "SYMPHONY_PROXY_PASSWORD", "secret")));
    lines.stringPropertyNames().stream()
        .filter(name -> !ELSEWHERE.matcher(name).matches())
        .forEach(name -> builder.workerProperty(name, lines.getProperty(name)));
    Map<String, String> config = new TreeMap<>(Map.of("name", "symphony"));
    Manifests.connector()
        .properties()
        .forEach(option -> config.put(option.getKey(), here(option.getValue().asText(), secrets)));
    // Its hosts are nobody's.
    config.put("datahose.connection.check", "false");
    try (ConnectCluster cluster = builder.start()) {
      assertThat(cluster.rest().validationErrors(config)).isEmpty();
      assertRefused(cluster, config, "symphony.pod.url", "https://evil.example.com");
      assertRefused(cluster, config, "symphony.truststore.path", "/etc/hostname");
      cluster.rest().putConfig("symphony", config);
      assertThat(cluster.rest().awaitRunning("symphony", 1).at("/connector/worker_id").asText())
          .isEqualTo("localhost:" + cluster.worker().url().getPort());
      cluster.rest().delete("symphony");
    }
  }

  private static String here(Object text, Path secrets) {
    return text.toString().replace("/opt/kafka/secrets", secrets.toString());
  }

  private static void assertRefused(
      ConnectCluster cluster, Map<String, String> config, String option, String value)
      throws IOException {
    Map<String, String> forbidden = new TreeMap<>(config);
    forbidden.put(option, value);
    assertThat(cluster.rest().validationErrors(forbidden).toString())
        .contains("system property io.github.datahose.connect.allowed.");
  }
}
