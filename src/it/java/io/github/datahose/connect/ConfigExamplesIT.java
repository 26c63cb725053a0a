// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.datahose.certificates.Authority;
import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.Jvm;
import io.github.datahose.simulator.SimulatorKeys;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Holds the example configurations against a real worker that is set up as the examples for workers
 * say.
 */
class ConfigExamplesIT {
  private static final Path CONFIG = Path.of("config");
  private static final String SECRETS = "/opt/kafka/secrets";

  @TempDir private static Path secrets;
  private static ConnectCluster cluster;

  @BeforeAll
  static void startTheWorkerOfTheExamples() throws IOException {
    String key = SimulatorKeys.privateKey();
    Files.writeString(secrets.resolve("symphony-private-key.pem"), key);
    Files.writeString(
        secrets.resolve("symphony.properties"),
        "private.key="
            + key.replace("\n", "\\n")
            + "\ncertificate.password=changeit\nproxy.password=changeit\n");
    Files.writeString(secrets.resolve("symphony-proxy-password"), "changeit");
    Authority authority = new Authority("My company's CA");
    Files.write(
        secrets.resolve("symphony-certificate.p12"),
        authority.client("datahose-service-account").pkcs12("changeit"));
    Files.writeString(secrets.resolve("mycompany-ca.pem"), authority.pem());
    Properties properties = new Properties();
    for (String example : List.of("worker-exactly-once.properties", "worker-secrets.properties")) {
      properties.load(new StringReader(text(CONFIG.resolve(example))));
    }
    ConnectCluster.Builder builder =
        ConnectCluster.named("examples")
            .on(ConnectCluster.shared().broker())
            .jvm(
                Jvm.quick()
                    .in(
                        Map.of(
                            "SYMPHONY_PRIVATE_KEY", key, "SYMPHONY_PROXY_PASSWORD", "changeit")));
    properties.stringPropertyNames().stream()
        .filter(name -> !name.equals("plugin.path"))
        .forEach(name -> builder.workerProperty(name, properties.getProperty(name)));
    cluster = builder.start();
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  static List<Path> examples() throws IOException {
    try (Stream<Path> files = Files.walk(CONFIG)) {
      return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void areAcceptedByAWorker(Path example) throws IOException {
    Map<String, String> config = read(example);
    config.put("name", example.getFileName().toString());
    config.put("datahose.connection.check", "false");

    Map<String, List<String>> errors = cluster.rest().validationErrors(config);
    if (needsConfluentsConverter(config)) {
      // This worker has none; io.github.datahose.registry has the example accepted, and runs it.
      assertThat(errors.remove("value.converter")).isNotEmpty();
    }
    assertThat(errors).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void haveNoOptionThatNobodyReads(Path example) throws IOException {
    Map<String, String> config = read(example);
    // Their hosts are somebody's, or nobody's.
    config.put("datahose.connection.check", "false");
    JsonNode options = cluster.rest().validate(config).path("configs");
    Set<String> known =
        StreamSupport.stream(options.spliterator(), false)
            .map(option -> option.at("/definition/name").asText())
            .collect(Collectors.toSet());

    // Connect does not list the options of these groups, which it or the connector checks
    // otherwise.
    assertThat(config.keySet())
        .filteredOn(
            name ->
                !name.matches("(value\\.converter|topic\\.creation|producer|datahose\\.feed)\\..*"))
        .isSubsetOf(known);
  }

  @ParameterizedTest
  @MethodSource("examples")
  void holdNoSecretAndDoNotLinger(Path example) throws IOException {
    Map<String, String> config = read(example);

    assertThat(config).containsEntry("producer.override.linger.ms", "0");
    for (String secret :
        List.of(
            "symphony.private.key", "symphony.certificate.password", "symphony.proxy.password")) {
      assertThat(config.getOrDefault(secret, "${none:}")).startsWith("${");
    }
    assertThat(text(example)).doesNotContain("BEGIN");
  }

  private static boolean needsConfluentsConverter(Map<String, String> config) {
    return config.get("value.converter").startsWith("io.confluent.");
  }

  private static Map<String, String> read(Path example) throws IOException {
    return new ObjectMapper().readValue(text(example), new TypeReference<Map<String, String>>() {});
  }

  private static String text(Path file) throws IOException {
    return Files.readString(file).replace(SECRETS, secrets.toString());
  }
}
