// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.monitoring;

import static org.awaitility.Awaitility.await;

import io.github.datahose.launch.BrokerProcess;
import io.github.datahose.launch.Build;
import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.Jvm;
import io.github.datahose.launch.KafkaClassPath;
import io.github.datahose.launch.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * A real broker, a real worker with the JMX exporter in it as users have it, and a real Prometheus
 * that scrapes it each second and evaluates the alert rules. Closing it ends all three.
 */
final class MonitoredWorker implements AutoCloseable {
  static final Path CONFIGURATION = Path.of("config", "monitoring");
  private static final Path PROMETHEUS_YML =
      Path.of("src", "docker", "monitoring", "prometheus.yml");
  private static final Path AGENT =
      Build.directory().resolve("monitoring/jmx_prometheus_javaagent.jar");
  private static final Duration SCRAPED = Duration.ofSeconds(60);

  private final Path directory;
  private final BrokerProcess broker;
  private ConnectCluster cluster;
  private PrometheusServer prometheus;

  private MonitoredWorker(Path directory) {
    this.directory = directory;
    this.broker =
        BrokerProcess.start(
            KafkaClassPath.of(Build.kafkaVersion()),
            Jvm.quick(),
            directory.resolve("broker"),
            Map.of());
  }

  /**
   * Starts all of it and waits until the worker was scraped.
   *
   * @param alerts the alert rules, as text: those of users, or with shorter times
   */
  static MonitoredWorker start(PrometheusTools tools, String alerts) throws IOException {
    MonitoredWorker worker = new MonitoredWorker(Build.newDirectory("monitoring"));
    try {
      worker.startWith(tools, alerts);
      return worker;
    } catch (RuntimeException | IOException e) {
      worker.close();
      throw e;
    }
  }

  private void startWith(PrometheusTools tools, String alerts) throws IOException {
    int port = Ports.free();
    String agent =
        "-javaagent:"
            + AGENT.toAbsolutePath()
            + "="
            + port
            + ":"
            + CONFIGURATION.resolve("jmx-exporter.yml").toAbsolutePath();
    cluster = ConnectCluster.named("monitoring").on(broker).jvm(Jvm.quick().with(agent)).start();
    Path home = Files.createDirectories(directory.resolve("prometheus"));
    Files.writeString(home.resolve("alerts.yml"), alerts);
    Files.writeString(home.resolve("prometheus.yml"), prometheusYml("127.0.0.1:" + port));
    prometheus = PrometheusServer.start(tools, home);
    await("a scrape of the worker")
        .atMost(SCRAPED)
        .until(() -> prometheus.api().query("up == 1"), up -> !up.isEmpty());
  }

  /** As users have it, but for the worker's address and the times. */
  static String prometheusYml(String target) {
    try {
      return Files.readString(PROMETHEUS_YML)
          .replace("worker:9404", target)
          .replace("_interval: 5s", "_interval: 1s");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  ConnectCluster cluster() {
    return cluster;
  }

  PrometheusApi prometheus() {
    return prometheus.api();
  }

  /** Where Prometheus has its configuration, rules, data and log. */
  Path prometheusDirectory() {
    return directory.resolve("prometheus");
  }

  @Override
  public void close() {
    if (prometheus != null) {
      prometheus.close();
    }
    if (cluster != null) {
      cluster.close();
    }
    broker.close();
  }
}
