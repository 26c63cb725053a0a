// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.storm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.storm.Scenario.Trait;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** What a scenario's connector leaves behind: records, and what its transformation noted. */
final class Records {
  static final int PARTITIONS = 2;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final ConnectCluster cluster;
  private final Scenario scenario;
  private final Mode mode;
  private final String connector;

  Records(ConnectCluster cluster, Scenario scenario, Mode mode, String connector) {
    this.cluster = cluster;
    this.scenario = scenario;
    this.mode = mode;
    this.connector = connector;
  }

  /** A text of the scenario with its placeholders filled in. */
  String named(String text) {
    return text.replace("${name}", connector).replace("${dropped}", droppedFile().toString());
  }

  /** The topics that events go to. */
  List<String> eventTopics() {
    return scenario.destinations().stream().map(each -> named(each.topic())).toList();
  }

  void createTopics() {
    eventTopics().forEach(topic -> cluster.broker().createTopic(topic, PARTITIONS, Map.of()));
    if (scenario.has(Trait.HEARTBEATS)) {
      cluster.createTopic(named(Scenario.heartbeatTopic()));
    }
  }

  /** All events that a consumer of the mode gets, those of each partition in their order. */
  Map<Destination, List<Seen>> read() {
    Map<Destination, List<Seen>> records = new LinkedHashMap<>();
    for (Destination destination : scenario.destinations()) {
      records.put(
          destination,
          cluster.topics().read(named(destination.topic()), mode.isolation(), seen()).stream()
              .map(Records::withKey)
              .toList());
    }
    return records;
  }

  /** The messageIds that {@link HashedMessageId} noted; none where it was not asked. */
  Set<String> dropped() {
    if (!Files.exists(droppedFile())) {
      return Set.of();
    }
    try {
      return Set.copyOf(Files.readAllLines(droppedFile()).stream().distinct().toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Looks for heartbeats of each reader.
   *
   * @throws IllegalStateException when there are none
   */
  void requireHeartbeats() {
    Set<String> readers =
        cluster
            .topics()
            .read(named(Scenario.heartbeatTopic()), mode.isolation(), new StringDeserializer())
            .stream()
            .map(ConsumerRecord::key)
            .collect(Collectors.toSet());
    if (readers.size() != scenario.readers()) {
      throw new IllegalStateException(
          scenario.readers()
              + " readers were to have heartbeats, and those that do are "
              + readers);
    }
  }

  private Path droppedFile() {
    return cluster.directory().resolve(connector + "-dropped.txt").toAbsolutePath();
  }

  private static Seen withKey(ConsumerRecord<String, Seen> message) {
    return new Seen(message.key(), message.value().messageId(), message.value().type());
  }

  private static Deserializer<Seen> seen() {
    return (topic, value) -> {
      try {
        JsonNode event = JSON.readTree(value);
        return new Seen(
            null, event.path("messageId").asText(null), event.path("type").asText(null));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    };
  }
}
