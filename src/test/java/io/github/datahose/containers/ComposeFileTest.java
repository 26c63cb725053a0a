// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.containers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.github.datahose.launch.Build;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** That what users start with one command is safe on their machine, and says what it starts. */
class ComposeFileTest {
  private static final List<Path> DOCKERFILES =
      List.of(
          Path.of("src", "docker", "worker", "Dockerfile"),
          Path.of("src", "docker", "simulator", "Dockerfile"));

  private static final Path PLUGIN = Path.of("src", "docker", "plugin", "Dockerfile");

  private final ComposeFile compose = ComposeFile.read();

  ComposeFileTest() throws IOException {}

  static List<String> services() throws IOException {
    return List.copyOf(ComposeFile.read().services().keySet());
  }

  @Test
  void startsServicesOfReadme() {
    assertThat(compose.services().keySet())
        .containsExactly(
            "broker", "grafana", "prometheus", "schema-registry", "simulator", "worker");
    assertThat(compose.services().entrySet())
        .filteredOn(service -> service.getValue().has("profiles"))
        .extracting(Map.Entry::getKey)
        .containsExactly("grafana", "prometheus");
  }

  @ParameterizedTest
  @MethodSource("services")
  void opensPortsOnlyOnLocalHost(String service) {
    List<String> ports = texts(service(service).path("ports"));

    assertThat(ports).isNotEmpty().allMatch(port -> port.matches("127\\.0\\.0\\.1:\\d+:\\d+"));
    assertThat(service(service).has("network_mode")).as("network_mode").isFalse();
  }

  @ParameterizedTest
  @MethodSource("services")
  void pinsOrBuildsEachImage(String service) {
    if (service(service).has("build")) {
      assertThat(DOCKERFILES).contains(Path.of(service(service).at("/build/dockerfile").asText()));
    } else {
      assertThat(service(service).path("image").asText())
          .matches("[a-z/-]+:v?\\d+\\.\\d+\\.\\d+.*");
    }
  }

  @ParameterizedTest
  @MethodSource("services")
  void definesHealthChecks(String service) {
    JsonNode check = service(service).path("healthcheck");

    assertThat(check.at("/test/0").asText()).isEqualTo("CMD");
    assertThat(check.path("retries").asInt()).isPositive();
    assertThat(check.has("disable")).as("disable").isFalse();
  }

  @ParameterizedTest
  @MethodSource("services")
  void runsAsNonRootUser(String service) {
    assertThat(service(service).path("user").asText()).matches("[1-9]\\d*(:\\d+)?");
    assertThat(service(service).has("privileged")).as("privileged").isFalse();
    assertThat(service(service).has("cap_add")).as("cap_add").isFalse();
    assertThat(texts(service(service).path("volumes")))
        .allMatch(volume -> volume.matches("\\./(src|docs)/[^:]+:[^:]+:ro"));
  }

  @ParameterizedTest
  @MethodSource("services")
  void mountsOnlyExistingFiles(String service) {
    assertThat(texts(service(service).path("volumes")))
        .allMatch(volume -> Files.isRegularFile(Path.of(volume.split(":")[0])));
  }

  @Test
  void containsNoSecret() throws IOException {
    String text = Files.readString(ComposeFile.PATH);

    assertThat(text).doesNotContain("BEGIN ").doesNotContainPattern("[A-Za-z0-9+]{32}");
    assertThat(text.lines().map(String::strip).filter(line -> !line.startsWith("#")))
        .noneMatch(line -> line.matches("(?i)[^=:]*(password|secret|token|api_?key)[^=:]*[=:].*"));
  }

  @Test
  void isReadableByOldAndNewCompose() {
    // What only one of Compose 1.29 and Compose 2 knows, or warns of.
    assertThat(compose.root().has("version")).as("version").isFalse();
    assertThat(compose.root().has("name")).as("name").isFalse();
    for (String key : List.of("required", "start_interval", "pull_policy", "content")) {
      assertThat(compose.root().findValues(key)).as(key).isEmpty();
    }
    assertThat(compose.root().findValues("container_name")).isEmpty();
  }

  @Test
  void usesKafkaVersionOfBuild() throws IOException {
    String kafka = "apache/kafka:" + Build.kafkaVersion();

    assertThat(compose.image("broker")).isEqualTo(kafka);
    assertThat(Files.readAllLines(DOCKERFILES.get(0))).contains("FROM " + kafka);
  }

  /** Else the attestation of the plugin's image would speak for that one, too. */
  @Test
  void buildsPluginImageFromScratch() throws IOException {
    assertThat(Files.readAllLines(PLUGIN))
        .filteredOn(line -> line.startsWith("FROM "))
        .containsExactly("FROM scratch");
  }

  @Test
  void pinsDigestsOfComposeImages() throws IOException {
    JsonNode digests = new YAMLMapper().readTree(Path.of("src", "docker", "digests.yml").toFile());

    assertThat(digests.path("services")).isNotEmpty();
    digests
        .path("services")
        .properties()
        .forEach(
            service ->
                assertThat(service.getValue().path("image").asText())
                    .matches(
                        Pattern.quote(compose.image(service.getKey())) + "@sha256:[0-9a-f]{64}"));
  }

  @Test
  void hasDockerfilesWithPinnedBaseAndNonRootUser() throws IOException {
    for (Path file : DOCKERFILES) {
      List<String> lines = Files.readAllLines(file);
      assertThat(lines)
          .filteredOn(line -> line.startsWith("FROM "))
          .singleElement()
          .asString()
          .matches("FROM [a-z/-]+:\\d.*");
      assertThat(lines)
          .filteredOn(line -> line.startsWith("USER "))
          .last()
          .asString()
          .matches("USER [1-9]\\d*:[1-9]\\d*");
    }
  }

  private JsonNode service(String name) {
    return compose.services().get(name);
  }

  private static List<String> texts(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asText).toList();
  }
}
