// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.ConnectRest;
import io.github.datahose.launch.ConnectRestException;
import io.github.datahose.simulator.Audit;
import io.github.datahose.simulator.FaultyProxy;
import io.github.datahose.simulator.SimulatorKeys;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The connection check as a user meets it, in the worker's REST interface and its log. */
class ConnectionCheckIT {

  private final ConnectCluster cluster = ConnectCluster.shared();
  private final ConnectRest rest = cluster.rest();

  @Test
  void aConnectorWithAKeyThatThePodRefusesIsNotCreatedAndTheErrorIsOnTheKey() {
    try (LiveConnector connector =
        new LiveConnector(cluster, "refused-key")
            .set("symphony.private.key", SimulatorKeys.anotherPrivateKey())) {
      assertRefused(connector, "symphony.private.key", "was answered with 401");
      assertThat(connector.simulator().requests().reads().count()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"symphony.pod.url", "symphony.key.manager.url", "symphony.agent.url"})
  void aConnectorWithAnUnknownHostIsNotCreatedAndTheErrorIsOnItsUrl(String option) {
    try (LiveConnector connector =
        new LiveConnector(cluster, "refused-host").set(option, "http://nobody.invalid")) {
      assertRefused(connector, option, "the host name is not known here");
    }
  }

  @Test
  void aConfigCanBeChangedWhileSymphonyIsAwayAndTheConnectorGoesOnWithItLater() throws Exception {
    try (LiveConnector connector = new LiveConnector(cluster, "changed-in-outage");
        FaultyProxy proxy = FaultyProxy.of(connector.simulator())) {
      connector
          .set("symphony.pod.url", proxy.url())
          .set("symphony.retry.backoff.max.ms", "1000")
          .start();
      connector.simulator().produce(50, Set.of("MESSAGESENT"));
      connector.awaitAllAcknowledged();

      proxy.die();
      connector.set("datahose.keepalive.ms", "60000");
      assertThat(rest.validationErrors(connector.config())).isEmpty();
      connector.apply(1);
      assertThat(rest.config(connector.name()).path("datahose.keepalive.ms").asText())
          .isEqualTo("60000");
      assertThat(cluster.worker().log().lines())
          .anyMatch(
              line ->
                  line.contains("WARN")
                      && line.contains("Connection check of changed-in-outage: the login at")
                      && line.contains("This may heal"));

      proxy.revive();
      connector.simulator().produce(50, Set.of("MESSAGESENT"));
      connector.awaitAllAcknowledged();
      Audit audit = connector.audit();
      assertThat(audit.lost()).as("%s", audit).isZero();
    }
  }

  @Test
  void theWorkersLogHasTheFactsInOneLineWhenAConfigIsAcceptedAndWhenATaskReads() {
    try (LiveConnector connector = new LiveConnector(cluster, "told-facts").start()) {
      connector.simulator().produce(1, Set.of("MESSAGESENT"));
      connector.awaitAllAcknowledged();
      String facts =
          "Account settlement-bot with login by RSA key, pod 127.0.0.1:"
              + connector.simulator().port();
      LiveConnector.eventually("both lines")
          .untilAsserted(
              () ->
                  assertThat(cluster.worker().log().lines())
                      .anyMatch(line -> line.contains("check of told-facts: " + facts))
                      .filteredOn(line -> line.contains("[told-facts|task-0]"))
                      .filteredOn(line -> line.contains("Account settlement-bot with login"))
                      .singleElement()
                      .asString()
                      .contains(
                          "INFO",
                          facts,
                          "of version 25.8.1, content export account (ceservice) UP."));
      String log = cluster.worker().log();
      assertThat(SimulatorKeys.privateKey().lines().filter(line -> !line.startsWith("-")))
          .isNotEmpty()
          .noneMatch(log::contains);
      assertThat(connector.simulator().logins())
          .isNotEmpty()
          .noneMatch(login -> log.contains(login.token()));
    }
  }

  private void assertRefused(LiveConnector connector, String option, String message) {
    Map<String, List<String>> errors = rest.validationErrors(connector.config());
    assertThat(errors).containsOnlyKeys(option);
    assertThat(errors.get(option))
        .singleElement()
        .asString()
        .startsWith(option + " does not stand the connection check: ")
        .contains(message, "set datahose.connection.check to false");
    assertThatThrownBy(() -> rest.putConfig(connector.name(), connector.config()))
        .isInstanceOfSatisfying(
            ConnectRestException.class,
            e -> {
              assertThat(e.status()).isEqualTo(400);
              assertThat(e.body()).contains(message);
            });
    assertThat(rest.connectors()).doesNotContain(connector.name());
  }
}
