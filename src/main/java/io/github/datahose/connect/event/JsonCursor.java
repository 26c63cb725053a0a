// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;

/**
 * Moves over the bytes of a JSON text without looking into its values: it counts brackets outside
 * strings, so that neither the depth of a value nor the size of a token nor an error within it
 * matters. Iterative: depth costs no stack. Not thread-safe.
 */
final class JsonCursor {

  /** What {@link #peek()} says at the end of the text. */
  static final int END = -1;

  private static final JsonFactory STRINGS =
      JsonFactory.builder().disable(JsonFactory.Feature.CHARSET_DETECTION).build();
  private static final String TOKEN_END = ",:{}[]\" \t\r\n";

  private final byte[] text;
  private int position;

  /** Stands before the first byte, or after a byte order mark. */
  JsonCursor(byte[] text) {
    this.text = text;
    boolean marked =
        text.length >= 3
            && text[0] == (byte) 0xEF
            && text[1] == (byte) 0xBB
            && text[2] == (byte) 0xBF;
    position = marked ? 3 : 0;
  }

  int position() {
    return position;
  }

  /** The next byte that is no white space, or {@link #END}; stays before it. */
  int peek() {
    while (position < text.length) {
      byte current = text[position];
      if (current != ' ' && current != '\n' && current != '\r' && current != '\t') {
        return current & 0xFF;
      }
      position++;
    }
    return END;
  }

  /** Moves past what was looked at elsewhere. */
  void skip(int bytes) {
    position += bytes;
  }

  /** Moves past this character if it comes next after white space. */
  boolean take(char wanted) {
    if (peek() != wanted) {
      return false;
    }
    position++;
    return true;
  }

  void expect(char wanted, String problem) throws MalformedEventListException {
    if (!take(wanted)) {
      throw malformed(problem);
    }
  }

  /**
   * Moves past a string that comes next, and answers what it says.
   *
   * @param bytesAtMost between its quotation marks; a longer one is not decoded
   * @return null when it is longer, or not valid
   */
  String readString(int bytesAtMost) throws MalformedEventListException {
    int start = position;
    skipString();
    if (position - start - 2 > bytesAtMost) {
      return null;
    }
    try (JsonParser parser = STRINGS.createParser(text, start, position - start)) {
      parser.nextToken();
      String string = parser.getText();
      return Utf8.isWellFormed(string) ? string : null;
    } catch (IOException invalid) {
      return null;
    }
  }

  /**
   * Moves past one value: a string, whatever stands between two brackets, or a bare token.
   *
   * @return where it began, after white space
   */
  int skipValue() throws MalformedEventListException {
    peek();
    int start = position;
    int depth = 0;
    do {
      if (position == text.length) {
        throw malformed("it is cut off within a value");
      }
      switch (text[position]) {
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
    return start;
  }

  /** Whether the bytes from {@code start} to here are {@code null}. */
  boolean isNull(int start) {
    return position - start == 4
        && text[start] == 'n'
        && text[start + 1] == 'u'
        && text[start + 2] == 'l'
        && text[start + 3] == 'l';
  }

  MalformedEventListException malformed(String problem) {
    return new MalformedEventListException(problem, position, text.length);
  }

  private void skipString() throws MalformedEventListException {
    int start = position++;
    for (position = Utf8.quoteOrBackslash(text, position);
        position < text.length;
        position = Utf8.quoteOrBackslash(text, position + 2)) {
      if (text[position] == '"') {
        position++;
        return;
      }
    }
    position = start;
    throw malformed("it is cut off within a string");
  }

  private void skipToken() throws MalformedEventListException {
    int start = position;
    while (position < text.length && TOKEN_END.indexOf(text[position]) < 0) {
      position++;
    }
    if (position == start) {
      throw malformed("a value is missing");
    }
  }
}
