// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.certificates.Authority;
import io.github.datahose.certificates.Identity;
import io.github.datahose.connect.reader.CapturedLog;
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
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigValue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The connection check of {@code validate}: the options of its findings, and its log. */
@Timeout(60)
class ConnectionValidatorTest {

  private static final Authority AUTHORITY = new Authority("Test CA");
  private static final String HEALTH = "/agent/v3/health/extended";
  private static final String SKIP = "set datahose.connection.check to false";

  private static final String FAILS = "failed the connection check: ";
  private static final String MISSING = "is not set, but required: ";

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
  void logsFactsOnOneLineWhenCheckSucceeds() {
    assertThat(errors()).isEmpty();
    assertThat(log.lines())
        .filteredOn(line -> line.contains("Connection check of"))
        .singleElement()
        .asString()
        .contains("INFO", "Connection check of compliance: Account settlement-bot with login by")
        .contains("of version 25.8.1, content export account (ceservice) UP.");
    assertThat(warnings()).isEmpty();
  }

  @Test
  void callsEachServerOnceWithUserAgent() {
    errors();
    assertThat(simulator.requests())
        .extracting(RecordedRequest::path)
        .containsExactly(Requests.SESSION_LOGIN, Requests.KEY_MANAGER_LOGIN, HEALTH);
    assertThat(simulator.requests())
        .extracting(request -> request.header("User-Agent"))
        .containsOnly("test-agent");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "topic=two words",
        "symphony.read.timeout.ms=1",
        "datahose.feeds=a,b",
        "datahose.feed.all.readers=9",
        "datahose.task.id=0",
        "symphony.private.key=no key",
        "transaction.boundary=interval",
        "datahose.connection.check=maybe"
      })
  void callsNoServerWhenOptionHasError(String change) {
    Given.changed(properties, change);
    assertThat(errors()).isNotEmpty();
    assertThat(simulator.requests().count()).isZero();
  }

  /** The worker itself reports a missing name. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "-name",
        "datahose.connection.check=false",
        "datahose.connection.check=FALSE",
        "datahose.connection.check= false "
      })
  void callsNoServerWhenUnnamedOrDisabled(String change) {
    properties.put("symphony.private.key", SimulatorKeys.anotherPrivateKey());
    Given.changed(properties, change);
    assertThat(errors()).isEmpty();
    assertThat(simulator.requests().count()).isZero();
  }

  @Test
  void reportsRejectedKeyOnKeyOption(@TempDir Path directory) throws Exception {
    assertKeyIsRefused(
        directory, SimulatorKeys.anotherPrivateKey(), "the login to the pod ... 401 ... " + SKIP);
  }

  @Test
  void reportsKeyOptionWhenKeyManagerRejectsKey(@TempDir Path directory) throws Exception {
    refuse(Requests.KEY_MANAGER_LOGIN, 401);
    assertKeyIsRefused(
        directory, SimulatorKeys.privateKey(), "the login to the key manager ... 401");
  }

  private void assertKeyIsRefused(Path directory, String key, String says) throws Exception {
    properties.put("symphony.private.key", key);
    assertError("symphony.private.key", FAILS + says);
    properties.remove("symphony.private.key");
    Path file = Files.writeString(directory.resolve("key.pem"), key);
    properties.put("symphony.private.key.path", file.toString());
    assertError("symphony.private.key.path", FAILS + says);
  }

  @ParameterizedTest
  @CsvSource({
    "/login/pubkey/authenticate, 403, symphony.username, failed the connection check: ",
    "/login/pubkey/authenticate, 404, symphony.pod.url, failed the connection check: ",
    "/agent/, 404, symphony.agent.url, 'is not set, but required: the health check of the agent'",
    "/relay/, 403, symphony.key.manager.url, 'is not set, but required: the login to the key'"
  })
  void reportsRejectionOnOptionToFix(String path, int status, String option, String says) {
    Stream.of(Requests.SESSION_LOGIN, Requests.KEY_MANAGER_LOGIN, HEALTH, "/agent/v1/info")
        .filter(called -> called.startsWith(path))
        .forEach(called -> refuse(called, status));
    assertError(option, says + " ... " + status + " ... " + SKIP);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "symphony.pod.url",
        "symphony.key.manager.url",
        "symphony.agent.url",
        "symphony.proxy.url"
      })
  void reportsUnknownHostOnUrlOption(String option) {
    properties.put(option, "http://nobody.invalid");
    assertThat(errors()).containsOnlyKeys(option);
  }

  @Test
  void reportsRejectedProxyLoginOnUserName() {
    try (ForwardProxy proxy = ForwardProxy.start().requireLogin("worker", "hunter2")) {
      properties.put("symphony.proxy.url", proxy.url());
      assertError("symphony.proxy.username", MISSING + "the login to the pod ... 407");
      assertThat(warnings()).as("the agent is behind the proxy, too").isEmpty();
      properties.put("symphony.proxy.username", "worker");
      properties.put("symphony.proxy.password", "hunter3");
      assertError("symphony.proxy.username", FAILS);
      assertThat(warnings()).isEmpty();
    }
  }

  /** Only a change of the configuration fixes it. */
  @Test
  void warnsOfPermanentFailureWhenProxyOfAgentRejectsLogin() {
    try (ForwardProxy proxy = ForwardProxy.start().requireLogin("worker", "hunter2")) {
      properties.put("symphony.proxy.url", proxy.url());
      properties.put("symphony.proxy.exclude", "127.0.0.1");
      properties.put("symphony.agent.url", "http://agent.symphony.test:" + simulator.port());
      assertThat(errors()).isEmpty();
      assertThat(onlyWarning())
          .contains("the health check of the agent (agent.symphony.test", "407")
          .endsWith("until you correct this.");
    }
  }

  @Test
  void logsFindingOnceForTwoAgentsOnOneHost() {
    String twoOfOneHost = simulator.url() + "," + simulator.url() + "/other";
    refuse(HEALTH, 500);
    refuse("/agent/v1/info", 500);
    refuse("/other" + HEALTH, 500);
    refuse("/other/agent/v1/info", 500);
    properties.put("symphony.agent.url", twoOfOneHost);
    assertThat(errors()).isEmpty();
    assertThat(onlyWarning()).containsOnlyOnce("the health check of the agent (127.0.0.1)");
  }

  @Test
  void reportsUntrustedAuthorityOnTrustStoreOption() {
    try (Simulator https = https()) {
      properties.put("symphony.pod.url", https.url());
      assertError("symphony.truststore.path", MISSING + "the login to the pod ... CN=Test CA");
      properties.put("symphony.truststore.certificates", new Authority("Another CA").pem());
      assertError("symphony.truststore.certificates", FAILS);
      properties.put("symphony.truststore.certificates", AUTHORITY.pem());
      assertThat(errors()).isEmpty();
    }
  }

  @Test
  void reportsRejectedCertificateOnCertificateOption() {
    try (Simulator https = https()) {
      https.reconfigure(options -> options.importCertificate(AUTHORITY.certificate()));
      properties.remove("symphony.private.key");
      properties.put("symphony.auth.type", "certificate");
      properties.put("symphony.pod.url", https.url());
      properties.put("symphony.truststore.certificates", AUTHORITY.pem());
      properties.put("symphony.certificate.password", "hunter2");
      logInAs("somebody-else");
      assertError("symphony.certificate.content", "CN=somebody-else ... 403");
      logInAs(SimulatorKeys.USERNAME);
      assertThat(errors()).isEmpty();
      assertThat(log).contains("with login by certificate at 127.0.0.1:");
      properties.put("symphony.session.auth.url", "https://nobody.invalid");
      assertThat(errors()).containsOnlyKeys("symphony.session.auth.url");
    }
  }

  private void logInAs(String username) {
    byte[] store = AUTHORITY.client(username).pkcs12("hunter2");
    properties.put("symphony.username", username);
    properties.put("symphony.certificate.content", Base64.getEncoder().encodeToString(store));
  }

  private static Simulator https() {
    Identity server = AUTHORITY.server();
    return Simulator.start(SimulatorOptions.defaults().https(server.key(), server.chain()));
  }

  @Test
  void reportsEachFindingOnItsOption() {
    properties.put("symphony.private.key", SimulatorKeys.anotherPrivateKey());
    properties.put("symphony.agent.url", "http://nobody.invalid");
    assertThat(errors()).containsOnlyKeys("symphony.private.key", "symphony.agent.url");
  }

  @Test
  void acceptsConfigurationWhenSymphonyIsUnavailable() {
    simulator.close();
    assertThat(errors()).isEmpty();
    assertThat(onlyWarning())
        .contains("Connection check of compliance: the login to the pod (127.0.0.1) failed")
        .endsWith("so the configuration is not rejected.");
  }

  @Test
  void logsTransientFailuresOnOneLineWhenOptionHasError() {
    refuse(Requests.KEY_MANAGER_LOGIN, 401);
    refuse(HEALTH, 500);
    refuse("/agent/v1/info", 500);
    properties.put("symphony.agent.url", simulator.url() + ",http://nobody.invalid");
    assertThat(errors()).containsOnlyKeys("symphony.private.key");
    assertThat(onlyWarning())
        .containsSubsequence("health check of the agent", "500", "nobody.invalid");
  }

  @ParameterizedTest
  @CsvSource({
    "UP, 22.6.5, 'has version 22.6.5. Datahose requires 22.7 or later'",
    "ABSENT, 25.8.1, content export account (ceservice) is not configured",
    "DOWN, 25.8.1, content export account (ceservice) is DOWN"
  })
  void logsWarningWhenAgentIsUnsuitable(
      ContentExport contentExport, String version, String warning) {
    simulator.reconfigure(options -> options.contentExport(contentExport).agentVersion(version));
    assertThat(errors()).isEmpty();
    assertThat(onlyWarning())
        .contains("Connection check of compliance: The agent at 127.0.0.1:", warning);
  }

  @Test
  void acceptsConfigurationWhenCheckHasBug() {
    try (CapturedLog captured = new CapturedLog()) {
      List<ConfigValue> answers =
          DatahoseConfig.validate(properties, "no\nheader", Duration.ofSeconds(50));
      assertThat(answers).flatExtracting(ConfigValue::errorMessages).isEmpty();
      assertThat(captured.text())
          .contains("WARN", "Report this")
          // The place of the bug in OkHttp, not that of the rethrow.
          .contains("java.lang.IllegalArgumentException at okhttp3.")
          .doesNotContain("no\nheader", "0x0a");
    }
  }

  @Test
  @Tag("invariant-10")
  void invariant10ShowsNoKeyOrTokenInErrorOrLog() {
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

  private void assertError(String option, String says) {
    Map<String, String> errors = errors();
    assertThat(errors).containsOnlyKeys(option);
    assertThat(errors.get(option)).startsWith(option + " ").doesNotContain("hunter");
    Given.assertParts(errors.get(option), says);
  }

  private String onlyWarning() {
    List<String> warnings = warnings().toList();
    assertThat(warnings).hasSize(1);
    return warnings.get(0);
  }

  /** Omits the warnings of the configuration itself, such as those of http URLs. */
  private Stream<String> warnings() {
    return log.lines()
        .filter(line -> line.contains("WARN") && !line.contains("Config of compliance: "));
  }

  /** Returns the errors by option, at most one each. */
  private Map<String, String> errors() {
    try (CapturedLog captured = new CapturedLog()) {
      List<ConfigValue> answers =
          DatahoseConfig.validate(properties, "test-agent", Duration.ofSeconds(50));
      log = captured.text();
      return answers.stream()
          .filter(answer -> !answer.errorMessages().isEmpty())
          .collect(
              Collectors.toMap(
                  ConfigValue::name, answer -> String.join("|", answer.errorMessages())));
    }
  }
}
