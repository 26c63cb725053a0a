// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.containers;

import io.github.datahose.launch.Build;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.lifecycle.Startables;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/**
 * Broker, worker, registry and simulator, a container each, of the images that {@code
 * docker-compose.yml} names. The simulator is copied in, and the connector's plugin is that of its
 * own image. Closing it removes them.
 */
final class Stage implements AutoCloseable {
  private static final Map<String, String> LABEL = Map.of("io.github.datahose.lane", "containers");
  private static final Path WORKER = Path.of("src", "docker", "worker");
  private static final Path KEYS = Path.of("src", "simulator", "resources", "simulator", "keys");

  private final Network network =
      Network.builder().createNetworkCmdModifier(create -> create.withLabels(LABEL)).build();
  private final KafkaContainer broker;
  private final GenericContainer<?> worker;
  private final GenericContainer<?> registry;
  private final GenericContainer<?> simulator;

  private Stage(ComposeFile compose, PluginImage plugin) throws IOException {
    broker =
        new KafkaContainer(DockerImageName.parse(compose.image("broker")))
            .withNetwork(network)
            .withLabels(LABEL)
            .withListener("broker:19092");
    simulator =
        container(javaImage(), "simulator", 8080, "10001:10001")
            .withCopyFileToContainer(
                MountableFile.forHostPath(Build.simulatorJar()), "/opt/simulator/simulator.jar")
            .withCopyFileToContainer(
                MountableFile.forHostPath(KEYS.resolve("test-only.pub.pem")),
                "/opt/simulator/test-only.pub.pem")
            .withCommand(
                "java",
                "-Dsun.net.httpserver.nodelay=true",
                "-jar",
                "/opt/simulator/simulator.jar",
                "--host=0.0.0.0",
                "--port=8080",
                "--account=datahose-service-account:/opt/simulator/test-only.pub.pem")
            .waitingFor(Wait.forHttp("/control/ledger"));
    registry =
        container(compose.image("schema-registry"), "schema-registry", 8080, "1001")
            .waitingFor(Wait.forHttp("/apis/ccompat/v7/subjects"));
    worker = worker(compose.image("broker"), plugin);
  }

  /** Starts all of them and waits until each answers. */
  static Stage set(PluginImage plugin) throws IOException {
    Stage stage = new Stage(ComposeFile.read(), plugin);
    try {
      Startables.deepStart(stage.worker, stage.registry, stage.simulator).join();
      return stage;
    } catch (RuntimeException e) {
      stage.close();
      throw e;
    }
  }

  /** A worker of Kafka's own image, its configuration that of the one in the compose file. */
  private GenericContainer<?> worker(String image, PluginImage plugin) throws IOException {
    String properties =
        Files.readString(WORKER.resolve("connect-distributed.properties"))
            .replace("broker:9092", "broker:19092");
    return container(image, "worker", 8083, "1000:1000")
        .dependsOn(broker)
        // A folder deeper than the archive, as Strimzi mounts an image. A temporary directory is
        // its
        // owner's alone, and the worker is somebody else.
        .withCopyFileToContainer(
            MountableFile.forHostPath(plugin.folder(), 0755),
            "/opt/connect-plugins/symphony/image/" + plugin.folder().getFileName())
        .withCopyToContainer(
            Transferable.of(properties), "/opt/connect/connect-distributed.properties")
        .withCopyFileToContainer(
            MountableFile.forHostPath(KEYS.resolve("test-only.pkcs8.pem")),
            "/opt/kafka/secrets/symphony-private-key.pem")
        .withCommand(
            "/opt/kafka/bin/connect-distributed.sh", "/opt/connect/connect-distributed.properties")
        .waitingFor(Wait.forHttp("/health"));
  }

  private GenericContainer<?> container(String image, String name, int port, String user) {
    return new GenericContainer<>(DockerImageName.parse(image))
        .withNetwork(network)
        .withNetworkAliases(name)
        .withLabels(LABEL)
        .withExposedPorts(port)
        .withCreateContainerCmdModifier(create -> create.withUser(user));
  }

  /** The image that the simulator's Dockerfile begins with. */
  private static String javaImage() throws IOException {
    return Files.readAllLines(Path.of("src", "docker", "simulator", "Dockerfile")).stream()
        .filter(line -> line.startsWith("FROM "))
        .map(line -> line.substring("FROM ".length()))
        .findFirst()
        .orElseThrow();
  }

  String bootstrapServers() {
    return broker.getBootstrapServers();
  }

  URI workerUrl() {
    return URI.create(url(worker));
  }

  String registryUrl() {
    return url(registry) + "/apis/ccompat/v7";
  }

  String simulatorUrl() {
    return url(simulator);
  }

  List<GenericContainer<?>> containers() {
    return List.of(broker, worker, registry, simulator);
  }

  private static String url(GenericContainer<?> container) {
    return "http://" + container.getHost() + ":" + container.getFirstMappedPort();
  }

  @Override
  public void close() {
    List.of(worker, registry, simulator, broker).forEach(GenericContainer::close);
    network.close();
  }
}
