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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A real broker and two real workers with the JMX exporter on their command lines, as users have
 * it: one with exactly-once and one without. Their connector gives up sooner than in production.
 * Closing it ends all of them. Not for use by several threads at once.
 */
final class MonitoredWorkers implements AutoCloseable {
  private static final Path PROMETHEUS_YML =
      Path.of("src", "docker", "monitoring", "prometheus.yml");
  private static final Path AGENT =
      Build.directory().resolve("monitoring/jmx_prometheus_javaagent.jar");
  private static final Duration SCRAPED = Duration.ofSeconds(60);

  private final BrokerProcess broker;
  private final List<Integer> ports = new ArrayList<>();
  private final ConnectCluster atLeastOnce;
  private final ConnectCluster exactlyOnce;

  private MonitoredWorkers(BrokerProcess broker) {
    this.broker = broker;
    atLeastOnce = cluster("monitoring").start();
    exactlyOnce = cluster("monitoring-exactly-once").exactlyOnce().start();
  }

  private ConnectCluster.Builder cluster(String name) {
    int port = Ports.free();
    ports.add(port);
    String agent =
        "-javaagent:"
            + AGENT.toAbsolutePath()
            + "="
            + port
            + ":"
            + Dashboard.CONFIGURATION.resolve("jmx-exporter.yml").toAbsolutePath();
    return ConnectCluster.named(name).on(broker).jvm(ConnectCluster.impatient().with(agent));
  }

  /** Starts all of them and waits until they are ready. */
  static MonitoredWorkers start() {
    // A broker of its own: the options of a cluster's are those of its worker, the agent too.
    BrokerProcess broker =
        BrokerProcess.start(
            KafkaClassPath.of(Build.kafkaVersion()),
            Jvm.quick(),
            Build.newDirectory("monitoring-broker").resolve("broker"),
            Map.of());
    try {
      return new MonitoredWorkers(broker);
    } catch (RuntimeException e) {
      broker.close();
      throw e;
    }
  }

  /** The worker without exactly-once, and its broker. */
  ConnectCluster atLeastOnce() {
    return atLeastOnce;
  }

  /** The worker with exactly-once, and its broker. */
  ConnectCluster exactlyOnce() {
    return exactlyOnce;
  }

  /**
   * Starts a Prometheus that scrapes the workers and evaluates the rules each second, and waits for
   * its first scrape. The caller closes it.
   */
  PrometheusServer watch(PrometheusTools tools, AlertRules rules) throws IOException {
    Path home = Build.newDirectory("monitoring-prometheus");
    Files.writeString(home.resolve("alerts.yml"), rules.text());
    Files.writeString(
        home.resolve("prometheus.yml"),
        Files.readString(PROMETHEUS_YML)
            .replace(
                "worker:9404",
                ports.stream()
                    .map(port -> "127.0.0.1:" + port)
                    .collect(Collectors.joining("\", \"")))
            .replace("_interval: 5s", "_interval: 1s"));
    PrometheusServer prometheus = PrometheusServer.start(tools, home);
    try {
      await("a scrape of the workers")
          .atMost(SCRAPED)
          .until(() -> prometheus.api().query("up == 1"), up -> up.size() == ports.size());
      return prometheus;
    } catch (RuntimeException e) {
      prometheus.close();
      throw e;
    }
  }

  @Override
  public void close() {
    exactlyOnce.close();
    atLeastOnce.close();
    broker.close();
  }
}
