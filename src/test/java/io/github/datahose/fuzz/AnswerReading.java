// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.fuzz;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a body says that may be a list of events: the judge's own reading, which shares nothing with
 * the connector's. It splits at commas where that one walks. As that one it is lenient within
 * events, of which it only wants that brackets and quotes close.
 *
 * @param events what stands in the array but for null
 * @param ackId null when there is none
 */
record AnswerReading(List<Event> events, String ackId) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Empty when the body is no list of events, or one of which events may be missing. */
  static Optional<AnswerReading> of(byte[] body) {
    // A character for each byte; what means something is ASCII.
    String text = new String(body, StandardCharsets.ISO_8859_1);
    text = JsonPieces.strip(text.startsWith("\u00ef\u00bb\u00bf") ? text.substring(3) : text);
    if (text.isEmpty()) {
      return Optional.of(new AnswerReading(List.of(), null));
    }
    if (!JsonPieces.isBracketed(text, '{', '}')) {
      return Optional.empty();
    }
    List<String> members = JsonPieces.split(text.substring(1, text.length() - 1));
    if (members == null) {
      return Optional.empty();
    }
    List<Event> events = new ArrayList<>();
    String ackId = null;
    boolean array = false;
    boolean others = false;
    for (String member : members) {
      int end = JsonPieces.endOfString(member, 0);
      String value = end < 0 ? "" : JsonPieces.strip(member.substring(end));
      if (!value.startsWith(":") || !JsonPieces.isOneValue(JsonPieces.strip(value.substring(1)))) {
        return Optional.empty();
      }
      value = JsonPieces.strip(value.substring(1));
      String name = string(member.substring(0, end));
      if ("events".equals(name) && !value.equals("null")) {
        List<String> elements = elements(value);
        if (elements == null) {
          return Optional.empty();
        }
        elements.stream()
            .filter(element -> !element.equals("null"))
            .forEach(element -> events.add(Event.of(bytes(element))));
        array = true;
      } else if ("ackId".equals(name)) {
        ackId = value.startsWith("\"") ? string(value) : ackId;
      } else if (!"events".equals(name)) {
        others = true;
      }
    }
    if (others && !array) {
      // Nobody can say that what is unknown here are not the events.
      return Optional.empty();
    }
    return Optional.of(new AnswerReading(events, "".equals(ackId) ? null : ackId));
  }

  /** Whether there are events. */
  boolean brings() {
    return !events.isEmpty();
  }

  /** The elements of an array, or null when it is none. */
  private static List<String> elements(String value) {
    if (!JsonPieces.isBracketed(value, '[', ']')) {
      return null;
    }
    List<String> elements = JsonPieces.split(value.substring(1, value.length() - 1));
    return elements != null && elements.stream().allMatch(JsonPieces::isOneValue) ? elements : null;
  }

  /** What a JSON string says, or null when it is not valid. */
  private static String string(String quoted) {
    try {
      return JSON.readValue(bytes(quoted), String.class);
    } catch (IOException notValid) {
      return null;
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
