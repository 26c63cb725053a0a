// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.simulator.Audit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** What stands in the topics of a cluster's broker, for a consumer that reads committed records. */
public record Topics(ConnectCluster cluster) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The names of all topics. */
  public Set<String> names() {
    try (Admin admin = cluster.broker().admin()) {
      return admin.listTopics().names().get(30, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException("cannot list topics", e);
    }
  }

  /** All records of these topics. */
  public List<ConsumerRecord<String, String>> records(String... topics) {
    return Arrays.stream(topics)
        .flatMap(topic -> cluster.topics().committed(topic).stream())
        .toList();
  }

  /** The same, as an audit wants them. */
  public List<Audit.Entry> entries(String... topics) {
    return records(topics).stream()
        .map(record -> new Audit.Entry(record.key(), messageId(record)))
        .toList();
  }

  /** The event's messageId; empty when it has none. */
  public static String messageId(ConsumerRecord<String, String> record) {
    return value(record).path("messageId").asText();
  }

  /** The value as the worker's JSON converter wrote it. */
  public static JsonNode value(ConsumerRecord<String, String> record) {
    return json(record.value().getBytes(StandardCharsets.UTF_8));
  }

  static JsonNode json(byte[] text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
