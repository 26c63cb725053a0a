// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.tools;

import static io.github.datahose.connect.symphony.ClientUnderTest.AUTHORITY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.datahose.certificates.Authority;
import io.github.datahose.certificates.Identity;
import io.github.datahose.connect.symphony.SymphonyCall;
import io.github.datahose.simulator.Fault;
import io.github.datahose.simulator.ForwardProxy;
import io.github.datahose.simulator.FurtherAgent;
import io.github.datahose.simulator.RecordedRequest;
import io.github.datahose.simulator.Requests;
import io.github.datahose.simulator.Simulator;
import io.github.datahose.simulator.SimulatorKeys;
import io.github.datahose.simulator.SimulatorOptions;
import io.github.datahose.simulator.SimulatorOptions.ContentExport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigData;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.provider.ConfigProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the Doctor prints for a configuration, whom it names, and that it prints no secret. */
@Timeout(60)
class DoctorTest {

  private static final String PASSWORD = "hunter2hunter2";
  private static final String LOGIN = SymphonyCall.SESSION_LOGIN.toString();
  private static final String KEY_MANAGER = SymphonyCall.KEY_MANAGER_LOGIN.toString();

  @TempDir private Path directory;

  private final Identity server = AUTHORITY.server();
  private final Simulator simulator =
      Simulator.start(
          SimulatorOptions.defaults()
              .https(server.key(), server.chain())
              .importCertificate(AUTHORITY.certificate())
              .longPoll(Duration.ZERO));

  private final String at = "localhost:" + simulator.port();
  private final Map<String, String> config = new HashMap<>();

  /** What the last run printed, and all of them. */
  private String out;

  private String err;
  private String everything = "";

  private ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private Duration limit = Duration.ofMinutes(2);

  @BeforeEach
  void useAValidConfiguration() throws IOException {
    config.put("connector.class", "io.github.datahose.connect.DatahoseSourceConnector");
    config.put("topic", "symphony.events");
    config.put("symphony.pod.url", "https://" + at);
    config.put("symphony.username", SimulatorKeys.USERNAME);
    config.put("symphony.private.key.path", file("key.pem", SimulatorKeys.privateKey()));
    config.put("symphony.truststore.path", file("ca.pem", AUTHORITY.pem()));
  }

  @AfterEach
  @Tag("invariant-10")
  void invariant10PrintsNoSecretAndAcknowledgesNothing() {
    assertThat(everything).isNotEmpty().doesNotContain(PASSWORD);
    assertThat(
            Stream.of(SimulatorKeys.privateKey(), SimulatorKeys.anotherPrivateKey())
                .flatMap(String::lines)
                .filter(line -> !line.startsWith("-")))
        .noneMatch(everything::contains);
    assertThat(simulator.logins()).noneMatch(login -> everything.contains(login.token()));
    assertThat(simulator.requests().reads())
        .allMatch(read -> read.json().path("ackId").asText().isEmpty());
    simulator.close();
  }

  @Nested
  class TheSevenConfigs {

    @Test
    void printsEachStepOfAValidConfiguration() throws Exception {
      assertThat(doctor()).isZero();
      assertThat(err).isEmpty();
      assertThat(steps())
          .containsExactly(
              "options",
              "private key",
              "trust store",
              "resolve localhost",
              "connect " + at,
              "TLS " + at,
              LOGIN,
              KEY_MANAGER,
              "version of agent " + at,
              "ceservice of agent " + at,
              "read");
      byte[] publicKey = SimulatorKeys.publicKey().getEncoded();
      assertThat(line("private key"))
          .contains(
              "symphony.private.key.path: RSA of 2048 bits",
              HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(publicKey)));
      String expires = server.certificate().getNotAfter().toInstant().toString();
      assertThat(line("TLS " + at))
          .contains("TLSv1.3", "CN=server of 127.0.0.1, issuer CN=Test CA, expires " + expires);
      assertThat(line("resolve localhost")).contains("127.0.0.1");
      assertThat(line("version of agent " + at)).endsWith("25.8.1");
      assertThat(line("ceservice of agent " + at)).endsWith("UP");
      assertThat(out).endsWith("Nothing failed.\n");
      assertThat(simulator.requests().reads().count()).isZero();
    }

    @Test
    void namesTheOptionOfAKeyThatThePodRejects() throws IOException {
      file("key.pem", SimulatorKeys.anotherPrivateKey());
      assertThat(doctor()).isOne();
      assertThat(onlyFailed(LOGIN))
          .contains("symphony.private.key.path: the " + LOGIN, "401", "public key");
      assertThat(line(KEY_MANAGER))
          .contains("skipped", "401", "the pod, which rejects the account")
          .doesNotContain("accepts this service account");
    }

    @Test
    void namesTheTrustStoreOptionForAnUnknownAuthority() {
      config.remove("symphony.truststore.path");
      assertThat(doctor()).isOne();
      assertThat(onlyFailed("TLS " + at))
          .contains("symphony.truststore.path: ", "subject CN=server of 127.0.0.1", "CN=Test CA");
      assertThat(line("connect " + at)).contains("ok");
      assertThat(line(LOGIN)).contains("skipped", "not reached, see TLS " + at);
      assertThat(line("agent " + at)).contains("skipped");
    }

    @Test
    void namesTheProxyAdministratorWhenTheProxyRejects() {
      try (ForwardProxy proxy = ForwardProxy.start().refuseTunnels(403)) {
        config.put("symphony.proxy.url", proxy.url());
        assertThat(doctor()).isOne();
        assertThat(onlyFailed("proxy to " + at)).contains("proxy administrator: ", "403");
        assertThat(line("connect 127.0.0.1:" + proxy.port())).contains("ok");
        assertThat(line(LOGIN)).contains("skipped");
      }
    }

    @ParameterizedTest
    @CsvSource({"ABSENT, not configured", "DOWN, DOWN"})
    void namesTheAgentAdministratorWhenContentExportFails(
        ContentExport contentExport, String says) {
      simulator.reconfigure(options -> options.contentExport(contentExport));
      assertThat(doctor()).isOne();
      assertThat(onlyFailed("ceservice of agent " + at))
          .contains("agent administrator: ", says, "agent.privatekey.ceservice");
    }

    @Test
    void acceptsAnAgentWithoutContentExportWhenNoEventTypeNeedsIt() {
      simulator.reconfigure(options -> options.contentExport(ContentExport.ABSENT));
      config.put("datahose.event.types", "ROOMCREATED,ROOMUPDATED");
      assertThat(doctor()).isZero();
      assertThat(line("ceservice of agent " + at)).contains("skipped", "no event type");
      config.put("datahose.event.types", "ROOMCREATED,MESSAGESENT");
      assertThat(doctor()).isOne();
    }

    @Test
    void namesTheAgentAdministratorWhenTheAgentIsTooOld() {
      simulator.reconfigure(options -> options.agentVersion("22.6.5"));
      assertThat(doctor()).isOne();
      assertThat(onlyFailed("version of agent " + at))
          .contains("agent administrator: ", "22.6.5", "22.7 or later");
    }

    @Test
    void reportsMissingEntitlementsOnlyWithARead() {
      simulator.faults().add(Fault.status(403));
      assertThat(doctor()).isZero();
      assertThat(doctor("--read", "--yes")).isOne();
      assertThat(onlyFailed("read " + at))
          .contains("pod administrator: ", "403", "can create datahose feeds", "add-on");
    }
  }

  @Nested
  class Reads {

    @Test
    void readsOnceWithItsOwnTagAndAcknowledgesNothing() {
      config.put("datahose.tag", "compliance");
      config.put("datahose.feeds", "chats,rooms");
      config.put("datahose.feed.chats.event.types", "MESSAGESENT");
      config.put("datahose.feed.rooms.event.types", "ROOMCREATED,ROOMUPDATED");
      assertThat(doctor("--read", "--yes")).isZero();
      assertThat(line("read " + at)).contains("0 events", "none acknowledged", "30 minutes");
      JsonNode body = onlyRead().json();
      assertThat(body.path("tag").asText()).isEqualTo("kafka-connect-doctor");
      assertThat(body.path("eventTypes").toString())
          .isEqualTo("[\"MESSAGESENT\",\"ROOMCREATED\",\"ROOMUPDATED\"]");
      assertThat(body.has("scopes")).isFalse();
    }

    /** A feed belongs to account, tag, event types, and scopes. */
    @Test
    void makesAnotherFeedOnlyWithOtherEventTypesOrScopes() {
      config.put("datahose.event.types", "ROOMCREATED,MESSAGESENT");
      assertThat(doctor("--read", "--yes")).isZero();
      config.put("datahose.event.types", "MESSAGESENT,ROOMCREATED");
      assertThat(doctor("--read", "--yes")).isZero();
      assertThat(feedsRead()).as("the order makes no difference").hasSize(1);
      config.put("datahose.event.types", "MESSAGESENT");
      assertThat(doctor("--read", "--yes")).isZero();
      assertThat(feedsRead()).hasSize(2);
      config.put("datahose.scopes", "INTERNAL");
      assertThat(doctor("--read", "--yes")).isZero();
      assertThat(feedsRead()).hasSize(3);
    }

    private Set<String> feedsRead() {
      return simulator.requests().reads().list().stream()
          .map(
              read ->
                  Stream.of("tag", "eventTypes", "scopes")
                      .map(field -> read.json().path(field).toString())
                      .collect(Collectors.joining()))
          .collect(Collectors.toSet());
    }

    @Test
    void rejectsAReadOfFiveFeedsBeforeAnyRequest() {
      config.put("datahose.feeds", "a,b,c,d,e");
      List<String> types = List.of("ROOMCREATED", "ROOMUPDATED", "SHAREDPOST", "MESSAGESENT", "X");
      for (int i = 0; i < types.size(); i++) {
        config.put("datahose.feed." + "abcde".charAt(i) + ".event.types", types.get(i));
      }
      assertThat(doctor("--read", "--yes")).isEqualTo(2);
      assertThat(err).contains("--read is rejected", "five feeds");
      assertThat(simulator.requests().count()).isZero();
      assertThat(doctor()).as("without a read").isZero();
    }

    @Test
    void requiresYesForARead() {
      assertThat(doctor("--read")).isEqualTo(2);
      assertThat(err).contains("--read requires --yes");
      assertThat(simulator.requests().count()).isZero();
    }

    @Test
    void skipsTheReadWithoutALogin() throws IOException {
      file("key.pem", SimulatorKeys.anotherPrivateKey());
      assertThat(doctor("--read", "--yes")).isOne();
      assertThat(line("read " + at)).contains("skipped");
      assertThat(simulator.requests().reads().count()).isZero();
    }

    @Test
    void reportsKeyManagerRejectionOnce() {
      simulator
          .faults()
          .add(Fault.status(401).at(Requests.KEY_MANAGER_LOGIN).times(Integer.MAX_VALUE));
      assertThat(doctor("--read", "--yes")).isOne();
      onlyFailed(KEY_MANAGER);
      assertThat(line("read " + at)).contains("skipped");
    }

    @ParameterizedTest
    @CsvSource({
      "400, datahose.event.types",
      "404, symphony.agent.url",
      "401, agent administrator",
      "503, agent administrator"
    })
    void namesWhoMustActWhenAReadFails(int status, String act) {
      simulator.faults().add(Fault.status(status).times(Integer.MAX_VALUE));
      assertThat(doctor("--read", "--yes")).isOne();
      assertThat(onlyFailed("read " + at)).contains(act, " " + status);
    }

    @Test
    void namesTheNetworkAdministratorWhenAPageAnswersARead() {
      simulator.faults().add(Fault.htmlPage());
      assertThat(doctor("--read", "--yes")).isOne();
      assertThat(onlyFailed("read " + at)).contains("network administrator", "text/html");
    }

    private RecordedRequest onlyRead() {
      List<RecordedRequest> reads = simulator.requests().reads().list();
      assertThat(reads).hasSize(1);
      return reads.get(0);
    }
  }

  @Nested
  class Connections {

    @Test
    void namesTheOptionOfAnUnknownHost() {
      config.put("symphony.key.manager.url", "https://nobody.invalid");
      assertThat(doctor()).isOne();
      assertThat(onlyFailed("resolve nobody.invalid")).contains("symphony.key.manager.url: ");
      assertThat(line(KEY_MANAGER)).contains("skipped");
    }

    @Test
    void checksTheKeyManagerWhenThePodRejectsTheLogin() throws IOException {
      file("key.pem", SimulatorKeys.anotherPrivateKey());
      config.put("symphony.key.manager.url", "https://nobody.invalid");
      assertThat(doctor()).isOne();
      assertThat(failed()).containsExactly(LOGIN, "resolve nobody.invalid");
    }

    @Test
    void namesTheNetworkAdministratorWhenNothingListens() {
      FurtherAgent gone = simulator.furtherAgent();
      gone.close();
      config.put("symphony.agent.url", gone.url() + ",https://" + at);
      assertThat(doctor()).isOne();
      String host = gone.url().substring("https://".length());
      assertThat(onlyFailed("connect " + host)).contains("network administrator: ");
      assertThat(line("ceservice of agent " + at)).contains("ok");
    }

    @Test
    void reportsAFailureOfAServerOnce() {
      simulator.close();
      assertThat(doctor()).isOne();
      assertThat(onlyFailed("connect " + at)).contains("network administrator: ");
      assertThat(line(KEY_MANAGER)).contains("skipped");
    }

    @Test
    void namesTheUserNameWhenTheProxyRequiresALogin() {
      try (ForwardProxy proxy = ForwardProxy.start().requireLogin("worker", PASSWORD)) {
        config.put("symphony.proxy.url", proxy.url());
        assertThat(doctor()).isOne();
        assertThat(onlyFailed("proxy to " + at)).contains("symphony.proxy.username: ", "407");
        config.put("symphony.proxy.username", "worker");
        config.put("symphony.proxy.password", PASSWORD);
        assertThat(doctor()).isZero();
        assertThat(line("proxy to " + at)).contains("ok");
        assertThat(line("TLS " + at)).contains("ok", "CN=Test CA");
      }
    }

    @Test
    void passesWithoutAKeyManagerWhenThePodAllowsIt() {
      simulator.reconfigure(options -> options.simplifiedKeyDelivery(true));
      config.put("symphony.key.manager.url", "https://nobody.invalid");
      assertThat(doctor()).isZero();
      assertThat(line(KEY_MANAGER)).contains("skipped", "Simplified key delivery");
    }

    @Test
    void showsTheCertificateOfALoginByCertificate() throws IOException {
      Identity client = AUTHORITY.client(SimulatorKeys.USERNAME);
      Path store = Files.write(directory.resolve("store.p12"), client.pkcs12(PASSWORD));
      config.remove("symphony.private.key.path");
      config.put("symphony.auth.type", "CERTIFICATE");
      config.put("symphony.certificate.path", store.toString());
      config.put("symphony.certificate.password", PASSWORD);
      config.put("symphony.session.auth.url", simulator.certificateUrl());
      config.put("symphony.key.manager.url", simulator.certificateUrl());
      assertThat(doctor()).isZero();
      assertThat(line("client certificate"))
          .contains("symphony.certificate.path: CN=settlement-bot, issuer CN=Test CA, expires ")
          .contains(client.certificate().getNotAfter().toInstant().toString(), "RSA of 2048 bits");
    }

    @Test
    void marksAnExpiredCertificateInTheTrustStore() throws IOException {
      Authority expired = new Authority("Old CA", Instant.now().minus(Duration.ofDays(1)));
      file("ca.pem", AUTHORITY.pem() + expired.pem());
      assertThat(doctor()).isZero();
      String until = expired.certificate().getNotAfter().toInstant().toString();
      assertThat(line("trust store"))
          .contains("CN=Test CA, expires ", "CN=Old CA, EXPIRED " + until);
    }

    @Test
    void failsForAgentsOfDifferentVersions() {
      try (FurtherAgent other = simulator.furtherAgent(own -> own.agentVersion("24.12.4"))) {
        config.put("symphony.agent.url", "https://" + at + "," + other.url());
        assertThat(doctor()).isOne();
        assertThat(onlyFailed("versions of the agents")).contains("agent administrator: ");
      }
    }

    @Test
    void saysThatHttpIsNotEncrypted() {
      try (Simulator plain = Simulator.start()) {
        config.put("symphony.pod.url", plain.url());
        assertThat(doctor()).isZero();
        assertThat(line("TLS 127.0.0.1:" + plain.port())).contains("unencrypted");
        assertThat(out).contains("warning: symphony.pod.url ", "not encrypted");
      }
    }
  }

  @Nested
  class ConfigurationFiles {

    @ParameterizedTest
    @ValueSource(strings = {"{\"name\":\"mine\",\"config\":%s}", "{\"config\":%s}", "%s"})
    void acceptsTheFormsOfConnectsRest(String form) throws IOException {
      assertThat(run(file("mine.json", form.formatted(json())))).isZero();
    }

    @ParameterizedTest
    @CsvSource({"private key, symphony.private.key.path", "trust store, symphony.truststore.path"})
    void namesTheOptionWhenItsFileIsDeletedAfterTheCheck(String step, String option) {
      whenPrinted("options  ", () -> Files.delete(Path.of(config.get(option))));
      assertThat(doctor()).isOne();
      assertThat(failed()).startsWith(step);
      assertThat(line(step)).contains(" " + option);
    }

    @Test
    void reportsEachOptionErrorAndSendsNothing() {
      config.remove("topic");
      config.put("datahose.connection.check", "false");
      config.put("symphony.read.timeout.ms", "1");
      config.put("symphony.read.timeout", PASSWORD);
      assertThat(doctor("--read", "--yes")).isOne();
      assertThat(failed()).containsExactly("option symphony.read.timeout.ms", "option topic");
      assertThat(out).contains("warning: symphony.read.timeout is unknown");
      assertThat(line("connection")).contains("skipped");
      assertThat(simulator.requests().count()).isZero();
    }

    @Test
    void checksTheConnectionWhenValidateWouldNot() throws IOException {
      file("key.pem", SimulatorKeys.anotherPrivateKey());
      config.put("datahose.connection.check", "false");
      assertThat(doctor()).isOne();
    }

    @Test
    void resolvesVariablesByTheWorkersProviders() throws IOException {
      String secrets = file("secrets.properties", "user=" + SimulatorKeys.USERNAME + "\n");
      config.put("symphony.username", "${file:" + secrets + ":user}");
      config.remove("symphony.private.key.path");
      config.put("symphony.private.key", "${directory:" + directory + ":key.pem}");
      config.put("value.converter.anything", "${env:PATH}");
      assertThat(doctor("--worker-config", worker())).isZero();
      assertThat(line("variables"))
          .endsWith(
              "resolved in symphony.private.key, symphony.username, value.converter.anything");
      assertThat(line("private key")).contains("symphony.private.key: RSA of 2048 bits");
    }

    @Test
    void requiresTheWorkerConfigForVariables() {
      config.put("symphony.username", "${file:/nowhere:user}");
      assertThat(doctor()).isOne();
      assertThat(line("variables")).contains("failed", "--worker-config: ", "symphony.username");
      assertThat(failed()).containsExactly("variables", "option symphony.username");
    }

    @Test
    void namesTheKafkaAdministratorWhenAProviderHasNoValue() throws IOException {
      config.put("symphony.username", "${file:/nowhere:user}");
      config.put("topic", "${vault:topic}");
      String vault = "config.providers.vault.class=com.example." + PASSWORD;
      assertThat(doctor("--worker-config", worker(vault))).isOne();
      assertThat(line("variables"))
          .contains("failed", "Kafka administrator: ", "symphony.username, topic");
      assertThat(line("config provider vault")).contains("Kafka administrator: ", "ClassNotFound");
    }

    @ParameterizedTest
    @CsvSource({
      "symphony.pod.url, https://worker:%s@localhost",
      "symphony.key.manager.url, https://worker:%s@localhost",
      "symphony.agent.url, 'https://localhost,https://worker:%s@localhost'",
      "symphony.proxy.url, http://worker:%s@localhost:3128",
      "symphony.private.key, %s",
      "symphony.private.key, -----BEGIN PRIVATE KEY-----%s-----END PRIVATE KEY-----",
      "symphony.private.key, -----BEGIN RSA PRIVATE KEY-----%s",
      "symphony.truststore.certificates, -----BEGIN CERTIFICATE-----%s-----END CERTIFICATE-----",
      "symphony.username, ${vault:%s",
      "symphony.username, ${vault:%s}"
    })
    @Tag("invariant-10")
    void invariant10PrintsNoSecretOfAnInvalidOption(String option, String value) {
      if (option.startsWith("symphony.private.key")) {
        config.remove("symphony.private.key.path");
      }
      if (option.startsWith("symphony.truststore")) {
        config.remove("symphony.truststore.path");
      }
      config.put(option, value.formatted(PASSWORD));
      for (String form : List.of("--json", "--yes")) {
        assertThat(doctor(form)).isOne();
        assertThat(out + err).contains(option).doesNotContain(PASSWORD);
      }
    }

    @ParameterizedTest
    @ValueSource(strings = {"configure", "get", "link"})
    @Tag("invariant-10")
    void invariant10PrintsNoMessageOfAConfigProvider(String broken) throws IOException {
      config.put("symphony.username", "${vault:user}");
      assertThat(doctor("--worker-config", worker(vault(broken, PASSWORD)))).isOne();
      assertThat(failed()).contains("variables");
      assertThat(out + err).doesNotContain(PASSWORD);
    }

    @Test
    void resolvesTheParametersOfAConfigProviderByTheOthers() throws IOException {
      String secrets = file("secrets.properties", "user=" + SimulatorKeys.USERNAME + "\n");
      config.put("symphony.username", "${vault:user}");
      String[] vault = vault("value", "${file:" + secrets + ":user}");
      assertThat(doctor("--worker-config", worker(vault))).isZero();
      assertThat(line(LOGIN)).endsWith("account " + SimulatorKeys.USERNAME);
    }

    @Test
    void reportsAConfigProviderThatDoesNotAnswer() throws IOException {
      config.put("symphony.username", "${vault:user}");
      limit = Duration.ofMillis(400);
      try {
        assertThat(doctor("--worker-config", worker(vault("hang", "true")))).isOne();
      } finally {
        Vault.RELEASED.countDown();
      }
      assertThat(line("variables")).contains("failed", "Kafka administrator: ", "did not respond");
      assertThat(failed()).containsExactly("variables", "option symphony.username");
    }

    private static String[] vault(String parameter, String value) {
      String vault = "config.providers.vault.";
      return new String[] {
        vault + "class=" + Vault.class.getName(), vault + "param." + parameter + "=" + value
      };
    }

    private String worker(String... more) throws IOException {
      String provider = ".class=org.apache.kafka.common.config.provider.";
      return file(
          "worker.properties",
          String.join("\n", more)
              + "\nconfig.providers=file, directory,env"
              + (more.length == 0 ? "" : ",vault")
              + ("\nconfig.providers.file" + provider + "FileConfigProvider")
              + ("\nconfig.providers.file.param.allowed.paths=" + directory)
              + ("\nconfig.providers.directory" + provider + "DirectoryConfigProvider")
              + ("\nconfig.providers.env" + provider + "EnvVarConfigProvider\n"));
    }
  }

  @Nested
  class CommandLine {

    @Test
    void printsJson() throws IOException {
      simulator.reconfigure(options -> options.contentExport(ContentExport.ABSENT));
      assertThat(doctor("--json")).isOne();
      JsonNode json = new ObjectMapper().readTree(out);
      assertThat(json.path("ok").isBoolean()).isTrue();
      assertThat(json.path("ok").asBoolean()).isFalse();
      JsonNode login = step(json, LOGIN);
      assertThat(login.path("result").asText()).isEqualTo("ok");
      assertThat(login.has("act")).isFalse();
      JsonNode ceservice = step(json, "ceservice of agent " + at);
      assertThat(ceservice.path("result").asText()).isEqualTo("failed");
      assertThat(ceservice.path("act").asText()).isEqualTo("agent administrator");
      assertThat(ceservice.path("detail").asText()).startsWith("The agent at ");
      assertThat(step(json, "read").path("result").asText()).isEqualTo("skipped");
    }

    private static JsonNode step(JsonNode json, String name) {
      for (JsonNode step : json.path("steps")) {
        if (step.path("step").asText().equals(name)) {
          return step;
        }
      }
      throw new AssertionError("no step " + name + " in " + json);
    }

    @Test
    void exitsWithTwoForWrongUsageAndRepeatsNoArgument() throws IOException {
      String good = file("good.json", json());
      String broken = file("broken.json", "{\"symphony.private.key\": " + PASSWORD + "}");
      String list = file("list.json", "[]");
      String nested = file("nested.json", "{\"symphony.private.key\": {\"a\": \"b\"}}");
      for (String[] args :
          List.of(
              new String[] {},
              new String[] {good, PASSWORD},
              new String[] {PASSWORD},
              new String[] {PASSWORD + "\0"},
              new String[] {"--worker-config", PASSWORD, good},
              new String[] {"--worker-config", PASSWORD + "\0", good},
              new String[] {"--password=" + PASSWORD, good},
              new String[] {"--worker-config"},
              new String[] {"--worker-config", directory.resolve("none").toString(), good},
              new String[] {directory.resolve("none").toString()},
              new String[] {broken},
              new String[] {list},
              new String[] {nested})) {
        assertThat(run(args)).as(String.join(" ", args)).isEqualTo(2);
        assertThat(err).contains("--help shows all options.");
        assertThat(out + err).doesNotContain(PASSWORD);
      }
      assertThat(simulator.requests().count()).isZero();
    }

    @Test
    @Tag("invariant-10")
    void invariant10PrintsABugWithoutItsMessage() {
      whenPrinted(
          "options  ",
          () -> {
            throw new IllegalArgumentException(PASSWORD);
          });
      assertThat(doctor()).isEqualTo(2);
      assertThat(err).contains("IllegalArgumentException").doesNotContain("--help");
    }

    @Test
    void printsUsage() {
      assertThat(run("--help")).isZero();
      assertThat(out).contains("--worker-config", "--read", "--yes", "--json", "Exit status");
    }
  }

  /**
   * A config provider of somebody else's. Gives its parameter {@code value} for each key, quotes
   * the parameters {@code configure} and {@code get} in exceptions, misses a class with the
   * parameter {@code link}, and does not answer with the parameter {@code hang}.
   */
  public static final class Vault implements ConfigProvider {

    static final CountDownLatch RELEASED = new CountDownLatch(1);

    private Map<String, ?> parameters;

    @Override
    public void configure(Map<String, ?> given) {
      parameters = given;
      breakAt("configure");
    }

    @Override
    public ConfigData get(String path) {
      throw new UnsupportedOperationException();
    }

    @Override
    public ConfigData get(String path, Set<String> keys) {
      breakAt("get");
      if (parameters.containsKey("link")) {
        throw new NoClassDefFoundError(parameters.get("link").toString());
      }
      if (parameters.containsKey("hang")) {
        await().forever().until(() -> RELEASED.getCount() == 0);
      }
      return new ConfigData(
          keys.stream()
              .collect(Collectors.toMap(key -> key, key -> parameters.get("value").toString())));
    }

    private void breakAt(String method) {
      if (parameters.containsKey(method)) {
        throw new ConfigException("The login " + parameters.get(method) + " was refused");
      }
    }

    @Override
    public void close() {}
  }

  private String file(String name, String content) throws IOException {
    return Files.writeString(directory.resolve(name), content).toString();
  }

  private String json() throws IOException {
    return new ObjectMapper().writeValueAsString(config);
  }

  /** Runs it with the config as it is now. */
  private int doctor(String... options) {
    try {
      String file = file("config.json", json());
      return run(Stream.concat(Stream.of(options), Stream.of(file)).toArray(String[]::new));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Does something as soon as the next run has printed a text. */
  private void whenPrinted(String text, Executable action) {
    printed =
        new ByteArrayOutputStream() {
          private boolean done;

          @Override
          public synchronized void write(byte[] bytes, int offset, int length) {
            super.write(bytes, offset, length);
            if (!done && toString(StandardCharsets.UTF_8).contains(text)) {
              done = true;
              try {
                action.execute();
              } catch (RuntimeException e) {
                throw e;
              } catch (Throwable e) {
                throw new AssertionError(e);
              }
            }
          }
        };
  }

  private int run(String... args) {
    ByteArrayOutputStream complained = new ByteArrayOutputStream();
    int status =
        Doctor.run(
            args,
            limit,
            new PrintStream(printed, true, StandardCharsets.UTF_8),
            new PrintStream(complained, true, StandardCharsets.UTF_8));
    out = printed.toString(StandardCharsets.UTF_8);
    err = complained.toString(StandardCharsets.UTF_8);
    everything += out + err;
    printed = new ByteArrayOutputStream();
    return status;
  }

  private Stream<String> lines() {
    return out.lines().skip(1).takeWhile(line -> !line.isEmpty());
  }

  private static String step(String line) {
    return line.replaceFirst(" +(ok|failed|skipped) .*", "");
  }

  private List<String> steps() {
    return lines().map(DoctorTest::step).toList();
  }

  private List<String> failed() {
    return lines()
        .filter(line -> line.matches(step(line) + " +failed .*"))
        .map(DoctorTest::step)
        .toList();
  }

  private String line(String step) {
    List<String> found = lines().filter(line -> step(line).equals(step)).toList();
    assertThat(found).as("%s in%n%s", step, out).hasSize(1);
    return found.get(0);
  }

  private String onlyFailed(String step) {
    assertThat(failed()).containsExactly(step);
    assertThat(out).endsWith("Failed: 1.\n");
    return line(step);
  }
}
