// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.datahose.launch.Build;
import io.github.datahose.launch.ConnectRest;
import io.github.datahose.launch.PluginDirectory;
import io.github.datahose.launch.Report;
import io.github.datahose.launch.SimulatorControl;
import io.github.datahose.launch.TopicReader;
import io.github.datahose.simulator.Audit;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import okio.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.testcontainers.DockerClientFactory;

/**
 * The connector in containers, from the simulator to the topic: {@code mvn -Pcontainers verify}.
 * Without Docker there is no test; the script that sees to the images, {@code
 * src/lab/containers/stand-in-images}, then says so, or fails with {@code DOCKER_REQUIRED=true}.
 */
@EnabledIf("dockerIsThere")
class ContainerLane {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int EVENTS = 2_000;

  private static final Map<String, String> SHOWN = new LinkedHashMap<>();
  private static Report report;
  private static PluginImage plugin;
  private static Stage stage;

  static boolean dockerIsThere() throws IOException, InterruptedException {
    Path reports = Build.directory().resolve("reports");
    Files.deleteIfExists(reports.resolve("containers.md"));
    Files.deleteIfExists(reports.resolve("containers.json"));
    try {
      return new ProcessBuilder("docker", "info")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException noSuchCommand) {
      return false;
    }
  }

  @BeforeAll
  static void start() throws IOException {
    report = new Report("containers");
    plugin = PluginImage.build();
    stage = Stage.set(plugin);
  }

  @AfterAll
  static void report() throws IOException {
    if (plugin != null && stage == null) {
      plugin.close();
    }
    if (stage == null) {
      return;
    }
    try (PluginImage image = plugin;
        Stage closing = stage) {
      closing
          .containers()
          .forEach(
              container -> {
                String name = container.getNetworkAliases().get(1);
                Map<String, Object> row = new LinkedHashMap<>();
                row.put("container", name);
                row.put("image", container.getDockerImageName());
                row.put("is", origin(container.getDockerImageName()));
                row.put("shown", SHOWN.get(name));
                report.row(row);
              });
      report.row(
          Map.of(
              "container",
              "none",
              "image",
              PluginImage.NAME,
              "is",
              "src/docker/plugin",
              "shown",
              SHOWN.getOrDefault("plugin", "")));
      report.write(
          SHOWN.size() == 5,
          "`mvn -Pcontainers verify`. What a stand-in does not prove is in docs/contributing/testing.md.");
    }
  }

  @Test
  void deliversEachEventOnce() throws IOException {
    ConnectRest rest = new ConnectRest(stage.workerUrl());
    SimulatorControl simulator = new SimulatorControl(stage.simulatorUrl());
    Map<String, String> config = config();
    rest.putConfig("symphony", config);
    rest.awaitRunning("symphony", 1);
    await("first read").until(() -> !simulator.totals().feeds().isEmpty());

    simulator.produce(EVENTS, 500, simulator.totals().feeds().get(0).eventTypes());
    await("all acknowledged").until(() -> simulator.totals().acknowledged() == EVENTS);
    TopicReader topics = new TopicReader(stage.bootstrapServers());
    Audit audit = Audit.of(simulator.ledger(), topics.entries(config.get("topic")));

    assertThat(audit.ok()).as("%s", audit).isTrue();
    assertThat(audit.inKafka()).isEqualTo(EVENTS);
    JsonNode task = rest.awaitRunning("symphony", 1).at("/tasks/0");
    SHOWN.put("simulator", audit.produced() + " events, " + audit.acknowledged() + " acknowledged");
    SHOWN.put("broker", audit.inKafka() + " records, 0 lost, 0 twice, 0 out of order");
    SHOWN.put(
        "worker", "task " + task.path("state").asText() + " of the archive " + Build.version());
  }

  @Test
  void hasImageWithOnlyPluginOfArchive() throws IOException {
    Path archive = Build.newDirectory("containers-archive");
    new PluginDirectory(archive).install(Build.componentArchive());

    assertThat(plugin.names()).hasSize(1);
    Map<String, ByteString> shipped = files(archive.resolve(plugin.folder().getFileName()));
    assertThat(files(plugin.folder())).isEqualTo(shipped);
    SHOWN.put("plugin", shipped.size() + " files, those of the archive and no others");
  }

  /** The content of each file, by its path. */
  private static Map<String, ByteString> files(Path directory) throws IOException {
    Map<String, ByteString> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        files.put(
            directory.relativize(file).toString(),
            ByteString.of(Files.readAllBytes(file)).sha256());
      }
    }
    return files;
  }

  @Test
  void hasRegistryThatStoresSchemas() throws IOException, InterruptedException {
    String schema = "{\"type\":\"record\",\"name\":\"Event\",\"fields\":[]}";
    String body = JSON.writeValueAsString(Map.of("schema", schema));

    int id =
        answer(
                registry("/subjects/symphony.events-value/versions")
                    .header("Content-Type", "application/vnd.schemaregistry.v1+json")
                    .POST(BodyPublishers.ofString(body)))
            .path("id")
            .asInt();

    JsonNode found = answer(registry("/schemas/ids/" + id));
    assertThat(JSON.readTree(found.path("schema").asText())).isEqualTo(JSON.readTree(schema));
    SHOWN.put("schema-registry", "a schema registered and read back as id " + id);
  }

  private static HttpRequest.Builder registry(String path) {
    return HttpRequest.newBuilder(URI.create(stage.registryUrl() + path));
  }

  private static JsonNode answer(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    HttpResponse<String> response =
        HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return JSON.readTree(response.body());
  }

  /** The file that users start with; only the pod is another. */
  private static Map<String, String> config() throws IOException {
    Map<String, String> config =
        JSON.readValue(
            Path.of("config", "minimal.json").toFile(),
            new TypeReference<LinkedHashMap<String, String>>() {});
    config.put("symphony.pod.url", "http://simulator:8080");
    return config;
  }

  private static String origin(String image) {
    Map<String, String> labels =
        DockerClientFactory.lazyClient().inspectImageCmd(image).exec().getConfig().getLabels();
    return labels != null && labels.containsKey("io.github.datahose.stand-in")
        ? "a stand-in"
        : "the public image";
  }
}
