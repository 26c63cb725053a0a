// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the events of an answer by counting brackets outside strings, so that nothing inside an
 * event, neither its depth nor a token's size nor an error, can hurt its neighbours. Iterative: the
 * depth costs no stack. Good for one scan.
 */
final class EventListScanner {

  private static final JsonFactory STRINGS =
      JsonFactory.builder().disable(JsonFactory.Feature.CHARSET_DETECTION).build();

  private final byte[] body;
  private final List<EventJson> events = new ArrayList<>();
  private String ackId;
  private int position;

  EventListScanner(byte[] body) {
    this.body = body;
  }

  EventList scan() throws MalformedEventListException {
    skipByteOrderMark();
    if (peek() != END) {
      expect('{', "it is no JSON object");
      if (!take('}')) {
        do {
          readMember();
        } while (take(','));
        expect('}', "a comma or the end of the answer's object is missing");
      }
      if (peek() != END) {
        throw malformed("something follows the end of the answer's object");
      }
    }
    return new EventList(events, ackId);
  }

  private void readMember() throws MalformedEventListException {
    if (peek() != '"') {
      throw malformed("a field name is missing");
    }
    String name = readString();
    expect(':', "a colon is missing after a field name");
    switch (name) {
      case "events" -> readEvents();
      case "ackId" -> readAckId();
      default -> skipValue();
    }
  }

  private void readEvents() throws MalformedEventListException {
    if (peek() != '[') {
      int start = position;
      skipValue();
      if (!isNull(start)) {
        position = start;
        throw malformed("its events are no array");
      }
      return;
    }
    position++;
    if (take(']')) {
      return;
    }
    do {
      peek();
      int start = position;
      skipValue();
      if (!isNull(start)) {
        events.add(new EventJson(body, start, position - start));
      }
    } while (take(','));
    expect(']', "a comma or the end of the array is missing after an event");
  }

  private void readAckId() throws MalformedEventListException {
    if (peek() == '"') {
      String text = readString();
      if (!text.isEmpty()) {
        ackId = text;
      }
    } else {
      skipValue();
    }
  }

  private String readString() throws MalformedEventListException {
    int start = position;
    skipString();
    // Jackson knows the escapes. A string it refuses can be no field name of ours, and no ackId.
    try (JsonParser parser = STRINGS.createParser(body, start, position - start)) {
      parser.nextToken();
      String text = parser.getText();
      if (Utf8.isWellFormed(text)) {
        return text;
      }
    } catch (IOException refused) {
      // Falls through; its message could quote the answer.
    }
    position = start;
    throw malformed("a field name or the ackId is no valid string");
  }

  /** Moves past one value: a string, whatever stands between two brackets, or a bare token. */
  private void skipValue() throws MalformedEventListException {
    int depth = 0;
    peek();
    do {
      if (position == body.length) {
        throw malformed("it is cut off within a value");
      }
      switch (body[position]) {
        case '"' -> skipString();
        case '{', '[' -> {
          depth++;
          position++;
        }
        case '}', ']' -> {
          if (depth == 0) {
            throw malformed("a value is missing");
          }
          depth--;
          position++;
        }
        default -> {
          if (depth == 0) {
            skipToken();
          } else {
            position++;
          }
        }
      }
    } while (depth > 0);
  }

  private void skipString() throws MalformedEventListException {
    int start = position++;
    while (position < body.length) {
      byte current = body[position++];
      if (current == '"') {
        return;
      }
      if (current == '\\') {
        position++;
      }
    }
    position = start;
    throw malformed("it is cut off within a string");
  }

  private void skipToken() throws MalformedEventListException {
    int start = position;
    while (position < body.length && ",:{}[]\" \t\r\n".indexOf(body[position]) < 0) {
      position++;
    }
    if (position == start) {
      throw malformed("a value is missing");
    }
  }

  private boolean isNull(int start) {
    return position - start == 4
        && "null".equals(new String(body, start, 4, StandardCharsets.ISO_8859_1));
  }

  private void skipByteOrderMark() {
    if (body.length >= 3
        && body[0] == (byte) 0xEF
        && body[1] == (byte) 0xBB
        && body[2] == (byte) 0xBF) {
      position = 3;
    }
  }

  private static final int END = -1;

  /** The next byte that is no white space, or {@link #END}; stays before it. */
  private int peek() {
    while (position < body.length) {
      byte current = body[position];
      if (current != ' ' && current != '\n' && current != '\r' && current != '\t') {
        return current & 0xFF;
      }
      position++;
    }
    return END;
  }

  private boolean take(char wanted) {
    if (peek() != wanted) {
      return false;
    }
    position++;
    return true;
  }

  private void expect(char wanted, String problem) throws MalformedEventListException {
    if (!take(wanted)) {
      throw malformed(problem);
    }
  }

  private MalformedEventListException malformed(String problem) {
    return new MalformedEventListException(problem, position, body.length);
  }
}
