// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.datahose.launch.TopicReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Shows records as a person wants to see them: who did what where, in one line each, and one of
 * them whole.
 */
final class RecordPrinter {
  private static final int TEXT = 60;

  private RecordPrinter() {}

  /** The value of a record, indented, without the many fields that are null. */
  static String whole(ConsumerRecord<String, String> message) {
    return withoutNulls(value(message)).toPrettyString();
  }

  /** One line for the first record of each event type. */
  static Collection<String> oneOfEachType(List<ConsumerRecord<String, String>> records) {
    Map<String, String> lines = new LinkedHashMap<>();
    for (ConsumerRecord<String, String> message : records) {
      JsonNode event = value(message);
      lines.computeIfAbsent(event.path("type").asText(), type -> line(message, event));
    }
    return lines.values();
  }

  private static JsonNode value(ConsumerRecord<String, String> message) {
    return TopicReader.json(message.value().getBytes(StandardCharsets.UTF_8));
  }

  private static JsonNode withoutNulls(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.removeIf(JsonNode::isNull);
    }
    node.forEach(RecordPrinter::withoutNulls);
    return node;
  }

  private static String line(ConsumerRecord<String, String> message, JsonNode event) {
    String where = event.findPath("stream").path("roomName").asText("");
    String text =
        event
            .findPath("message")
            .path("message")
            .asText("")
            .replaceAll("<[^>]*>", " ")
            .replaceAll("\\s+", " ")
            .strip();
    return String.format(
        "%d/%-6d %s  %-28s %s%s%s",
        message.partition(),
        message.offset(),
        Instant.ofEpochMilli(message.timestamp()).truncatedTo(ChronoUnit.SECONDS),
        event.path("type").asText(),
        event.at("/initiator/user/displayName").asText("-"),
        where.isEmpty() ? "" : " in " + where,
        text.isEmpty() ? "" : ": " + text.substring(0, Math.min(TEXT, text.length())));
  }
}
