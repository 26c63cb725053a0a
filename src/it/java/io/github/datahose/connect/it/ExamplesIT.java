// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.it;

import static io.github.datahose.launch.WorkerFixture.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.datahose.certificates.Authority;
import io.github.datahose.certificates.Identity;
import io.github.datahose.certificates.Stores;
import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.Jvm;
import io.github.datahose.launch.WorkerFixture;
import io.github.datahose.simulator.ForwardProxy;
import io.github.datahose.simulator.RecordedRequest;
import io.github.datahose.simulator.Requests;
import io.github.datahose.simulator.Simulator;
import io.github.datahose.simulator.SimulatorKeys;
import io.github.datahose.simulator.openapi.OpenApiCheck;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The example configurations in a real worker that is set up as the examples for workers say, with
 * secrets that only the worker knows, named as the examples {@code secret-from-*.json} do.
 */
class ExamplesIT {
  private static final Path CONFIG = Path.of("config");

  /** For workers that reject overrides, or might. */
  private static final Set<String> WITHOUT_OVERRIDES =
      Set.of(
          "without-overrides.json",
          "platforms/aiven.json",
          "platforms/confluent-cloud.json",
          "platforms/msk-connect.json");

  private static final String PROXY_USER = "kafka-connect";
  private static final String FIRST_PASSWORD = "first:proxy-password";
  private static final String SECOND_PASSWORD = "second proxy-password";
  private static final String STORE_PASSWORD = "store-password";
  private static final String FILE_PASSWORD = "another-password";

  private static final Authority AUTHORITY = new Authority("Bank CA");
  private static final Identity SERVER = AUTHORITY.server();
  private static final Identity BOT = AUTHORITY.client(SimulatorKeys.USERNAME);
  private static final String CERTIFICATE =
      Base64.getMimeEncoder(76, new byte[] {'\n'}).encodeToString(BOT.pkcs12(STORE_PASSWORD));

  @TempDir private static Path directory;
  private static Path secrets;
  private static ConnectCluster cluster;

  /** The location of a secret; each value is the name of a config provider. */
  enum Place {
    FILE("secret-from-file.json", "${file:/opt/kafka/secrets/symphony.properties:%s}"),
    DIRECTORY("secret-from-directory.json", "${directory:/opt/kafka/secrets:%s}"),
    ENVIRONMENT("secret-from-environment.json", "${env:SYMPHONY_%S}");

    private final String example;
    private final String variable;
    private final Map<String, String> values = new TreeMap<>();

    Place(String example, String variable) {
      this.example = example;
      this.variable = variable;
    }

    /** The variable by which the example names the secret of an option. */
    String variableOf(String option) throws IOException {
      return read(CONFIG.resolve(example)).get(option);
    }

    /** A variable for a secret that is not in the example. */
    String variable(String secret) {
      return here(variable.formatted(secret));
    }

    /** Puts a secret where the variable looks for it; one of the environment at the next start. */
    void store(String name, String secret) throws IOException {
      String key = name.substring(name.lastIndexOf(':') + 1, name.length() - 1);
      values.put(key, secret);
      if (this == DIRECTORY) {
        Files.writeString(secrets.resolve(key), secret);
      } else if (this == FILE) {
        Files.writeString(secrets.resolve("symphony.properties"), properties());
      }
    }

    /** Has a running connector's task see what was stored. */
    void announce(String connector) {
      if (this == ENVIRONMENT) {
        cluster.worker().stop();
        cluster.worker().start(Map.copyOf(values));
        cluster.worker().awaitReady();
        cluster.rest().awaitRunning(connector, 1);
      } else {
        cluster.rest().restart(connector, false);
      }
    }

    String connector(String prefix) {
      return prefix + "-from-" + name().toLowerCase(Locale.ROOT);
    }

    /** A properties file as written by hand: a line continues after a backslash. */
    private String properties() {
      StringBuilder file = new StringBuilder();
      values.forEach(
          (key, value) ->
              file.append(key)
                  .append('=')
                  .append(value.strip().replace("\\", "\\\\").replace("\n", "\\n\\\n"))
                  .append('\n'));
      return file.toString();
    }
  }

  @BeforeAll
  static void startTheWorkerOfTheExamples() throws IOException {
    secrets = Files.createDirectory(directory.resolve("secrets"));
    for (Place place : Place.values()) {
      place.store(place.variableOf("symphony.private.key"), SimulatorKeys.privateKey());
      place.store(place.variableOf("symphony.proxy.password"), FIRST_PASSWORD);
      place.store(place.variable("certificate_content"), CERTIFICATE);
      place.store(place.variable("certificate_password"), STORE_PASSWORD);
      // As vaults keep keys in one line.
      place.store(
          place.variable("key_in_one_line"),
          SimulatorKeys.privateKey().strip().replace("\n", "\\n"));
    }
    Place.FILE.store(Place.FILE.variable("certificate.password"), STORE_PASSWORD);
    Files.write(
        secrets.resolve("symphony-certificate.p12"),
        AUTHORITY.client("datahose-service-account").pkcs12(STORE_PASSWORD));
    Files.writeString(secrets.resolve("mycompany-ca.pem"), AUTHORITY.pem());
    Properties lines = new Properties();
    for (String example : List.of("worker-exactly-once.properties", "worker-secrets.properties")) {
      lines.load(new StringReader(here(Files.readString(CONFIG.resolve(example)))));
    }
    lines.remove("plugin.path");
    ConnectCluster.Builder builder =
        ConnectCluster.named("examples")
            .on(ConnectCluster.shared().broker())
            .jvm(Jvm.quick().in(Place.ENVIRONMENT.values));
    lines.forEach((name, value) -> builder.workerProperty(name.toString(), value.toString()));
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
  void areAcceptedByWorkerWithoutSecretsAndSendBatchAtOnce(Path example) throws IOException {
    Map<String, String> config = read(example);
    if (WITHOUT_OVERRIDES.contains(CONFIG.relativize(example).toString())) {
      assertThat(config.keySet()).noneMatch(option -> option.contains(".override."));
    } else {
      assertThat(config)
          .containsEntry("producer.override.linger.ms", "0")
          .containsEntry("producer.override.batch.size", "262144");
    }
    for (String secret :
        List.of(
            "symphony.private.key", "symphony.certificate.password", "symphony.proxy.password")) {
      assertThat(config.getOrDefault(secret, "${none:}")).startsWith("${");
    }
    assertThat(Files.readString(example)).doesNotContain("BEGIN");

    config.put("name", example.getFileName().toString());
    // Their hosts are somebody's, or nobody's.
    config.put("datahose.connection.check", "false");
    Map<String, List<String>> errors = cluster.rest().validationErrors(config);
    if (config.get("value.converter").startsWith("io.confluent.")) {
      // This worker has none; io.github.datahose.registry has the example accepted, and runs it.
      assertThat(errors.remove("value.converter")).isNotEmpty();
    }
    assertThat(errors).isEmpty();
    List<String> known = new ArrayList<>();
    for (JsonNode option : cluster.rest().validate(config).path("configs")) {
      known.add(option.at("/definition/name").asText());
    }
    // Connect does not list the options of these groups, which it or the connector checks
    // otherwise.
    assertThat(config.keySet())
        .as("no option that nobody reads")
        .filteredOn(
            name ->
                !name.matches(
                    "(value\\.converter|topic\\.creation|producer|datahose\\.feed|confluent|kafka\\.api)\\..*"))
        .isSubsetOf(known);
  }

  @ParameterizedTest
  @EnumSource
  void deliversSecretsOnlyToTaskAndReplacesThemAtRestart(Place place) throws IOException {
    String name = place.connector("secret");
    String key = place.variableOf("symphony.private.key");
    String password = place.variableOf("symphony.proxy.password");
    try (ForwardProxy proxy = ForwardProxy.start().requireLogin(PROXY_USER, FIRST_PASSWORD);
        WorkerFixture connector =
            new WorkerFixture(cluster, name)
                .set("symphony.private.key", key)
                .set("symphony.proxy.url", proxy.url())
                .set("symphony.proxy.username", PROXY_USER)
                .set("symphony.proxy.password", password)
                .start()) {
      connector.bring(20);
      proxy.requireLogin(PROXY_USER, SECOND_PASSWORD);
      place.store(password, SECOND_PASSWORD);
      place.announce(name);
      connector.bring(20);
      connector.assertNothingLost();
      assertStoresTheVariable(connector, "symphony.private.key", key);
      assertStoresTheVariable(connector, "symphony.proxy.password", password);
      assertThat(written(name))
          .noneMatch(text -> text.contains(FIRST_PASSWORD) || text.contains(SECOND_PASSWORD))
          .noneMatch(text -> text.contains("PRIVATE KEY-"))
          .noneMatch(text -> text.contains(aLineOf(SimulatorKeys.privateKey())));
    }
  }

  @ParameterizedTest
  @EnumSource
  void acceptsCertificateAndPasswordAsSecrets(Place place) throws IOException {
    String name = place.connector("certificate");
    String content = place.variable("certificate_content");
    try (WorkerFixture connector =
        byCertificate(name)
            .set("symphony.certificate.content", content)
            .set("symphony.certificate.password", place.variable("certificate_password"))
            .set("symphony.truststore.certificates", AUTHORITY.pem())
            .start()) {
      connector.bring(20);
      connector.assertNothingLost();
      assertStoresTheVariable(connector, "symphony.certificate.content", content);
      assertThat(written(name))
          .noneMatch(text -> text.contains(STORE_PASSWORD))
          .noneMatch(text -> text.contains(aLineOf(CERTIFICATE)));
    }
  }

  @ParameterizedTest
  @EnumSource
  void acceptsKeyWithEscapedLineBreaksAsSecret(Place place) {
    try (WorkerFixture connector =
        new WorkerFixture(cluster, "one-line")
            .set("symphony.private.key", place.variable("key_in_one_line"))) {
      assertThat(cluster.rest().validationErrors(connector.config())).isEmpty();
      assertThat(connector.simulator().logins()).as("by the connection check").isNotEmpty();
    }
  }

  @Test
  void readsSecretsOnlyFromAllowedPaths() throws IOException {
    String variable = Place.DIRECTORY.variable("elsewhere.pem");
    Place.DIRECTORY.store(variable, SimulatorKeys.privateKey());
    try (WorkerFixture connector = new WorkerFixture(cluster, "not-allowed")) {
      connector.set("symphony.private.key", variable);
      assertThat(cluster.rest().validationErrors(connector.config())).isEmpty();
      // Its path begins with the characters of the allowed one.
      Path elsewhere = Files.createDirectory(directory.resolve("secrets-2"));
      Files.move(secrets.resolve("elsewhere.pem"), elsewhere.resolve("elsewhere.pem"));
      for (String outside :
          List.of(variable.replace(secrets.toString(), elsewhere.toString()), "${env:PATH}")) {
        connector.set("symphony.private.key", outside);
        assertThat(cluster.rest().validationErrors(connector.config()).get("symphony.private.key"))
            .as(outside)
            .singleElement()
            .asString()
            .contains("contains an unresolved variable");
      }
    }
  }

  @Test
  void continuesCertificateLoginWithReplacedFile() throws Exception {
    Identity next = AUTHORITY.client(SimulatorKeys.USERNAME);
    Path file = Files.write(directory.resolve("bot.p12"), BOT.pkcs12(FILE_PASSWORD));
    Path trusted =
        Files.write(
            directory.resolve("trust.p12"),
            Stores.trusting("PKCS12", FILE_PASSWORD, AUTHORITY.certificate()));
    try (WorkerFixture connector =
        byCertificate("certificate")
            .set("symphony.certificate.path", file.toString())
            .set("symphony.certificate.password", FILE_PASSWORD)
            .set("symphony.truststore.path", trusted.toString())
            .set("symphony.truststore.password", FILE_PASSWORD)
            .start()) {
      Simulator simulator = connector.simulator();
      connector.bring(50);
      // The pod takes the new one alone, and the tokens of the old one no more: until the file is
      // replaced, no login works.
      simulator.reconfigure(
          options ->
              options.removeCertificate(BOT.certificate()).importCertificate(next.certificate()));
      simulator.expireTokens();
      connector.produce(50);
      eventually("a read that is refused")
          .until(() -> simulator.requests().reads().answered(401).count() > 0);
      Files.move(
          Files.write(directory.resolve("next.p12"), next.pkcs12(FILE_PASSWORD)),
          file,
          StandardCopyOption.ATOMIC_MOVE);
      connector.awaitAllAcknowledged();

      assertThat(simulator.requests().to(Requests.CERTIFICATE_SESSION_LOGIN))
          .extracting(RecordedRequest::clientCertificate)
          .as("by the connection check, then by the task")
          .containsExactly(BOT.certificate(), BOT.certificate(), next.certificate());
      RecordedRequest read = simulator.requests().reads().last();
      assertThat(read.clientCertificate()).isNull();
      assertThat(read.header("sessionToken")).isEqualTo(simulator.logins().get(4).token());
      connector.assertAllThereOnce();
      OpenApiCheck.assertRequestsConform(simulator.requests());
    }
  }

  private static WorkerFixture byCertificate(String name) {
    WorkerFixture connector =
        new WorkerFixture(
            cluster,
            name,
            WorkerFixture.shortTimes()
                .https(SERVER.key(), SERVER.chain())
                .importCertificate(BOT.certificate()));
    String url = connector.simulator().certificateUrl();
    return connector
        .unset("symphony.private.key")
        .set("symphony.auth.type", "CERTIFICATE")
        .set("symphony.session.auth.url", url)
        .set("symphony.key.manager.url", url);
  }

  private static void assertStoresTheVariable(
      WorkerFixture connector, String option, String variable) {
    assertThat(cluster.rest().config(connector.name()).path(option).asText()).isEqualTo(variable);
    assertThat(written(connector.name())).anyMatch(text -> text.contains(variable));
  }

  /** All that the worker stores, logs and answers about a connector. */
  private static List<String> written(String connector) {
    List<String> texts = new ArrayList<>();
    for (String topic : List.of("configs", "offsets", "status")) {
      cluster.topics().committed("examples-connect-" + topic).stream()
          .map(ConsumerRecord::value)
          .filter(Objects::nonNull)
          .forEach(texts::add);
    }
    for (String path : List.of("", "/config", "/tasks", "/status")) {
      texts.add(cluster.rest().request("GET", "/connectors/" + connector + path, null).toString());
    }
    texts.add(cluster.worker().log());
    return texts;
  }

  private static String aLineOf(String text) {
    return text.lines().skip(2).findFirst().orElseThrow();
  }

  private static Map<String, String> read(Path example) throws IOException {
    return new ObjectMapper()
        .readValue(here(Files.readString(example)), new TypeReference<Map<String, String>>() {});
  }

  private static String here(String text) {
    String file = "${file:" + secrets + "/symphony.properties:";
    return text.replace("/opt/kafka/secrets", secrets.toString())
        // Where other platforms have their secrets.
        .replace("/mnt/secrets/symphony-datahose", secrets.toString())
        .replace("${secretsmanager:symphony-datahose:", file)
        .replace("${symphony:private_key}", file + "private.key}")
        .replace("${SYMPHONY_PRIVATE_KEY}", file + "private.key}");
  }
}
