// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.datahose.certificates.Authority;
import io.github.datahose.certificates.Identity;
import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.Jvm;
import io.github.datahose.simulator.ForwardProxy;
import io.github.datahose.simulator.SimulatorKeys;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Secrets that only the worker knows, named as the examples {@code secret-from-*.json} do, in a
 * worker that is set up by {@code worker-secrets.properties}.
 */
class SecretsIT {
  private static final Path CONFIG = Path.of("config");
  private static final String PROXY_USER = "kafka-connect";
  private static final String FIRST_PASSWORD = "first:proxy-password";
  private static final String SECOND_PASSWORD = "second proxy-password";
  private static final String STORE_PASSWORD = "store-password";

  @TempDir private static Path directory;
  private static Path secrets;
  private static ConnectCluster cluster;

  /** Where a secret stands; each value is the name of a config provider. */
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
      return here(
          new ObjectMapper()
              .readValue(
                  Files.readString(CONFIG.resolve(example)),
                  new TypeReference<Map<String, String>>() {})
              .get(option));
    }

    /** A variable for a secret that is not in the example. */
    String variable(String secret) {
      return here(variable.formatted(secret));
    }

    /** Puts a secret where the variable looks for it. */
    void store(String name, String secret) throws IOException {
      String key = name.substring(name.lastIndexOf(':') + 1, name.length() - 1);
      values.put(key, secret);
      switch (this) {
        case FILE -> Files.writeString(secrets.resolve("symphony.properties"), properties());
        case DIRECTORY -> Files.writeString(secrets.resolve(key), secret);
        case ENVIRONMENT -> restartTheWorker();
      }
    }

    /** Has a running connector's task see what was stored. */
    void announce(String connector) {
      if (this == ENVIRONMENT) {
        cluster.rest().awaitRunning(connector, 1);
      } else {
        cluster.rest().restart(connector, false);
      }
    }

    /** A properties file as one writes it by hand: a line goes on after a backslash. */
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

    private static String here(String text) {
      return text.replace("/opt/kafka/secrets", secrets.toString());
    }
  }

  @BeforeAll
  static void startAWorkerAsTheExampleSays() throws IOException {
    secrets = Files.createDirectory(directory.resolve("secrets"));
    Properties lines = new Properties();
    lines.load(
        new StringReader(
            Place.here(Files.readString(CONFIG.resolve("worker-secrets.properties")))));
    ConnectCluster.Builder builder =
        ConnectCluster.named("secrets").on(ConnectCluster.shared().broker()).jvm(Jvm.quick());
    lines.forEach((name, value) -> builder.workerProperty(name.toString(), value.toString()));
    cluster = builder.start();
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void reachTheTaskAndNobodyElseAndAreReplacedByARestart(Place place) throws IOException {
    String name = "secret-from-" + place.name().toLowerCase(Locale.ROOT);
    String key = place.variableOf("symphony.private.key");
    String password = place.variableOf("symphony.proxy.password");
    place.store(key, SimulatorKeys.privateKey());
    place.store(password, FIRST_PASSWORD);
    try (ForwardProxy proxy = ForwardProxy.start().requireLogin(PROXY_USER, FIRST_PASSWORD);
        LiveConnector connector =
            new LiveConnector(cluster, name)
                .set("symphony.private.key", key)
                .set("symphony.proxy.url", proxy.url())
                .set("symphony.proxy.username", PROXY_USER)
                .set("symphony.proxy.password", password)
                .start()) {
      connector.simulator().produce(20);
      connector.awaitAllAcknowledged();

      proxy.requireLogin(PROXY_USER, SECOND_PASSWORD);
      place.store(password, SECOND_PASSWORD);
      place.announce(name);
      connector.simulator().produce(20);
      connector.awaitAllAcknowledged();

      assertThat(connector.audit().lost()).isZero();
      JsonNode config = cluster.rest().config(name);
      assertThat(config.path("symphony.private.key").asText()).isEqualTo(key);
      assertThat(config.path("symphony.proxy.password").asText()).isEqualTo(password);
      assertThat(written(name))
          .anyMatch(text -> text.contains(key))
          .noneMatch(text -> text.contains(FIRST_PASSWORD) || text.contains(SECOND_PASSWORD))
          .noneMatch(text -> text.contains("PRIVATE KEY-"))
          .noneMatch(text -> text.contains(aLineOf(SimulatorKeys.privateKey())));
    }
  }

  @ParameterizedTest
  @EnumSource
  void mayBeACertificateAndItsPassword(Place place) throws IOException {
    String name = "certificate-from-" + place.name().toLowerCase(Locale.ROOT);
    Authority authority = new Authority("Bank CA");
    Identity server = authority.server();
    Identity bot = authority.client(SimulatorKeys.USERNAME);
    String content = place.variable("certificate_content");
    String password = place.variable("certificate_password");
    String store =
        Base64.getMimeEncoder(76, new byte[] {10}).encodeToString(bot.pkcs12(STORE_PASSWORD));
    place.store(content, store);
    place.store(password, STORE_PASSWORD);
    try (LiveConnector connector =
        new LiveConnector(
                cluster,
                name,
                LiveConnector.shortTimes()
                    .https(server.key(), server.chain())
                    .importCertificate(bot.certificate()))
            .unset("symphony.private.key")
            .set("symphony.auth.type", "CERTIFICATE")
            .set("symphony.certificate.content", content)
            .set("symphony.certificate.password", password)
            .set("symphony.truststore.certificates", authority.pem())) {
      String url = connector.simulator().certificateUrl();
      connector.set("symphony.session.auth.url", url).set("symphony.key.manager.url", url).start();
      connector.simulator().produce(20);
      connector.awaitAllAcknowledged();

      assertThat(connector.audit().lost()).isZero();
      assertThat(cluster.rest().config(name).path("symphony.certificate.content").asText())
          .isEqualTo(content);
      assertThat(written(name))
          .anyMatch(text -> text.contains(content))
          .noneMatch(text -> text.contains(STORE_PASSWORD))
          .noneMatch(text -> text.contains(aLineOf(store)));
    }
  }

  /** As vaults keep keys in one line. */
  @ParameterizedTest
  @EnumSource
  void mayBeAKeyWhoseLineBreaksAreWrittenOut(Place place) throws IOException {
    String key = place.variable("key_in_one_line");
    place.store(key, SimulatorKeys.privateKey().strip().replace("\n", "\\n"));
    try (LiveConnector connector = new LiveConnector(cluster, "one-line")) {
      assertThat(
              cluster.rest().validationErrors(connector.set("symphony.private.key", key).config()))
          .isEmpty();
      assertThat(connector.simulator().logins()).as("by the connection check").isNotEmpty();
    }
  }

  @Test
  void areNotReadFromWhereTheWorkerDoesNotAllowIt() throws IOException {
    String variable = Place.DIRECTORY.variable("elsewhere.pem");
    Place.DIRECTORY.store(variable, SimulatorKeys.privateKey());
    try (LiveConnector connector = new LiveConnector(cluster, "not-allowed")) {
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
            .contains("is still a variable");
      }
    }
  }

  private static void restartTheWorker() {
    cluster.worker().stop();
    cluster.worker().start(Map.copyOf(Place.ENVIRONMENT.values));
    cluster.worker().awaitReady();
  }

  /** All that the worker stores, logs and answers about a connector. */
  private static List<String> written(String connector) {
    List<String> texts = new ArrayList<>();
    for (String topic : List.of("configs", "offsets", "status")) {
      cluster.topics().committed("secrets-connect-" + topic).stream()
          .map(ConsumerRecord::value)
          .filter(value -> value != null)
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
}
