// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.datahose.simulator.Audit;
import io.github.datahose.simulator.Simulator;
import io.github.datahose.simulator.SimulatorKeys;
import io.github.datahose.simulator.SimulatorOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.transforms.predicates.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Shows that the launcher does what other tests rely on. */
class ConnectClusterIT {
  private static final String CONNECTOR = "launch";
  private static final String TOPIC = "launch.events";
  private static final Duration RECOVERY = Duration.ofSeconds(60);

  private static Simulator simulator;
  private static ConnectCluster cluster;

  @BeforeAll
  static void start() {
    simulator = Simulator.start(SimulatorOptions.defaults().visibility(Duration.ofSeconds(2)));
    cluster =
        ConnectCluster.named("launch")
            .workers(2)
            .exactlyOnce()
            .plugin(Predicate.class, Always.class)
            .start();
    cluster.createTopic(TOPIC);
    cluster
        .rest()
        .putConfig(
            CONNECTOR,
            Map.of(
                "connector.class",
                "io.github.datahose.connect.DatahoseSourceConnector",
                "symphony.pod.url",
                simulator.url(),
                "symphony.username",
                SimulatorKeys.USERNAME,
                "symphony.private.key",
                SimulatorKeys.privateKey(),
                "topic",
                TOPIC));
    cluster.rest().awaitRunning(CONNECTOR, 1);
    await().atMost(RECOVERY).until(() -> !simulator.ledger().totals().feeds().isEmpty());
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
    simulator.close();
  }

  @Test
  void carriesOnWhenWorkerAndBrokerAreKilledAndStartedAgain() {
    produceAndAwait(100);

    String id = cluster.rest().status(CONNECTOR).at("/tasks/0/worker_id").asText();
    WorkerProcess worker =
        cluster.workers().stream()
            .filter(candidate -> id.endsWith(":" + candidate.url().getPort()))
            .findFirst()
            .orElseThrow();
    worker.kill();
    assertThat(worker.isAlive()).isFalse();
    produceAndAwait(100);

    worker.start();
    worker.awaitReady();
    cluster.broker().kill();
    cluster.broker().start();
    produceAndAwait(100);
  }

  @Test
  void speaksTheWholeRestInterface() {
    ConnectRest rest = cluster.rest();
    assertThat(rest.connectors()).containsExactly(CONNECTOR);
    assertThat(rest.plugins().toString()).contains("DatahoseSourceConnector");
    assertThat(rest.request("GET", "/connector-plugins?connectorsOnly=false", null).toString())
        .contains(Always.class.getName());
    assertThat(rest.config(CONNECTOR).path("topic").asText()).isEqualTo(TOPIC);
    assertThat(rest.validationErrors(Map.of("connector.class", "DatahoseSourceConnector")))
        .containsKeys("name", "topic", "symphony.pod.url");
    rest.setLogLevel("io.github.datahose", "DEBUG");

    rest.pause(CONNECTOR);
    rest.awaitState(CONNECTOR, "PAUSED", 1);
    rest.stop(CONNECTOR);
    rest.awaitState(CONNECTOR, "STOPPED", 0);
    assertThat(rest.offsets(CONNECTOR).has("offsets")).isTrue();
    rest.deleteOffsets(CONNECTOR);
    assertThat(rest.offsets(CONNECTOR).path("offsets")).isEmpty();
    rest.resume(CONNECTOR);
    rest.restart(CONNECTOR, false);
    rest.awaitRunning(CONNECTOR, 1);

    assertThatThrownBy(() -> rest.deleteOffsets(CONNECTOR))
        .isInstanceOfSatisfying(
            ConnectRestException.class, e -> assertThat(e.status()).isEqualTo(400));
    assertThatThrownBy(() -> rest.status("unknown"))
        .isInstanceOfSatisfying(
            ConnectRestException.class, e -> assertThat(e.status()).isEqualTo(404));
  }

  @Test
  void readsMBeansAndLogOfAWorker() throws IOException, MalformedObjectNameException {
    try (JMXConnector jmx = cluster.workers().get(0).jmx()) {
      assertThat(
              jmx.getMBeanServerConnection()
                  .isRegistered(new ObjectName("kafka.connect:type=connect-worker-metrics")))
          .isTrue();
    }
    assertThat(cluster.workers().get(0).log()).contains("[main]");
  }

  private static void produceAndAwait(int count) {
    simulator.produce(count);
    await()
        .atMost(RECOVERY)
        .pollInterval(Duration.ofMillis(300))
        .untilAsserted(
            () -> assertThat(simulator.ledger().audit(entries())).matches(Audit::ok, "is ok"));
  }

  private static List<Audit.Entry> entries() {
    return cluster.topics().committed(TOPIC).stream()
        .map(event -> new Audit.Entry(event.key(), messageId(event.value())))
        .toList();
  }

  private static String messageId(String value) {
    try {
      return new ObjectMapper().readTree(value).path("messageId").asText();
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(value, e);
    }
  }

  /** A plugin of the tests. */
  public static final class Always implements Predicate<SourceRecord> {
    @Override
    public boolean test(SourceRecord event) {
      return true;
    }

    @Override
    public ConfigDef config() {
      return new ConfigDef();
    }

    @Override
    public void configure(Map<String, ?> properties) {}

    @Override
    public void close() {}
  }
}
