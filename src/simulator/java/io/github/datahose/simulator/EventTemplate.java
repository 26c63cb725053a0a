// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The JSON text of an event, split at its slots, so that generating an event copies few arrays. */
final class EventTemplate {

  /** The text between two literal parts; {@code @MESSAGE_ID@} in the resource file. */
  enum Slot {
    ID,
    MESSAGE_ID,
    OTHER_ID,
    STREAM_ID,
    TIMESTAMP,
    TEXT
  }

  private static final Pattern SLOT =
      Pattern.compile("\"@TIMESTAMP@\"|@(ID|MESSAGE_ID|OTHER_ID|STREAM_ID|TEXT)@");

  final String type;
  private final String scope;
  final String streamType;
  final int weight;
  private final ChatText texts;
  private final List<byte[]> literals = new ArrayList<>();
  private final List<Slot> slots = new ArrayList<>();

  EventTemplate(JsonNode event, int weight, ChatText texts) {
    type = event.path("type").asText();
    scope = Event.scopeOf(event);
    streamType = event.findPath("streamType").asText("ROOM");
    this.weight = weight;
    this.texts = texts;
    String json = event.toString();
    Matcher matcher = SLOT.matcher(json);
    int literal = 0;
    while (matcher.find()) {
      literals.add(utf8(json.substring(literal, matcher.start())));
      slots.add(Slot.valueOf(matcher.group().replaceAll("[\"@]", "")));
      literal = matcher.end();
    }
    literals.add(utf8(json.substring(literal)));
  }

  /** Generates an event. */
  Event event(byte[] streamId, long random, long timestamp) {
    return new Generated(streamId, random, timestamp);
  }

  /**
   * It keeps no bytes: its random number and its time determine all that varies. A million of them
   * in a feed use about 40 bytes each.
   */
  private final class Generated implements Event {

    private final byte[] streamId;
    private final long random;
    private final long timestamp;

    Generated(byte[] streamId, long random, long timestamp) {
      this.streamId = streamId;
      this.random = random;
      this.timestamp = timestamp;
    }

    @Override
    public String type() {
      return type;
    }

    @Override
    public String scope() {
      return scope;
    }

    @Override
    public String messageId() {
      return new String(Identifiers.message(random, timestamp), StandardCharsets.US_ASCII);
    }

    @Override
    public void writeTo(ByteArrayOutputStream out) {
      for (int i = 0; i < slots.size(); i++) {
        write(literals.get(i), out);
        write(slots.get(i), out);
      }
      write(literals.get(slots.size()), out);
    }

    private void write(Slot slot, ByteArrayOutputStream out) {
      switch (slot) {
        case ID -> write(Identifiers.event(random), out);
        case MESSAGE_ID -> write(Identifiers.message(random, timestamp), out);
        case OTHER_ID -> write(Identifiers.message(~random, timestamp - 3_600_000), out);
        case STREAM_ID -> write(streamId, out);
        case TIMESTAMP -> write(utf8(Long.toString(timestamp)), out);
        case TEXT -> texts.write(Identifiers.mix(random + 2), out);
      }
    }

    private void write(byte[] bytes, ByteArrayOutputStream out) {
      out.write(bytes, 0, bytes.length);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Returns a message text: some lines of chat, usually a few, rarely a page. */
  static final class ChatText {

    private static final int ROUNDS = 16;
    private static final int LONGEST = 150;

    private final byte[] corpus;
    private final int[] lineStarts;

    /** Lines of ASCII that need no escaping in XML and JSON. */
    ChatText(List<String> lines) {
      StringBuilder text = new StringBuilder();
      List<Integer> starts = new ArrayList<>();
      // An odd factor visits the lines in another order in each round.
      for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < lines.size(); i++) {
          starts.add(text.length());
          text.append(lines.get((i * (2 * round + 1) + round) % lines.size())).append(' ');
        }
      }
      corpus = text.toString().getBytes(StandardCharsets.US_ASCII);
      lineStarts = starts.stream().mapToInt(Integer::intValue).toArray();
    }

    void write(long random, ByteArrayOutputStream out) {
      int kind = (int) (random >>> 32 & 0xff) % 100;
      int spread = (int) (random & 0xffff);
      int lines = kind < 75 ? 1 + spread % 3 : kind < 95 ? 4 + spread % 16 : 40 + spread % 110;
      int first = (int) ((random >>> 40) % (lineStarts.length - LONGEST));
      int from = lineStarts[first];
      out.write(corpus, from, lineStarts[first + lines] - 1 - from);
    }
  }
}
