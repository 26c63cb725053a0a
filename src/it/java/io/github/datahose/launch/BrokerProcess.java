// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.launch;

import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;

/**
 * A Kafka broker of one node (KRaft) in a process of its own. It keeps its port and data, so that
 * it can be stopped or killed and started again. Topics are not created by use. Only one thread at
 * a time may start or end it; all else is safe for use by several.
 */
public final class BrokerProcess extends KafkaProcess {
  private static final Duration READY = Duration.ofSeconds(60);

  private final int port = Ports.free();

  private BrokerProcess(KafkaClassPath kafka, Jvm jvm, Path directory) {
    super(kafka, jvm, directory, "broker");
  }

  /**
   * Formats a new broker, starts it, and waits until it answers.
   *
   * @param directory where it keeps data, configuration and log; new
   * @param properties win over those of the launcher; {@code listeners} are added to its own
   */
  public static BrokerProcess start(
      KafkaClassPath kafka, Jvm jvm, Path directory, Map<String, String> properties) {
    BrokerProcess broker = new BrokerProcess(kafka, jvm, directory);
    broker.format(properties);
    broker.start();
    return broker;
  }

  /** The same with the build's Kafka, for short runs. */
  public static BrokerProcess start(String name, Map<String, String> properties) {
    KafkaClassPath kafka = KafkaClassPath.of(Build.kafkaVersion());
    return start(kafka, Jvm.quick(), Build.newDirectory(name + "-broker"), properties);
  }

  /** The address for clients. */
  public String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  /** Starts it again, on the same port and data, and waits until it answers. */
  public void start() {
    start("kafka.Kafka");
    try {
      await("broker " + bootstrapServers() + " ready")
          .atMost(READY)
          .pollInterval(Duration.ofMillis(100))
          .until(this::answers);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Creates a topic of one replica and waits until it exists. */
  public void createTopic(String name, int partitions, Map<String, String> configs) {
    try (Admin admin = admin()) {
      NewTopic topic =
          new NewTopic(name, Optional.of(partitions), Optional.empty()).configs(configs);
      admin.createTopics(List.of(topic)).all().get(30, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException("cannot create topic " + name, e);
    }
  }

  /** The names of all topics. */
  public Set<String> topicNames() {
    try (Admin admin = admin()) {
      return admin.listTopics().names().get(30, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException("cannot list topics", e);
    }
  }

  /** A new client, to be closed by the caller. */
  public Admin admin() {
    return Admin.create(
        Map.of(
            AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrapServers(),
            AdminClientConfig.RECONNECT_BACKOFF_MS_CONFIG,
            "50",
            AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG,
            "200"));
  }

  private boolean answers() throws InterruptedException {
    process().requireAlive();
    try (Admin admin = admin()) {
      return !admin.describeCluster().nodes().get(3, TimeUnit.SECONDS).isEmpty();
    } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
      return false;
    }
  }

  private void format(Map<String, String> properties) {
    int controllerPort = Ports.free();
    String listeners =
        "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort;
    Map<String, String> wanted = new HashMap<>(properties);
    wanted.computeIfPresent("listeners", (key, more) -> listeners + "," + more);
    configure(
        Map.of(
            "listeners",
            listeners,
            "controller.quorum.voters",
            "1@127.0.0.1:" + controllerPort,
            "log.dirs",
            directory().resolve("data").toAbsolutePath().toString()),
        wanted);
    // The storage tool, not a hand-written meta.properties: it switches on the features of a new
    // cluster.
    List<String> arguments =
        List.of("format", "-t", Uuid.randomUuid().toString(), "-c", configuration());
    JavaProcess tool = run("kafka.tools.StorageTool", arguments);
    if (tool.awaitExit() != 0) {
      tool.requireAlive();
    }
  }
}
