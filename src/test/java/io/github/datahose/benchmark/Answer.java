// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;

/** An answer of the agent as the hand-written loop reads it, with a Jackson tree. */
record Answer(JsonNode json) {

  /** Ends the name of the topic that a transactional loop keeps its ackId in. */
  static final String OFFSETS = "-offsets";

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String ACK_ID = "\"ackId\":\"";

  static Answer parse(byte[] body) throws IOException {
    return new Answer(MAPPER.readTree(body));
  }

  /** The same without reading the rest. */
  static String ackIdAtTheEndOf(byte[] body) {
    int from = Math.max(0, body.length - 1_000);
    String end = new String(body, from, body.length - from, StandardCharsets.UTF_8);
    int start = end.lastIndexOf(ACK_ID) + ACK_ID.length();
    return end.substring(start, end.indexOf('"', start));
  }

  boolean isEmpty() {
    return json.path("events").isEmpty();
  }

  String ackId() {
    return json.path("ackId").asText();
  }

  Iterable<ProducerRecord<String, byte[]>> records(String topic) {
    return () ->
        StreamSupport.stream(json.path("events").spliterator(), false)
            .map(event -> record(topic, event))
            .iterator();
  }

  private static ProducerRecord<String, byte[]> record(String topic, JsonNode event) {
    try {
      ProducerRecord<String, byte[]> record =
          new ProducerRecord<>(
              topic,
              null,
              event.path("timestamp").longValue(),
              key(event),
              MAPPER.writeValueAsBytes(event));
      add(record.headers(), "symphony.event.type", event.path("type").asText());
      add(record.headers(), "symphony.event.id", event.path("id").asText());
      add(record.headers(), "symphony.feed", "all");
      return record;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void add(Headers headers, String name, String value) {
    headers.add(name, value.getBytes(StandardCharsets.UTF_8));
  }

  /** The stream, else who did it. */
  private static String key(JsonNode event) {
    JsonNode content = event.path("payload").elements().next();
    JsonNode stream = content.path("stream");
    if (stream.isMissingNode()) {
      stream = content.path("message").path("stream");
    }
    return stream.isObject()
        ? stream.path("streamId").asText()
        : event.path("initiator").path("user").path("userId").asText();
  }
}
