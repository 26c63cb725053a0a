// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The JSON text of an event cut at its slots, so that an event is a few array copies. */
final class EventTemplate {

  /** What stands between two literal parts; in the resource file as {@code @messageId@}. */
  enum Slot {
    ID,
    MESSAGE_ID,
    OTHER_ID,
    STREAM_ID,
    TIMESTAMP,
    TEXT
  }

  private static final Pattern SLOT =
      Pattern.compile("\"@timestamp@\"|@(id|messageId|otherId|streamId|text)@");

  private final String type;
  private final String scope;
  private final String streamType;
  private final int weight;
  private final List<byte[]> literals = new ArrayList<>();
  private final List<Slot> slots = new ArrayList<>();

  EventTemplate(JsonNode event, int weight) {
    type = event.path("type").asText();
    scope = Scopes.of(event);
    streamType = event.findPath("streamType").asText("ROOM");
    this.weight = weight;
    String json = event.toString();
    Matcher matcher = SLOT.matcher(json);
    int literal = 0;
    while (matcher.find()) {
      literals.add(utf8(json.substring(literal, matcher.start())));
      slots.add(slot(matcher.group(1)));
      literal = matcher.end();
    }
    literals.add(utf8(json.substring(literal)));
  }

  String type() {
    return type;
  }

  String scope() {
    return scope;
  }

  String streamType() {
    return streamType;
  }

  int weight() {
    return weight;
  }

  void write(GeneratedEvent event, ByteArrayOutputStream out) {
    for (int i = 0; i < slots.size(); i++) {
      write(literals.get(i), out);
      event.writeSlot(slots.get(i), out);
    }
    write(literals.get(slots.size()), out);
  }

  private static Slot slot(String name) {
    return name == null
        ? Slot.TIMESTAMP
        : switch (name) {
          case "id" -> Slot.ID;
          case "messageId" -> Slot.MESSAGE_ID;
          case "otherId" -> Slot.OTHER_ID;
          case "streamId" -> Slot.STREAM_ID;
          default -> Slot.TEXT;
        };
  }

  private static void write(byte[] bytes, ByteArrayOutputStream out) {
    out.write(bytes, 0, bytes.length);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
