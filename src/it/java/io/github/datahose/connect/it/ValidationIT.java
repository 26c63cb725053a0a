// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.ConnectRest;
import io.github.datahose.launch.ConnectRestException;
import io.github.datahose.launch.WorkerFixture;
import io.github.datahose.simulator.FaultyProxy;
import io.github.datahose.simulator.ForwardProxy;
import io.github.datahose.simulator.FurtherAgent;
import io.github.datahose.simulator.Login;
import io.github.datahose.simulator.SimulatorKeys;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Configurations as a user tries them, in the worker's REST interface and its log. What the options
 * must be is held by DatahoseConfigTest and its neighbours, what the connection check finds by
 * ConnectionCheckTest.
 */
class ValidationIT {
  private final ConnectCluster cluster = ConnectCluster.shared();
  private final ConnectRest rest = cluster.rest();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "symphony.pod.url     | -                          | symphony.pod.url         | is required",
        "symphony.pod.url     | ftp://pod.test             | symphony.pod.url         | http",
        "symphony.private.key.path | /no/such/file         | symphony.private.key.path | are mutually exclusive",
        "datahose.feeds       | a,b                        | datahose.feeds           | would be duplicates",
        "datahose.feed.other.topic | t                     | datahose.feed.other.topic | other",
        "datahose.feed.all.readers | 6                     | datahose.feed.all.readers | 5",
        "transaction.boundary | interval                   | transaction.boundary     | must not be interval",
        "producer.override.acks | 1                        | producer.override.acks   | must be all",
        "symphony.private.key | ${vault:symphony:key}      | symphony.private.key     | contains an unresolved variable",
        "symphony.pod.url     | http://nobody.invalid | symphony.pod.url | cannot resolve the host name",
        "symphony.key.manager.url | http://nobody.invalid | symphony.key.manager.url | cannot resolve the host name",
        "symphony.agent.url   | http://nobody.invalid | symphony.agent.url | cannot resolve the host name",
      })
  void reportsErrorOnInvalidOption(String option, String value, String faulted, String message) {
    try (WorkerFixture connector = new WorkerFixture(cluster, "refused")) {
      if (value == null) {
        connector.unset(option);
      } else {
        connector.set(option, value);
      }
      assertThat(assertRefused(connector, faulted)).contains(message);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "symphony.private.key.path",
        "symphony.username",
        "symphony.pod.url",
        "datahose.tag",
        "topic",
        "datahose.max.response.bytes",
        "symphony.private.kye",
      })
  @Tag("invariant-10")
  void invariant10RepeatsNoKeyOfWrongOption(String option) {
    try (WorkerFixture connector = new WorkerFixture(cluster, "misplaced-key")) {
      connector.unset("symphony.private.key").set(option, SimulatorKeys.privateKey());
      assertThat(rest.validationErrors(connector.config())).containsKey(option);
      assertTellsNoSecret(connector, rest.validate(connector.config()) + refusal(connector));
    }
  }

  @Test
  void rejectsRequiredExactlyOnceWithoutDeduplication() {
    ConnectCluster exactlyOnce = ConnectCluster.sharedExactlyOnce();
    try (WorkerFixture connector =
        new WorkerFixture(exactlyOnce, "required").set("exactly.once.support", "required")) {
      assertThat(connector.rest().validationErrors(connector.config())).isEmpty();
      connector.set("datahose.dedup.window", "0");
      assertThat(assertRefused(connector, "exactly.once.support"))
          .contains("does not support exactly-once");
    }
  }

  @Test
  void reportsNextStepOnKeyOptionWhenPodRejectsKey() {
    try (WorkerFixture connector =
        new WorkerFixture(cluster, "check-wrong-key")
            .set("symphony.private.key", SimulatorKeys.anotherPrivateKey())) {
      assertThat(assertRefused(connector, "symphony.private.key"))
          .startsWith(
              "symphony.private.key failed the connection check: the login to the pod (127.0.0.1)")
          .contains("Check symphony.username and the private key", "the clocks must agree")
          .endsWith("set datahose.connection.check to false.");
      assertThat(connector.log("Connection check of ")).isEmpty();
    }
  }

  @Test
  void sendsProxyLoginOnceAndHidesPasswordWhenRejected() {
    try (ForwardProxy proxy = ForwardProxy.start().requireLogin("worker", "hunter2");
        WorkerFixture connector =
            new WorkerFixture(cluster, "check-proxy-login")
                .set("symphony.proxy.url", proxy.url())
                .set("symphony.proxy.username", "worker")
                .set("symphony.proxy.password", "hunter3")) {
      JsonNode answer = rest.validate(connector.config());
      Map<String, List<String>> errors = ConnectRest.errors(answer);
      assertThat(errors).containsOnlyKeys("symphony.proxy.username");
      assertThat(errors.get("symphony.proxy.username"))
          .singleElement()
          .asString()
          .contains("symphony.proxy.username failed the connection check: ")
          .contains("the proxy rejected the login (407)");
      assertThat(proxy.asked()).as("no account is locked by a check").hasSize(1);
      assertThat(connector.simulator().requests().count()).isZero();
      assertTellsNoSecret(connector, answer.toString(), "hunter", base64("worker:hunter3"));
    }
  }

  @Test
  void logsTransientFailureWithoutError() {
    try (WorkerFixture connector = new WorkerFixture(cluster, "check-agent-away")) {
      FurtherAgent agent = connector.simulator().furtherAgent();
      agent.close();
      connector.set("symphony.agent.url", agent.url());
      assertThat(rest.validationErrors(connector.config())).isEmpty();
      assertThat(connector.log("Connection check of "))
          .singleElement()
          .asString()
          .contains(" WARN ", "the health check of the agent (127.0.0.1) failed: cannot connect (")
          .contains("so the configuration is not rejected.");
      assertThat(connector.simulator().logins()).as("at the pod, at the key manager").hasSize(2);
      assertTellsNoSecret(connector, "");
    }
  }

  @Test
  void acceptsConfigurationChangeWhileSymphonyIsUnavailable() throws Exception {
    try (WorkerFixture connector = new WorkerFixture(cluster, "changed-in-outage");
        FaultyProxy proxy = FaultyProxy.of(connector.simulator())) {
      connector
          .set("symphony.pod.url", proxy.url())
          .set("symphony.retry.backoff.max.ms", "1000")
          .start()
          .bring(50);
      proxy.die();
      connector.set("datahose.keepalive.ms", "60000");
      assertThat(rest.validationErrors(connector.config())).isEmpty();
      connector.apply();
      assertThat(rest.config(connector.name()).path("datahose.keepalive.ms").asText())
          .isEqualTo("60000");
      assertThat(
              connector.log("WARN", "Connection check of ", ": the login to", "might be transient"))
          .isNotEmpty();
      proxy.revive();
      connector.bring(50);
      connector.assertNothingLost();
    }
  }

  @Test
  void logsFactsOnOneLineForValidationAndFirstRead() {
    try (WorkerFixture connector = new WorkerFixture(cluster, "told-facts").start()) {
      connector.bring(1);
      String facts =
          "Account settlement-bot with login by RSA key, pod 127.0.0.1:"
              + connector.simulator().port();
      connector.awaitLog("check of told-facts: " + facts);
      connector.awaitLog("[told-facts|task-0]", "Account settlement-bot with login");
      assertThat(connector.log("[told-facts|task-0]", "Account settlement-bot with login"))
          .singleElement()
          .asString()
          .contains("INFO", facts, "of version 25.8.1, content export account (ceservice) UP.");
      assertTellsNoSecret(connector, "");
    }
  }

  /** The only error that validation finds, on this option; and that nothing is created with it. */
  private static String assertRefused(WorkerFixture connector, String option) {
    ConnectRest rest = connector.rest();
    Map<String, List<String>> errors = rest.validationErrors(connector.config());
    assertThat(errors).containsOnlyKeys(option);
    assertThat(errors.get(option)).hasSize(1);
    String error = errors.get(option).get(0);
    String refusal = refusal(connector);
    assertThat(refusal).contains(error.replace("\"", "\\\""));
    assertThat(rest.connectors()).doesNotContain(connector.name());
    assertThat(connector.simulator().requests().reads().count()).isZero();
    assertTellsNoSecret(connector, errors + refusal);
    return error;
  }

  /** What REST answers to the attempt to create it. */
  private static String refusal(WorkerFixture connector) {
    StringBuilder body = new StringBuilder();
    assertThatThrownBy(() -> connector.rest().putConfig(connector.name(), connector.config()))
        .isInstanceOfSatisfying(
            ConnectRestException.class,
            e -> {
              assertThat(e.status()).isEqualTo(400);
              body.append(e.body());
            });
    return body.toString();
  }

  /** That neither the worker's log nor this text has a key, a token or one of these. */
  private static void assertTellsNoSecret(WorkerFixture connector, String text, String... more) {
    String all = connector.cluster().worker().log() + text;
    Stream<String> keys =
        Stream.of(SimulatorKeys.privateKey(), SimulatorKeys.anotherPrivateKey())
            .flatMap(String::lines)
            .filter(line -> !line.startsWith("-"));
    Stream<String> tokens = connector.simulator().logins().stream().map(Login::token);
    assertThat(Stream.of(keys, tokens, Stream.of(more)).flatMap(secrets -> secrets))
        .isNotEmpty()
        .noneMatch(all::contains);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
