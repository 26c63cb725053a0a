// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.matrix;

import static io.github.datahose.launch.WorkerFixture.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.datahose.connect.DatahoseSourceConnector;
import io.github.datahose.launch.Build;
import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.ConnectRest;
import io.github.datahose.launch.ConnectRestException;
import io.github.datahose.launch.WorkerFixture;
import io.github.datahose.launch.WorkerProcess;
import io.github.datahose.simulator.Audit;
import io.github.datahose.storm.Rest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.StreamSupport;

/**
 * What operators and accidents do to a connector in the course of its life. After each step the
 * simulated pod has all acknowledgements, and the topic has all events.
 */
final class Lifecycle {
  private static final int SOME_EVENTS = 200;
  private static final int EVENTS_DURING_KILLS = 3_000;
  private static final int RATE_DURING_KILLS = 500;

  private final WorkerProcess worker;
  private final ConnectRest rest;
  private final WorkerFixture connector;
  private final String name;
  private final boolean exactlyOnce;

  /** Begins with a connector that is not created yet. */
  Lifecycle(ConnectCluster cluster, WorkerFixture connector, boolean exactlyOnce) {
    worker = cluster.worker();
    rest = worker.rest();
    this.connector = connector;
    name = connector.name();
    this.exactlyOnce = exactlyOnce;
  }

  /** The steps in their order; each throws when something is not as it must be. */
  Map<String, Runnable> steps() {
    Map<String, Runnable> steps = new LinkedHashMap<>();
    steps.put("created", this::create);
    steps.put("streamed", this::stream);
    steps.put("pausedAndResumed", this::pauseAndResume);
    steps.put("offsetsAltered", this::alterOffsets);
    steps.put("restarted", this::restartWorker);
    steps.put("killed", this::killWorker);
    return steps;
  }

  /** Its first steps, in a worker that rejects some overrides of its clients' settings. */
  Map<String, Runnable> firstSteps(Overrides overrides) {
    Map<String, Runnable> steps = new LinkedHashMap<>();
    steps.put("overrideRefused", () -> beRefused(overrides));
    steps.put("created", this::create);
    steps.put("streamed", this::stream);
    return steps;
  }

  /** As docs/configuration.md shows it. */
  private void beRefused(Overrides overrides) {
    String option = "producer.override." + overrides.refused();
    Map<String, String> config = new TreeMap<>(connector.config());
    config.put(option, overrides.refused().equals("acks") ? "all" : "0");
    String error =
        "The '%s' policy does not allow '%s' to be overridden in the connector configuration."
            .formatted(overrides.policy(), overrides.refused());
    assertThat(rest.validationErrors(config)).isEqualTo(Map.of(option, List.of(error)));
    assertThatExceptionOfType(ConnectRestException.class)
        .isThrownBy(() -> rest.putConfig(name, config))
        .satisfies(refusal -> assertThat(refusal.status()).isEqualTo(400))
        .withMessageContaining("contains the following 1 error(s):\\n" + error);
  }

  private void create() {
    String type = DatahoseSourceConnector.class.getName();
    List<String> versions =
        StreamSupport.stream(rest.plugins().spliterator(), false)
            .filter(plugin -> plugin.path("class").asText().equals(type))
            .map(plugin -> plugin.path("version").asText())
            .toList();
    assertThat(versions).as("versions of the plugin").containsExactly(Build.version());
    assertThat(rest.validationErrors(connector.config())).as("errors of validation").isEmpty();
    connector.start();
  }

  private void stream() {
    connector.simulator().produce(SOME_EVENTS);
    requireAllThereOnce();
    long counted = connector.counter("records-total");
    assertThat(counted).as("records-total over JMX").isEqualTo(connector.totals().acknowledged());
  }

  private void pauseAndResume() {
    long acknowledged = connector.totals().acknowledged();
    rest.pause(name);
    rest.awaitState(name, "PAUSED", 1);
    connector.simulator().produce(SOME_EVENTS);
    eventually("a batch read while paused")
        .until(() -> connector.totals().delivered() > acknowledged);
    assertThat(connector.totals().acknowledged())
        .as("acknowledged while paused")
        .isEqualTo(acknowledged);
    rest.resume(name);
    rest.awaitRunning(name, 1);
    requireAllThereOnce();
  }

  private void alterOffsets() {
    connector.stop();
    JsonNode offsets = rest.offsets(name);
    assertThat(offsets.path("offsets")).as("stored offsets").hasSize(1);
    ObjectNode offset = (ObjectNode) offsets.path("offsets").get(0).path("offset");
    assertThat(offset.path("ackId").asText()).as("the stored ackId").isNotEmpty();
    offset.put("ackId", "set-by-hand");
    rest.patchOffsets(name, offsets);
    assertThat(connector.ackIdsAfterResume(2))
        .as("the ackIds of the first reads after PATCH; the simulator rejects the first")
        .containsExactly("set-by-hand", "");

    connector.stop();
    rest.deleteOffsets(name);
    assertThat(connector.ackIdsAfterResume(1))
        .as("the ackId of the first read after DELETE")
        .containsExactly("");
    connector.simulator().produce(SOME_EVENTS);
    requireAllThereOnce();
  }

  private void restartWorker() {
    worker.stop();
    connector.simulator().produce(SOME_EVENTS);
    startWorker();
    requireAllThereOnce();
  }

  private void killWorker() {
    CompletableFuture<Void> production =
        connector
            .simulator()
            .produceAtRate(EVENTS_DURING_KILLS, RATE_DURING_KILLS, List.of("MESSAGESENT"));
    connector.awaitMoreAcknowledged(SOME_EVENTS);
    long redelivered = connector.totals().redelivered();
    connector.killInTheMiddleOfABatch();
    comeBack();
    connector.awaitMoreAcknowledged(SOME_EVENTS);
    connector.killBetweenCommitAndAcknowledgement();
    comeBack();
    production.join();
    Rest.of(connector.simulator());
    assertThat(connector.totals().redelivered())
        .as("redelivered, since the kills hit batches")
        .isGreaterThan(redelivered);
    assertThat(connector.counter("records-total")).as("records-total over JMX").isPositive();
    requireAllThere(!exactlyOnce);
  }

  /** The visibility timeout ends while it is stopped, as on the real feed, but without a delay. */
  private void comeBack() {
    connector.simulator().returnUnacknowledged();
    startWorker();
  }

  private void startWorker() {
    worker.start();
    worker.awaitReady();
    rest.awaitRunning(name, 1);
  }

  private void requireAllThereOnce() {
    Rest.of(connector.simulator());
    requireAllThere(false);
  }

  private void requireAllThere(boolean somePerhapsTwice) {
    Audit audit = connector.audit();
    assertThat(audit.produced()).as("produced").isPositive();
    assertThat(audit.acknowledged()).as("acknowledged in %s", audit).isEqualTo(audit.produced());
    assertThat(audit.lost()).as("lost in %s", audit).isZero();
    assertThat(audit.unknown()).as("unknown in %s", audit).isZero();
    if (!somePerhapsTwice) {
      assertThat(audit.duplicated()).as("duplicated in %s", audit).isZero();
    }
  }
}
