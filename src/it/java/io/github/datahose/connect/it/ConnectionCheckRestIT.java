// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.datahose.certificates.Authority;
import io.github.datahose.certificates.Identity;
import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.simulator.ForwardProxy;
import io.github.datahose.simulator.FurtherAgent;
import io.github.datahose.simulator.Login;
import io.github.datahose.simulator.SimulatorKeys;
import io.github.datahose.simulator.SimulatorOptions;
import io.github.datahose.simulator.SimulatorOptions.ContentExport;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What {@code PUT /connector-plugins/<class>/config/validate} answers a user, and what the worker
 * logs then: for what works, what is to be mended, and what may heal. Each case prints both.
 */
class ConnectionCheckRestIT {

  private static final String HOW_TO_SKIP =
      ". (To configure without this check, set datahose.connection.check to false.)";
  private static final String MAY_HEAL =
      ". This may heal, so it is no reason to refuse the config.";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ConnectCluster cluster = ConnectCluster.shared();
  private ObjectNode answer;
  private List<String> log;

  @Test
  void allGood() {
    try (LiveConnector connector = new LiveConnector(cluster, "check-all-good")) {
      validate(connector);
      assertErrors();
      assertThat(log).hasSize(1);
      String server = "127.0.0.1:" + connector.simulator().port();
      assertLog(
          "INFO",
          "Account settlement-bot with login by RSA key, pod %s, key manager %s, agent %s of version 25.8.1, content"
              .formatted(server, server, server),
          "export account (ceservice) UP.");
    }
  }

  @Test
  void wrongKey() {
    try (LiveConnector connector =
        new LiveConnector(cluster, "check-wrong-key")
            .set("symphony.private.key", SimulatorKeys.anotherPrivateKey())) {
      validate(connector);
      assertThat(assertError("symphony.private.key"))
          .startsWith(
              "symphony.private.key does not stand the connection check: the login at the pod (127.0.0.1) was answered"
                  + " with 401: ")
          .contains("Check symphony.username and the private key", "the clocks must agree")
          .endsWith(HOW_TO_SKIP);
      assertThat(log).isEmpty();
    }
  }

  @Test
  void unknownAuthority() {
    Identity server = new Authority("Bank CA").server();
    try (LiveConnector connector =
        new LiveConnector(
            cluster,
            "check-unknown-ca",
            SimulatorOptions.defaults().https(server.key(), server.chain()))) {
      validate(connector);
      assertThat(assertError("symphony.truststore.path"))
          .startsWith(
              "symphony.truststore.path is not set, and must be: the login at the pod (127.0.0.1) failed: ")
          .contains("CN=Bank CA")
          .endsWith(HOW_TO_SKIP);
      assertThat(log).isEmpty();
    }
  }

  @Test
  void proxyLoginRefused() {
    try (ForwardProxy proxy = ForwardProxy.start().requireLogin("worker", "hunter2");
        LiveConnector connector =
            new LiveConnector(cluster, "check-proxy-login")
                .set("symphony.proxy.url", proxy.url())
                .set("symphony.proxy.username", "worker")
                .set("symphony.proxy.password", "hunter3")) {
      validate(connector);
      assertThat(assertError("symphony.proxy.username"))
          .startsWith("symphony.proxy.username does not stand the connection check: ")
          .contains(
              "the login at the pod (127.0.0.1, through the proxy 127.0.0.1:" + proxy.port(),
              "the proxy refused the login (407). Correct the user name and password for the proxy")
          .endsWith(HOW_TO_SKIP);
      assertThat(log).isEmpty();
      assertThat(proxy.asked()).as("no account is locked by a check").hasSize(1);
      assertTellsNothingOf("hunter", base64("worker:hunter3"));
      assertThat(connector.simulator().requests().count()).isZero();
    }
  }

  @Test
  void contentExportAccountAbsent() {
    try (LiveConnector connector =
        new LiveConnector(
            cluster,
            "check-ceservice-absent",
            LiveConnector.shortTimes().contentExport(ContentExport.ABSENT))) {
      validate(connector);
      assertErrors();
      assertLog(
          "WARN",
          "The agent at 127.0.0.1:" + connector.simulator().port(),
          "says that its content export account (ceservice) is not configured. Without it MESSAGESENT",
          "must set agent.privatekey.ceservice or");
      assertLog("INFO", "content export account (ceservice) not configured.");
    }
  }

  @Test
  void agentBeforeTheDatahose() {
    try (LiveConnector connector =
        new LiveConnector(
            cluster, "check-agent-22-6", LiveConnector.shortTimes().agentVersion("22.6.3-112"))) {
      validate(connector);
      assertErrors();
      assertLog(
          "WARN",
          "The agent at 127.0.0.1:" + connector.simulator().port(),
          "is of version 22.6.3, and the Datahose needs 22.7 or later: an older one refuses each read");
      assertLog("INFO", "of version 22.6.3, content export account (ceservice) UP.");
    }
  }

  @Test
  void agentAway() {
    try (LiveConnector connector = new LiveConnector(cluster, "check-agent-away")) {
      FurtherAgent agent = connector.simulator().furtherAgent();
      agent.close();
      connector.set("symphony.agent.url", agent.url());
      validate(connector);
      assertErrors();
      assertThat(log).hasSize(1);
      assertLog("WARN", "the health of the agent (127.0.0.1) failed: no connection (", MAY_HEAL);
      assertThat(connector.simulator().logins()).as("at the pod, at the key manager").hasSize(2);
    }
  }

  /** Asks, prints, and looks that nothing was read and no secret is told, whatever the case. */
  private void validate(LiveConnector connector) {
    int before = cluster.worker().log().length();
    reduce(cluster.rest().validate(connector.config()));
    log =
        cluster
            .worker()
            .log()
            .substring(before)
            .lines()
            .filter(line -> line.contains("Connection check of " + connector.name() + ":"))
            .toList();
    System.out.printf(
        "%n### %s%n%n%s%n%n%s%n",
        connector.name(),
        answer.toPrettyString(),
        log.isEmpty() ? "(the worker logs nothing of the check)" : String.join("\n", log));
    assertThat(connector.simulator().requests().reads().count()).isZero();
    assertThat(connector.simulator().ledger().totals().feeds()).isEmpty();
    String key = connector.config().get("symphony.private.key");
    assertTellsNothingOf(key.lines().filter(line -> !line.startsWith("-")).toArray(String[]::new));
    assertTellsNothingOf(
        connector.simulator().logins().stream().map(Login::token).toArray(String[]::new));
  }

  /** The count of errors, and of the options those that have one. */
  private void reduce(JsonNode whole) {
    answer = JSON.createObjectNode();
    answer.set("name", whole.path("name"));
    answer.set("error_count", whole.path("error_count"));
    ArrayNode withErrors = answer.putArray("configs");
    for (JsonNode option : whole.path("configs")) {
      JsonNode value = option.path("value");
      if (!value.path("errors").isEmpty()) {
        ObjectNode reduced = withErrors.addObject();
        reduced.set("name", value.path("name"));
        reduced.set("value", value.path("value"));
        reduced.set("errors", value.path("errors"));
      }
    }
  }

  private void assertErrors() {
    assertThat(answer.path("error_count").asInt()).isZero();
    assertThat(answer.path("configs")).isEmpty();
  }

  /** The only error, which is on this option. */
  private String assertError(String option) {
    assertThat(answer.path("error_count").asInt()).isOne();
    assertThat(answer.path("configs")).hasSize(1);
    JsonNode value = answer.path("configs").get(0);
    assertThat(value.path("name").asText()).isEqualTo(option);
    assertThat(value.path("errors")).hasSize(1);
    return value.path("errors").get(0).asText();
  }

  /** That the check logged one line of this level, and what it says. */
  private void assertLog(String level, String... texts) {
    assertThat(log)
        .filteredOn(line -> line.contains(" " + level + " "))
        .singleElement()
        .asString()
        .contains(texts);
  }

  private void assertTellsNothingOf(String... secrets) {
    String all = cluster.worker().log() + answer;
    Stream.of(secrets).forEach(secret -> assertThat(all).doesNotContain(secret));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
