// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.datahose.launch.Build;
import io.github.datahose.launch.Jvm;
import io.github.datahose.launch.PluginDirectory;
import io.github.datahose.launch.SimulatorProcess;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.apache.kafka.connect.source.SourceConnector;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Looks at the archive, and at the simulator, as users get them. */
class ArchiveIT {
  @TempDir private static Path directory;
  private static Path root;
  private static JsonNode manifest;

  @BeforeAll
  static void unzip() throws IOException {
    new PluginDirectory(directory).install(Build.componentArchive());
    assertThat(names(directory)).hasSize(1);
    root = directory.resolve(names(directory).get(0));
    manifest = new ObjectMapper().readTree(root.resolve("manifest.json").toFile());
  }

  @Test
  void hasNameThatConfluentHubRequires() {
    String name =
        manifest.at("/owner/username").asText()
            + "-"
            + manifest.path("name").asText()
            + "-"
            + manifest.path("version").asText();

    assertThat(Build.componentArchive()).hasFileName(name + ".zip");
    assertThat(root).hasFileName(name);
  }

  @Test
  void hasLayoutOfConfluentHub() {
    assertThat(names(root)).containsExactly("assets", "doc", "etc", "lib", "manifest.json");
    assertThat(names(root.resolve("doc")))
        .contains("README.md", "CHANGELOG.md", "LICENSE", "NOTICE", "THIRD-PARTY.txt", "licenses");
    assertThat(names(root.resolve("etc"))).isEqualTo(names(Path.of("config")));
  }

  /**
   * What {@code confluent connect plugin install} does with a local archive: it takes the first
   * {@code manifest.json} below one folder, and unpacks each entry into {@code <owner>-<name>},
   * without the prefix {@code <owner>-<name>-<version>}.
   */
  @Test
  void hasLayoutThatConfluentCommandLineUnpacks() throws IOException {
    List<String> entries = entries(Build.componentArchive());
    String first =
        entries.stream().filter(e -> e.matches("[^/]*/manifest[.]json")).findFirst().get();
    JsonNode found;
    try (JarFile zip = new JarFile(Build.componentArchive().toFile())) {
      found = new ObjectMapper().readTree(zip.getInputStream(zip.getEntry(first)));
    }
    String installed = found.at("/owner/username").asText() + "-" + found.path("name").asText();
    String prefix = installed + "-" + found.path("version").asText();

    assertThat(entries).allMatch(entry -> entry.startsWith(prefix + "/")).doesNotHaveDuplicates();
    assertThat(entries).noneMatch(entry -> entry.contains("..") || entry.contains("\\"));
    assertThat(entries.stream().map(entry -> installed + entry.substring(prefix.length())))
        .contains(installed + "/manifest.json")
        .anyMatch(
            file -> file.matches(installed + "/lib/kafka-connect-symphony-datahose-.*[.]jar"));
    assertThat(found).isEqualTo(manifest);
    assertThat(found.path("title").asText()).isNotBlank();
    assertThat(found.at("/owner/name").asText()).isNotBlank();
    assertThat(found.at("/license/0/url").asText()).isNotBlank();
  }

  @Test
  void containsAvroSchemas() {
    assertThat(names(root.resolve("doc/docs/schemas")))
        .containsExactly("Event.avsc", "Heartbeat.avsc", "Window.avsc");
  }

  @Test
  void hasDocumentsWithValidLinks() throws IOException {
    List<Path> documents = MarkdownLinks.documents(root);

    assertThat(documents)
        .contains(root.resolve("doc/README.md"), root.resolve("doc/docs/guarantees.md"));
    assertThat(MarkdownLinks.broken(documents)).isEmpty();
  }

  @Test
  void containsOnlyClassesThatWorkerLacks() {
    assertThat(names(root.resolve("lib")).stream().map(jar -> jar.replaceFirst("-[0-9].*", "")))
        .containsExactly(
            "annotations",
            "jackson-annotations",
            "jackson-core",
            "jackson-databind",
            "kafka-connect-symphony-datahose",
            "kotlin-stdlib",
            "okhttp-jvm",
            "okio-jvm");
    for (Path jar : jars()) {
      assertThat(entries(jar))
          .as("entries of " + jar)
          .noneMatch(entry -> entry.startsWith("org/apache/kafka/"))
          .noneMatch(entry -> entry.startsWith("org/slf4j/"))
          .noneMatch(entry -> entry.startsWith("javax/ws/rs/"))
          .noneMatch(entry -> entry.startsWith("jakarta/ws/rs/"))
          .noneMatch(entry -> entry.startsWith("io/github/datahose/simulator/"));
    }
  }

  @Test
  void namesLicenseOfEachThirdPartyJar() throws IOException {
    String list = Files.readString(root.resolve("doc/THIRD-PARTY.txt"));

    assertThat(names(root.resolve("lib")))
        .filteredOn(jar -> !jar.startsWith("kafka-connect-symphony-datahose"))
        .allSatisfy(
            jar -> {
              String version = jar.replaceFirst("^.*?-(?=[0-9])", "").replaceFirst("\\.jar$", "");
              String artifact = jar.replaceFirst("-[0-9].*", "");
              assertThat(list.lines())
                  .anyMatch(line -> line.contains(":" + artifact + ":" + version + " "));
            });
  }

  @Test
  void containsLicenseTextOfEachThirdPartyJar() throws IOException {
    Path licenses = root.resolve("doc/licenses");

    assertThat(names(root.resolve("lib")))
        .map(jar -> jar.replaceFirst("-[0-9].*", ""))
        .filteredOn(artifact -> !artifact.equals("kafka-connect-symphony-datahose"))
        .containsExactlyElementsOf(names(licenses))
        .allSatisfy(
            artifact ->
                assertThat(files(licenses.resolve(artifact)))
                    .anyMatch(file -> file.endsWith("/LICENSE")));
    // Jackson and Kotlin contain third-party code, whose licenses require that their texts are
    // included.
    assertThat(files(licenses))
        .anyMatch(file -> file.endsWith("FastDoubleParser-LICENSE"))
        .anyMatch(file -> file.endsWith("Schubfach-LICENSE"))
        .anyMatch(file -> file.endsWith("ThreeTen-LICENSE"));
  }

  /** A statement of another version would say nothing of this archive. */
  @Test
  void hasVexStatementsOfBundledVersions() throws IOException {
    JsonNode vex = new ObjectMapper().readTree(root.resolve("doc/docs/vex.openvex.json").toFile());

    assertThat(vex.path("statements")).isNotEmpty();
    for (JsonNode statement : vex.path("statements")) {
      assertThat(statement.at("/vulnerability/name").asText()).matches("CVE-[0-9]{4}-[0-9]+");
      assertThat(statement.path("status").asText()).isEqualTo("not_affected");
      assertThat(statement.path("justification").asText())
          .isIn(
              "component_not_present",
              "vulnerable_code_not_present",
              "vulnerable_code_not_in_execute_path");
      assertThat(statement.path("impact_statement").asText()).isNotBlank();
      String[] component = statement.at("/products/0/subcomponents/0/@id").asText().split("[/@]");
      assertThat(component).hasSize(4).startsWith("pkg:maven");
      assertThat(names(root.resolve("lib"))).contains(component[2] + "-" + component[3] + ".jar");
    }
  }

  @Test
  void hasLogosOfSizeThatConfluentHubRequires() throws IOException {
    for (String field : List.of("/logo", "/owner/logo")) {
      String name = manifest.at(field).asText();
      assertThat(name).as(field).matches("assets/[a-z.]+[.]png");
      BufferedImage logo = ImageIO.read(root.resolve(name).toFile());
      assertThat(logo.getWidth()).as(field).isGreaterThanOrEqualTo(400);
      assertThat(logo.getHeight()).as(field).isGreaterThanOrEqualTo(200);
      assertThat(root.resolve(name))
          .as(field)
          .satisfies(file -> assertThat(Files.size(file)).isLessThanOrEqualTo(45L << 20));
    }
  }

  /** Confluent's component archive specification, see docs/contributing/release.md. */
  @Test
  void hasNamesThatConfluentHubAllows() {
    assertThat(manifest.at("/owner/username").asText()).matches("[a-z0-9_]{2,255}");
    assertThat(manifest.path("name").asText()).matches("[a-z0-9-]{2,255}");
    assertThat(manifest.path("version").asText()).matches("[0-9]+[.][0-9]+[.][0-9]+(-SNAPSHOT)?");
    assertThat(manifest.at("/owner/type").asText()).isIn("organization", "user");
    assertThat(manifest.at("/owner/name").asText()).isNotBlank();
    assertThat(LocalDate.parse(manifest.path("release_date").asText())).isNotNull();
  }

  @Test
  void hasManifestWithValidAddresses() {
    for (String field :
        List.of(
            "/documentation_url", "/source_url", "/owner/url", "/support/url", "/license/0/url")) {
      assertThat(URI.create(manifest.at(field).asText()))
          .as(field)
          .hasScheme("https")
          .satisfies(address -> assertThat(address.getHost()).isNotBlank());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''        | name version title description owner support tags requirements features logo \
          documentation_url source_url docker_image license component_types release_date
          /features | supported_encodings single_message_transforms kafka_connect_api \
          confluent_control_center_integration delivery_guarantee
          /owner    | username type name url logo
          /support  | summary url logo provider_name
          """)
  void hasOnlyFieldsThatConfluentHubKnows(String part, String known) {
    assertThat(manifest.at(part).fieldNames()).toIterable().isSubsetOf(known.split(" "));
  }

  @Test
  void hasLicenseThatManifestNames() throws IOException {
    assertThat(manifest.path("license")).hasSize(1);
    assertThat(Files.readString(root.resolve("doc/LICENSE")))
        .isEqualTo(Files.readString(Path.of("LICENSE")))
        .contains("Apache License")
        .contains("Version 2.0");
  }

  @Test
  void hasCompleteManifest() {
    for (String field :
        List.of("title", "description", "documentation_url", "source_url", "release_date")) {
      assertThat(manifest.path(field).asText()).as(field).isNotBlank().doesNotContain("${");
    }
    assertThat(manifest.path("component_types")).hasToString("[\"source\"]");
    assertThat(manifest.at("/license/0/name").asText()).contains("Apache");
    assertThat(manifest.at("/features/kafka_connect_api").asBoolean()).isTrue();
    assertThat(manifest.at("/features/single_message_transforms").asBoolean()).isTrue();
    assertThat(manifest.at("/features/supported_encodings")).hasToString("[\"any\"]");
    assertThat(manifest.path("tags")).isNotEmpty();
    assertThat(manifest.has("docker_image")).as("there is no image").isFalse();
  }

  @Test
  void hasCodeThatMatchesManifest() throws IOException {
    try (URLClassLoader plugin = new URLClassLoader(urls(), new WorkerClasses())) {
      List<SourceConnector> found =
          ServiceLoader.load(SourceConnector.class, plugin).stream()
              .map(ServiceLoader.Provider::get)
              .toList();

      assertThat(found).hasSize(1);
      SourceConnector connector = found.get(0);
      assertThat(connector.getClass().getName())
          .isEqualTo("io.github.datahose.connect.DatahoseSourceConnector");
      assertThat(connector.getClass().getClassLoader()).isSameAs(plugin);
      assertThat(connector.version())
          .isEqualTo(manifest.path("version").asText())
          .isEqualTo(Build.version());
      assertThat(connector.exactlyOnceSupport(Map.of())).isEqualTo(ExactlyOnceSupport.SUPPORTED);
      assertThat(manifest.at("/features/delivery_guarantee"))
          .hasToString("[\"at_least_once\",\"exactly_once\"]");
    }
  }

  @Test
  void runsSimulatorFromItsArtifactAlone() {
    try (SimulatorProcess simulator =
        SimulatorProcess.start(
            Jvm.quick(), directory.resolve("simulator.log"), "--batch-size=10")) {
      simulator.produce(50, 1_000_000, List.of("MESSAGESENT"));
      await().until(() -> simulator.totals().produced() == 50);
      assertThat(simulator.ledger().withoutFeed()).isEqualTo(50);
    }
  }

  @Test
  void hasSimulatorWithoutTests() throws IOException {
    try (JarFile jar = new JarFile(Build.simulatorJar().toFile())) {
      assertThat(jar.getManifest().getMainAttributes().getValue("Main-Class"))
          .isEqualTo("io.github.datahose.simulator.SimulatorMain");
      assertThat(jar.stream().map(Object::toString))
          .contains("io/github/datahose/simulator/SimulatorMain.class")
          .noneMatch(entry -> entry.contains("Test.class") || entry.contains("Test$"))
          .noneMatch(entry -> entry.contains("openapi"))
          .noneMatch(entry -> entry.startsWith("org/"))
          .noneMatch(entry -> entry.startsWith("io/github/datahose/connect"));
    }
  }

  /** What a worker lets its plugins see: Kafka, its logging and the JDK. */
  private static final class WorkerClasses extends ClassLoader {
    WorkerClasses() {
      super(ClassLoader.getPlatformClassLoader());
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      if (name.startsWith("org.apache.kafka.") || name.startsWith("org.slf4j.")) {
        return ArchiveIT.class.getClassLoader().loadClass(name);
      }
      throw new ClassNotFoundException(name);
    }
  }

  private static List<Path> jars() {
    Path lib = root.resolve("lib");
    return names(lib).stream().map(lib::resolve).toList();
  }

  private static URL[] urls() throws MalformedURLException {
    List<URL> urls = new ArrayList<>();
    for (Path jar : jars()) {
      urls.add(jar.toUri().toURL());
    }
    return urls.toArray(URL[]::new);
  }

  private static List<String> entries(Path jar) {
    try (JarFile file = new JarFile(jar.toFile())) {
      return file.stream().map(Object::toString).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> names(Path path) {
    try (Stream<Path> list = Files.list(path)) {
      return list.map(file -> file.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> files(Path path) throws IOException {
    try (Stream<Path> walk = Files.walk(path)) {
      return walk.map(Path::toString).toList();
    }
  }
}
