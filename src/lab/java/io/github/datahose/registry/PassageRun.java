// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.registry;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.datahose.connect.event.EventSchemas;
import io.github.datahose.launch.Build;
import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.Jvm;
import io.github.datahose.launch.SimulatorProcess;
import io.github.datahose.simulator.LedgerSnapshot;
import io.github.datahose.simulator.SimulatorKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A passage under way: a pod of its own, and a connector in the common worker. Closing it deletes
 * the connector and ends the pod.
 */
final class PassageRun implements AutoCloseable {
  private static final Path CONFIG = Path.of("config", "avro.json");
  private static final Duration DEADLINE = Duration.ofSeconds(60);

  private final Passage passage;
  private final ConnectCluster cluster;
  private final Consumers consumers;
  private final SimulatorProcess simulator;

  private PassageRun(Passage passage, ConnectCluster cluster, Consumers consumers) {
    this.passage = passage;
    this.cluster = cluster;
    this.consumers = consumers;
    simulator =
        SimulatorProcess.start(
            Jvm.quick(),
            Build.newDirectory(passage.name()).resolve("simulator.log"),
            "--long-poll-ms=1500");
  }

  /** Creates the connector, waits until its feed is read, and has the pod produce these events. */
  static PassageRun start(
      Passage passage, ConnectCluster cluster, Consumers consumers, List<SampleEvent> events) {
    PassageRun run = new PassageRun(passage, cluster, consumers);
    try {
      Map<String, String> config = run.config();
      Map<String, List<String>> errors = cluster.rest().validationErrors(config);
      if (!errors.isEmpty()) {
        throw new IllegalStateException("The worker does not accept the config: " + errors);
      }
      cluster.rest().putConfig(passage.name(), config);
      cluster.rest().awaitRunning(passage.name(), 1);
      // The agent makes a feed when it is first read, and the feed begins there.
      await("first read").atMost(DEADLINE).until(() -> !run.totals().feeds().isEmpty());
      events.forEach(event -> event.sendTo(run.simulator));
      return run;
    } catch (RuntimeException e) {
      run.close();
      throw e;
    }
  }

  /** The pod's ledger. */
  LedgerSnapshot totals() {
    return simulator.totals();
  }

  /** Waits until so many events are acknowledged, and a heartbeat is there where there are any. */
  void awaitAcknowledged(int events) {
    await("acknowledgements of " + passage.name())
        .atMost(DEADLINE)
        .until(
            () -> {
              requireNoFailure();
              return totals().acknowledged() >= events;
            });
    if (hasHeartbeats()) {
      await("a heartbeat of " + passage.name())
          .atMost(DEADLINE)
          .until(() -> cluster.topics().offsets(passage.heartbeats()) > 0);
    }
  }

  private void requireNoFailure() {
    for (JsonNode task : cluster.rest().status(passage.name()).path("tasks")) {
      if (task.path("state").asText().equals("FAILED")) {
        throw new IllegalStateException("The task failed: " + task.path("trace").asText());
      }
    }
  }

  /** Waits until its task has failed and answers why. */
  String awaitFailure() {
    return cluster.rest().awaitFailedTask(passage.name());
  }

  /** What a consumer gets of these topics. */
  List<DecodedRecord> read(Set<String> topics) {
    return switch (passage.encoding()) {
      case AVRO ->
          consumers.avro(
              topics,
              passage.hasAvroKeys()
                  ? "io.confluent.kafka.serializers.KafkaAvroDeserializer"
                  : "org.apache.kafka.common.serialization.StringDeserializer");
      case TEXT -> consumers.text(topics);
      default -> consumers.json(topics);
    };
  }

  /** The topics in which events are to be. */
  Set<String> topics(List<SampleEvent> events) {
    Set<String> topics = new TreeSet<>();
    events.forEach(event -> topics.add(event.topic(passage.topic())));
    return topics;
  }

  boolean hasHeartbeats() {
    return passage.encoding() == Passage.Encoding.AVRO;
  }

  /** The file that users start with, its places filled in as a user would. */
  private Map<String, String> config() {
    try {
      Map<String, String> config =
          new ObjectMapper()
              .readValue(CONFIG.toFile(), new TypeReference<LinkedHashMap<String, String>>() {});
      Path key = cluster.directory().resolve("symphony-private-key.pem").toAbsolutePath();
      Files.writeString(key, SimulatorKeys.privateKey());
      config.put("name", passage.name());
      config.put("symphony.pod.url", simulator.url());
      config.put("symphony.username", SimulatorKeys.USERNAME);
      config.put("symphony.private.key.path", key.toString());
      config.put("datahose.event.types", String.join(",", EventSchemas.EVENT_TYPES));
      config.put("topic", passage.topic());
      config.put("topic.creation.default.partitions", "1");
      if (hasHeartbeats()) {
        config.put("heartbeat.topic", passage.heartbeats());
        config.put("heartbeat.interval.ms", "1000");
      } else {
        config.remove("heartbeat.topic");
      }
      config.put("value.converter.schema.registry.url", consumers.registry().toString());
      if (passage.hasAvroKeys()) {
        config.put("key.converter.schema.registry.url", consumers.registry().toString());
      }
      config.putAll(passage.options());
      config.values().removeIf(String::isEmpty);
      return config;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      if (cluster.rest().connectors().contains(passage.name())) {
        cluster.rest().delete(passage.name());
        cluster.rest().awaitGone(passage.name());
      }
    } finally {
      simulator.close();
    }
  }
}
