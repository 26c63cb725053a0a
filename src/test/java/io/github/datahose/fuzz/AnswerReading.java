// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.fuzz;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The content of a body that might be a list of events: the judge's own parser, which shares no
 * code with the connector's. Like that parser it is lenient within events: it only requires that
 * brackets and quotes close, and ignores the kind of a bracket.
 *
 * @param events the elements of the array except null
 * @param ackId null when there is none
 */
record AnswerReading(List<Evidence.Event> events, String ackId) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern END_OF_HEAD = Pattern.compile("\r?\n\r?\n");
  private static final Pattern CHUNK = Pattern.compile("([0-9a-fA-F]{1,8})[^\n]*\n");

  /** Empty when the body is no list of events, or one of which events may be missing. */
  static Optional<AnswerReading> of(byte[] body) {
    // A character for each byte; what means something is ASCII.
    String text = new String(body, StandardCharsets.ISO_8859_1);
    try {
      return Optional.of(new Walk(text.startsWith("\u00ef\u00bb\u00bf") ? 3 : 0, text).answer());
    } catch (ParseException notAList) {
      return Optional.empty();
    }
  }

  /** Whether there are events. */
  boolean brings() {
    return !events.isEmpty();
  }

  /**
   * What a client may take for the body of bytes that may be an HTTP answer: all that follows the
   * head, and the same without the sizes of chunks; none without a head.
   */
  static List<byte[]> bodies(byte[] wire) {
    String text = new String(wire, StandardCharsets.ISO_8859_1);
    Matcher head = END_OF_HEAD.matcher(text);
    if (!head.find()) {
      return List.of();
    }
    String body = text.substring(head.end());
    return List.of(bytes(body), withoutChunks(body));
  }

  /** Skips any text between the end of a chunk and the end of that line. */
  private static byte[] withoutChunks(String body) {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    Matcher chunk = CHUNK.matcher(body);
    int at = 0;
    while (chunk.region(at, body.length()).lookingAt()) {
      int end = (int) Math.min(body.length(), chunk.end() + Long.parseLong(chunk.group(1), 16));
      whole.writeBytes(bytes(body.substring(chunk.end(), end)));
      int line = body.indexOf('\n', end);
      at = line < 0 ? body.length() : line + 1;
    }
    return whole.toByteArray();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Goes through a text from value to value. */
  private static final class Walk {

    private static final String WHITE_SPACE = " \t\r\n";
    private static final String NO_TOKEN = ",:{}[]\"" + WHITE_SPACE;

    private final String text;
    private int at;

    Walk(int start, String text) {
      this.text = text;
      at = start;
    }

    AnswerReading answer() throws ParseException {
      List<Evidence.Event> events = new ArrayList<>();
      String ackId = null;
      boolean array = false;
      boolean others = false;
      if (isAtEnd()) {
        return new AnswerReading(events, null);
      }
      need(takes('{'));
      if (!takes('}')) {
        do {
          need(!isAtEnd() && text.charAt(at) == '"');
          String name = string(value());
          need(takes(':'));
          String value = value();
          if ("events".equals(name) && !value.equals("null")) {
            events.addAll(new Walk(0, value).elements());
            array = true;
          } else if ("ackId".equals(name)) {
            ackId = value.startsWith("\"") ? string(value) : ackId;
          } else if (!"events".equals(name)) {
            others = true;
          }
        } while (takes(','));
        need(takes('}'));
      }
      need(isAtEnd());
      // Nobody can say that what is unknown here are not the events.
      need(array || !others);
      return new AnswerReading(events, "".equals(ackId) ? null : ackId);
    }

    private List<Evidence.Event> elements() throws ParseException {
      List<Evidence.Event> elements = new ArrayList<>();
      need(takes('['));
      if (!takes(']')) {
        do {
          String element = value();
          if (!element.equals("null")) {
            elements.add(Evidence.Event.of(bytes(element)));
          }
        } while (takes(','));
        need(takes(']'));
      }
      need(isAtEnd());
      return elements;
    }

    /** One string, one token, or any text between two brackets. */
    private String value() throws ParseException {
      need(!isAtEnd());
      int start = at;
      int depth = 0;
      do {
        need(at < text.length());
        switch (text.charAt(at++)) {
          case '"' -> endString();
          case '{', '[' -> depth++;
          case '}', ']' -> depth--;
          default -> {
            if (depth == 0) {
              at--;
              endToken();
            }
          }
        }
        need(depth >= 0);
      } while (depth > 0);
      return text.substring(start, at);
    }

    private void endString() throws ParseException {
      need(at < text.length());
      for (; text.charAt(at) != '"'; need(at < text.length())) {
        at += text.charAt(at) == '\\' ? 2 : 1;
      }
      at++;
    }

    private void endToken() throws ParseException {
      int start = at;
      while (at < text.length() && NO_TOKEN.indexOf(text.charAt(at)) < 0) {
        at++;
      }
      need(at > start);
    }

    /** Skips JSON's white space, which is less than Java's, and this if it follows. */
    private boolean takes(char next) {
      boolean taken = !isAtEnd() && text.charAt(at) == next;
      at += taken ? 1 : 0;
      return taken;
    }

    private boolean isAtEnd() {
      while (at < text.length() && WHITE_SPACE.indexOf(text.charAt(at)) >= 0) {
        at++;
      }
      return at == text.length();
    }

    private void need(boolean so) throws ParseException {
      if (!so) {
        throw new ParseException("no list of events", at);
      }
    }

    /** What a JSON string says, or null when it is not valid. */
    private static String string(String quoted) {
      try {
        return JSON.readValue(bytes(quoted), String.class);
      } catch (IOException notValid) {
        return null;
      }
    }
  }
}
