// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.certificates.Authority;
import io.github.datahose.certificates.Identity;
import io.github.datahose.connect.feed.CapturedLog;
import io.github.datahose.simulator.Fault;
import io.github.datahose.simulator.ForwardProxy;
import io.github.datahose.simulator.RecordedRequest;
import io.github.datahose.simulator.Requests;
import io.github.datahose.simulator.Simulator;
import io.github.datahose.simulator.SimulatorKeys;
import io.github.datahose.simulator.SimulatorOptions;
import io.github.datahose.simulator.SimulatorOptions.ContentExport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigValue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the findings of the connection check stand, when it is made, and what the log says. */
@Timeout(60)
class CheckedConnectionTest {

  private static final Authority AUTHORITY = new Authority("Test CA");
  private static final String HEALTH = "/agent/v3/health/extended";
  private static final String HOW_TO_SKIP = "set datahose.connection.check to false";

  private final Simulator simulator = Simulator.start();
  private final Map<String, String> properties =
      Given.valid("symphony.pod.url", simulator.url(), "symphony.username", SimulatorKeys.USERNAME);

  private String log;

  @AfterEach
  void theCheckReadsNoFeed() {
    assertThat(simulator.ledger().totals().feeds()).isEmpty();
    assertThat(simulator.requests().reads().count()).isZero();
    simulator.close();
  }

  @Test
  void acceptsWhatWorksAndLogsTheFactsInOneLine() {
    assertThat(errors()).isEmpty();
    assertThat(log.lines())
        .filteredOn(line -> line.contains("Connection check of"))
        .singleElement()
        .asString()
        .contains("INFO", "Connection check of compliance: Account settlement-bot with login by")
        .contains("of version 25.8.1, content export account (ceservice) UP.");
    assertThat(linesOfTheCheck()).noneMatch(line -> line.contains("WARN"));
  }

  @Test
  void asksEachOnceAndSaysWhoAsks() {
    errors();
    assertThat(simulator.requests())
        .extracting(RecordedRequest::path)
        .containsExactly(Requests.SESSION_LOGIN, Requests.KEY_MANAGER_LOGIN, HEALTH);
    assertThat(simulator.requests())
        .extracting(request -> request.header("User-Agent"))
        .containsOnly("test-agent");
  }

  @ParameterizedTest
  @CsvSource({
    "topic, 'two words'",
    "symphony.read.timeout.ms, 1",
    "datahose.feeds, 'a,b'",
    "datahose.feed.all.readers, 9",
    "datahose.task.id, 0",
    "symphony.private.key, no key",
    "transaction.boundary, interval",
    "datahose.connection.check, maybe"
  })
  void asksNothingWhenAnotherOptionIsAtFault(String option, String value) {
    properties.put(option, value);
    assertThat(errors()).isNotEmpty();
    assertThat(simulator.requests().count()).isZero();
  }

  @Test
  void asksNothingWithoutANameWhichTheWorkerComplainsAboutItself() {
    properties.remove("name");
    assertThat(errors()).isEmpty();
    assertThat(simulator.requests().count()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"false", "FALSE", " false "})
  void asksNothingWhenItIsSwitchedOff(String value) {
    properties.put("datahose.connection.check", value);
    properties.put("symphony.private.key", SimulatorKeys.anotherPrivateKey());
    assertThat(errors()).isEmpty();
    assertThat(simulator.requests().count()).isZero();
  }

  @Test
  void putsARefusedKeyOnTheOptionThatHoldsIt() {
    properties.put("symphony.private.key", SimulatorKeys.anotherPrivateKey());
    assertThat(onlyError("symphony.private.key"))
        .startsWith(
            "symphony.private.key does not stand the connection check: the login at the pod")
        .contains("401", HOW_TO_SKIP);
  }

  @Test
  void putsARefusedKeyOfAFileOnTheOptionThatNamesIt(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("key.pem"), SimulatorKeys.anotherPrivateKey());
    properties.remove("symphony.private.key");
    properties.put("symphony.private.key.path", file.toString());
    assertThat(onlyError("symphony.private.key.path")).contains("401");
  }

  @Test
  void putsAKeyThatTheKeyManagerRefusesOnTheOptionThatHoldsIt(@TempDir Path directory)
      throws Exception {
    refuse(Requests.KEY_MANAGER_LOGIN, 401);
    assertThat(onlyError("symphony.private.key")).contains("the login at the key manager", "401");
    Path file = Files.writeString(directory.resolve("key.pem"), SimulatorKeys.privateKey());
    properties.remove("symphony.private.key");
    properties.put("symphony.private.key.path", file.toString());
    assertThat(onlyError("symphony.private.key.path")).contains("the login at the key manager");
  }

  @ParameterizedTest
  @CsvSource({
    "/login/pubkey/authenticate, 403, symphony.username",
    "/login/pubkey/authenticate, 404, symphony.pod.url"
  })
  void putsARefusalOfThePodsOnTheOptionThatMendsIt(String path, int status, String option) {
    refuse(path, status);
    assertThat(onlyError(option))
        .startsWith(option + " does not stand the connection check: ")
        .contains("was answered with " + status, HOW_TO_SKIP);
  }

  @Test
  void saysThatAnOptionIsMissingWhoseDefaultIsRefused() {
    refuse(HEALTH, 404);
    refuse("/agent/v1/info", 404);
    assertThat(onlyError("symphony.agent.url"))
        .startsWith("symphony.agent.url is not set, and must be: the health of the agent");
    simulator.faults().clear();
    refuse(Requests.KEY_MANAGER_LOGIN, 403);
    assertThat(onlyError("symphony.key.manager.url"))
        .startsWith("symphony.key.manager.url is not set, and must be: the login at the key");
  }

  @ParameterizedTest
  @ValueSource(strings = {"symphony.pod.url", "symphony.key.manager.url", "symphony.agent.url"})
  void putsAnUnknownHostOnItsUrl(String option) {
    properties.put(option, "http://nobody.invalid");
    assertThat(errors()).containsOnlyKeys(option);
  }

  @Test
  void putsARefusedLoginAtTheProxyOnItsUserName() {
    try (ForwardProxy proxy = ForwardProxy.start().requireLogin("worker", "hunter2")) {
      properties.put("symphony.proxy.url", proxy.url());
      assertThat(onlyError("symphony.proxy.username"))
          .startsWith("symphony.proxy.username is not set, and must be: the login at the pod")
          .contains("407");
      properties.put("symphony.proxy.username", "worker");
      properties.put("symphony.proxy.password", "hunter3");
      assertThat(onlyError("symphony.proxy.username"))
          .startsWith("symphony.proxy.username does not stand the connection check: ")
          .doesNotContain("hunter");
    }
  }

  @Test
  void putsAnUnknownHostOfTheProxyOnItsUrl() {
    properties.put("symphony.proxy.url", "http://nobody.invalid:3128");
    assertThat(errors()).containsOnlyKeys("symphony.proxy.url");
  }

  @Test
  void putsAnUnknownAuthorityOnTheTrustStoreOption() {
    Identity server = AUTHORITY.server();
    try (Simulator https = https(server)) {
      properties.put("symphony.pod.url", https.url());
      assertThat(onlyError("symphony.truststore.path"))
          .startsWith("symphony.truststore.path is not set, and must be: the login at the pod")
          .contains("CN=Test CA");
      properties.put("symphony.truststore.certificates", new Authority("Another CA").pem());
      assertThat(onlyError("symphony.truststore.certificates"))
          .startsWith("symphony.truststore.certificates does not stand the connection check: ");
      properties.put("symphony.truststore.certificates", AUTHORITY.pem());
      assertThat(errors()).isEmpty();
    }
  }

  @Test
  void putsARefusedCertificateOnTheOptionThatHoldsIt() {
    try (Simulator https = https(AUTHORITY.server())) {
      https.reconfigure(options -> options.importCertificate(AUTHORITY.certificate()));
      properties.remove("symphony.private.key");
      properties.put("symphony.auth.type", "certificate");
      properties.put("symphony.pod.url", https.url());
      properties.put("symphony.truststore.certificates", AUTHORITY.pem());
      properties.put("symphony.certificate.password", "hunter2");
      properties.put("symphony.username", "somebody-else");
      properties.put("symphony.certificate.content", storeOf("somebody-else"));
      assertThat(onlyError("symphony.certificate.content"))
          .contains("403", "CN=somebody-else")
          .doesNotContain("hunter2");
      properties.put("symphony.username", SimulatorKeys.USERNAME);
      properties.put("symphony.certificate.content", storeOf(SimulatorKeys.USERNAME));
      assertThat(errors()).isEmpty();
      assertThat(log).contains("with login by certificate at 127.0.0.1:");
      properties.put("symphony.session.auth.url", "https://nobody.invalid");
      assertThat(errors()).containsOnlyKeys("symphony.session.auth.url");
    }
  }

  private static Simulator https(Identity server) {
    return Simulator.start(SimulatorOptions.defaults().https(server.key(), server.chain()));
  }

  private static String storeOf(String commonName) {
    return Base64.getEncoder().encodeToString(AUTHORITY.client(commonName).pkcs12("hunter2"));
  }

  @Test
  void putsEachFindingOnItsOwnOption() {
    properties.put("symphony.private.key", SimulatorKeys.anotherPrivateKey());
    properties.put("symphony.agent.url", "http://nobody.invalid");
    assertThat(errors()).containsOnlyKeys("symphony.private.key", "symphony.agent.url");
  }

  @Test
  void acceptsAConfigWhileSymphonyIsAwayAndLogsOneLine() {
    simulator.close();
    assertThat(errors()).isEmpty();
    assertThat(linesOfTheCheck())
        .singleElement()
        .asString()
        .contains("WARN", "Connection check of compliance: the login at the pod (127.0.0.1) failed")
        .endsWith("This may heal, so it is no reason to refuse the config.");
  }

  @Test
  void logsInOneLineAllThatMayHealAlsoWhenSomethingElseIsAnError() {
    simulator.faults().add(Fault.status(503).at(Requests.SESSION_LOGIN));
    simulator.faults().add(Fault.status(500).at(Requests.KEY_MANAGER_LOGIN));
    properties.put("symphony.agent.url", "http://nobody.invalid");
    assertThat(errors()).containsOnlyKeys("symphony.agent.url");
    assertThat(linesOfTheCheck())
        .filteredOn(line -> line.contains("WARN"))
        .singleElement()
        .asString()
        .containsSubsequence("login at the pod", "503", "login at the key manager", "500");
  }

  @ParameterizedTest
  @CsvSource({
    "UP, 22.6.5, 'is of version 22.6.5, and the Datahose needs 22.7 or later'",
    "ABSENT, 25.8.1, content export account (ceservice) is not configured",
    "DOWN, 25.8.1, content export account (ceservice) is DOWN"
  })
  void warnsInTheLogOfWhatConnectCannotAnswer(
      ContentExport contentExport, String version, String warning) {
    simulator.reconfigure(options -> options.contentExport(contentExport).agentVersion(version));
    assertThat(errors()).isEmpty();
    assertThat(linesOfTheCheck())
        .filteredOn(line -> line.contains("WARN"))
        .singleElement()
        .asString()
        .contains("Connection check of compliance: The agent at 127.0.0.1:", warning);
  }

  @Test
  void acceptsAConfigWhenTheCheckItselfHasAFault() {
    try (CapturedLog captured = new CapturedLog()) {
      List<ConfigValue> answers =
          ConfigValidation.answers(properties, "no\nheader", Duration.ofSeconds(50));
      assertThat(answers).flatExtracting(ConfigValue::errorMessages).isEmpty();
      assertThat(captured.text())
          .contains("WARN", "Please report this")
          // The place in OkHttp and not that of whoever passed it on.
          .contains("java.lang.IllegalArgumentException at okhttp3.")
          .doesNotContain("no\nheader", "0x0a");
    }
  }

  @Test
  void invariant10NoKeyAndNoTokenIsInAnErrorOrInTheLog() {
    String key = SimulatorKeys.anotherPrivateKey();
    properties.put("symphony.private.key", key);
    String all = errors() + log;
    properties.put("symphony.private.key", SimulatorKeys.privateKey());
    all += errors() + log;
    assertThat(key.lines().skip(1)).noneMatch(all::contains);
    assertThat(SimulatorKeys.privateKey().lines().skip(1)).noneMatch(all::contains);
    assertThat(simulator.logins())
        .isNotEmpty()
        .extracting(login -> login.token())
        .noneMatch(all::contains);
  }

  private void refuse(String path, int status) {
    simulator.faults().add(Fault.status(status).at(path).times(Integer.MAX_VALUE));
  }

  private String onlyError(String option) {
    Map<String, String> errors = errors();
    assertThat(errors).containsOnlyKeys(option);
    return errors.get(option);
  }

  /** Without the warnings of the config itself, such as that these URLs are http ones. */
  private List<String> linesOfTheCheck() {
    return log.lines().filter(line -> !line.contains("Config of compliance: ")).toList();
  }

  /** The errors by option; each has one at most. */
  private Map<String, String> errors() {
    try (CapturedLog captured = new CapturedLog()) {
      List<ConfigValue> answers =
          ConfigValidation.answers(properties, "test-agent", Duration.ofSeconds(50));
      log = captured.text();
      return answers.stream()
          .filter(answer -> !answer.errorMessages().isEmpty())
          .collect(
              Collectors.toMap(
                  ConfigValue::name, answer -> String.join("|", answer.errorMessages())));
    }
  }
}
