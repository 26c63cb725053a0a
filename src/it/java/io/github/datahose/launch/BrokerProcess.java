// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.launch;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;

/**
 * A Kafka broker of one node (KRaft) in a process of its own. It keeps its port and data, so that
 * it can be stopped or killed and started again. Topics are not created by use. Not for use by
 * several threads at once.
 */
public final class BrokerProcess implements AutoCloseable {
  private static final Duration READY = Duration.ofSeconds(60);

  private final KafkaClassPath kafka;
  private final Jvm jvm;
  private final Path directory;
  private final int port = Ports.free();
  private JavaProcess process;

  private BrokerProcess(KafkaClassPath kafka, Jvm jvm, Path directory) {
    this.kafka = kafka;
    this.jvm = jvm.with(kafka.loggingOption());
    this.directory = directory;
  }

  /**
   * Formats a new broker, starts it, and waits until it answers.
   *
   * @param directory where it keeps data, configuration and log; new
   * @param properties win over those of the launcher
   */
  public static BrokerProcess start(
      KafkaClassPath kafka, Jvm jvm, Path directory, Map<String, String> properties) {
    BrokerProcess broker = new BrokerProcess(kafka, jvm, directory);
    broker.format(properties);
    broker.start();
    return broker;
  }

  /** The address for clients. */
  public String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  /** What the broker logged. */
  public String log() {
    return process.output();
  }

  /** Starts it again, on the same port and data, and waits until it answers. */
  public void start() {
    process =
        JavaProcess.start(jvm, kafka.jars(), "kafka.Kafka", List.of(configuration()), logFile());
    try {
      await("broker " + bootstrapServers() + " ready")
          .atMost(READY)
          .pollInterval(Duration.ofMillis(100))
          .until(this::answers);
    } catch (RuntimeException e) {
      process.close();
      throw e;
    }
  }

  /** Stops it in good order. */
  public void stop() {
    process.stop();
  }

  /**
   * Has it stand still where it is: it keeps its connections and answers nothing. It is taken for
   * dead by its own controller when that is longer than {@code broker.session.timeout.ms}.
   */
  public void freeze() {
    process.signal("STOP");
  }

  /** Has it go on; without effect when it does. */
  public void thaw() {
    process.signal("CONT");
  }

  /** Kills it ({@code kill -9}). */
  public void kill() {
    process.kill();
  }

  /** Kills it. */
  @Override
  public void close() {
    process.close();
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
    process.requireAlive();
    try (Admin admin = admin()) {
      return !admin.describeCluster().nodes().get(3, TimeUnit.SECONDS).isEmpty();
    } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
      return false;
    }
  }

  private void format(Map<String, String> properties) {
    Properties all = Build.resource("broker.properties");
    int controllerPort = Ports.free();
    all.put(
        "listeners", "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort);
    all.put("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
    all.put("log.dirs", directory.resolve("data").toAbsolutePath().toString());
    all.putAll(properties);
    try {
      Files.createDirectories(directory);
      try (Writer file = Files.newBufferedWriter(Path.of(configuration()))) {
        all.store(file, null);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    // The storage tool, not a hand-written meta.properties: it switches on the features of a new
    // cluster.
    List<String> arguments =
        List.of("format", "-t", Uuid.randomUuid().toString(), "-c", configuration());
    JavaProcess tool =
        JavaProcess.start(jvm, kafka.jars(), "kafka.tools.StorageTool", arguments, logFile());
    if (tool.awaitExit() != 0) {
      tool.requireAlive();
    }
  }

  private String configuration() {
    return directory.resolve("broker.properties").toString();
  }

  private Path logFile() {
    return directory.resolve("broker.log");
  }
}
