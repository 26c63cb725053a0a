// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * An answer of the agent as the hand-written loop reads it: one pass of Jackson's parser over the
 * body, and each event's own bytes cut out of it. (A Jackson tree written out again is slower, and
 * not the same: it escapes what is outside the BMP.)
 *
 * @param events in their order
 * @param ackId confirms them
 */
public record Answer(List<EventByHand> events, String ackId) {

  private static final JsonFactory FACTORY = new JsonFactory();

  /** What a record takes of an event. */
  public record EventByHand(String id, String type, long timestamp, String key, byte[] json) {

    ProducerRecord<String, byte[]> to(String topic) {
      ProducerRecord<String, byte[]> record =
          new ProducerRecord<>(topic, null, timestamp, key, json);
      eachHeader(
          (name, value) -> record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
      return record;
    }

    void eachHeader(BiConsumer<String, String> taker) {
      taker.accept("symphony.event.type", type);
      taker.accept("symphony.event.id", id);
      taker.accept("symphony.feed", "all");
    }
  }

  /** Reads an answer. */
  public static Answer parse(byte[] body) throws IOException {
    List<EventByHand> events = new ArrayList<>();
    String ackId = "";
    try (JsonParser parser = FACTORY.createParser(body)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        if (name.equals("events")) {
          while (parser.nextToken() == JsonToken.START_OBJECT) {
            events.add(event(parser, body));
          }
        } else if (name.equals("ackId")) {
          ackId = parser.getText();
        }
      }
    }
    return new Answer(events, ackId);
  }

  private static EventByHand event(JsonParser parser, byte[] body) throws IOException {
    int start = (int) parser.currentTokenLocation().getByteOffset();
    String id = null;
    String type = null;
    long timestamp = 0;
    String stream = null;
    String initiator = null;
    int depth = 1;
    while (depth > 0) {
      JsonToken token = parser.nextToken();
      if (token.isStructStart()) {
        depth++;
      } else if (token.isStructEnd()) {
        depth--;
      } else if (token != JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        if (depth == 1 && "id".equals(name)) {
          id = parser.getText();
        } else if (depth == 1 && "type".equals(name)) {
          type = parser.getText();
        } else if (depth == 1 && "timestamp".equals(name)) {
          timestamp = parser.getLongValue();
        } else if (depth == 3 && initiator == null && "userId".equals(name)) {
          initiator = parser.getText();
        } else if (stream == null && "streamId".equals(name)) {
          stream = parser.getText();
        }
      }
    }
    int end = (int) parser.currentLocation().getByteOffset();
    String key = stream == null ? initiator : stream;
    return new EventByHand(id, type, timestamp, key, Arrays.copyOfRange(body, start, end));
  }
}
