// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event;

/**
 * Moves over the bytes of one JSON value that is plain, and stops for good at all else: each method
 * answers whether it found what it moves over. Plain is well-formed JSON without surrogates that
 * are escaped, without long numbers, and not nested deep; whether its bytes are valid UTF-8 is not
 * looked at. Much stricter than {@link JsonCursor}, which only looks for a value's end. Not
 * thread-safe.
 */
final class PlainCursor {

  /** What {@link #peek()} says at the end. */
  static final int END = -1;

  private static final int DEPTH_AT_MOST = 100;
  private static final int NAME_LENGTH_AT_MOST = 500;
  private static final int NUMBER_LENGTH_AT_MOST = 100;
  private static final byte[] NULL = {'n', 'u', 'l', 'l'};
  private static final byte[] TRUE = {'t', 'r', 'u', 'e'};
  private static final byte[] FALSE = {'f', 'a', 'l', 's', 'e'};

  private final byte[] text;
  private final int end;
  private int position;
  private boolean escaped;

  PlainCursor(byte[] text, int offset, int length) {
    this.text = text;
    position = offset;
    end = offset + length;
  }

  int position() {
    return position;
  }

  /** Whether the last string had escapes in it. */
  boolean wasEscaped() {
    return escaped;
  }

  /** The next byte that is no white space, or {@link #END}; stays before it. */
  int peek() {
    while (position < end) {
      byte current = text[position];
      if (current != ' ' && current != '\n' && current != '\r' && current != '\t') {
        return current;
      }
      position++;
    }
    return END;
  }

  boolean take(char wanted) {
    if (peek() != wanted) {
      return false;
    }
    position++;
    return true;
  }

  boolean skipNull() {
    return skipLiteral(NULL);
  }

  /** Moves past a string. */
  boolean skipString() {
    escaped = false;
    if (!take('"')) {
      return false;
    }
    while (true) {
      position = Utf8.quoteBackslashOrControl(text, position);
      if (position >= end) {
        return false;
      }
      if (text[position] == '"') {
        position++;
        return true;
      }
      if (!skipEscape()) {
        return false;
      }
      escaped = true;
    }
  }

  /** Moves past the name of a field. */
  boolean skipName() {
    int start = position;
    return skipString() && position - start <= NAME_LENGTH_AT_MOST;
  }

  /** Moves past a number without fraction and exponent. */
  boolean skipInteger() {
    int start = position;
    return skipNumber() && isInteger(start);
  }

  /** Moves past a value of any kind. */
  boolean skipValue() {
    return skipValue(0);
  }

  private boolean skipValue(int depth) {
    return switch (peek()) {
      case '"' -> skipString();
      case '{' -> depth < DEPTH_AT_MOST && skipObject(depth + 1);
      case '[' -> depth < DEPTH_AT_MOST && skipArray(depth + 1);
      case 'n' -> skipLiteral(NULL);
      case 't' -> skipLiteral(TRUE);
      case 'f' -> skipLiteral(FALSE);
      default -> skipNumber();
    };
  }

  private boolean skipObject(int depth) {
    position++;
    if (take('}')) {
      return true;
    }
    do {
      if (!skipName() || !take(':') || !skipValue(depth)) {
        return false;
      }
    } while (take(','));
    return take('}');
  }

  private boolean skipArray(int depth) {
    position++;
    if (take(']')) {
      return true;
    }
    do {
      if (!skipValue(depth)) {
        return false;
      }
    } while (take(','));
    return take(']');
  }

  /** A backslash and what belongs to it; a control character is none. */
  private boolean skipEscape() {
    if (text[position] != '\\' || position + 1 >= end) {
      return false;
    }
    switch (text[position + 1]) {
      case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> {
        position += 2;
        return true;
      }
      case 'u' -> {
        int digits = position + 2;
        position += 6;
        return position <= end && isHexButNoSurrogate(digits);
      }
      default -> {
        return false;
      }
    }
  }

  private boolean isHexButNoSurrogate(int at) {
    for (int i = at; i < at + 4; i++) {
      if (Character.digit(text[i], 16) < 0) {
        return false;
      }
    }
    return (text[at] | 0x20) != 'd';
  }

  private boolean skipLiteral(byte[] literal) {
    for (byte each : literal) {
      if (position == end || text[position] != each) {
        return false;
      }
      position++;
    }
    return true;
  }

  /** JSON's own grammar: no leading zeros, no sign but a minus, digits on both sides of a point. */
  private boolean skipNumber() {
    int start = position;
    skip('-');
    if (!skip('0') && !skipDigits()) {
      return false;
    }
    if (skip('.') && !skipDigits()) {
      return false;
    }
    if (skip('e') || skip('E')) {
      if (!skip('+')) {
        skip('-');
      }
      if (!skipDigits()) {
        return false;
      }
    }
    return position - start <= NUMBER_LENGTH_AT_MOST;
  }

  private boolean isInteger(int start) {
    for (int i = start; i < position; i++) {
      if (text[i] == '.' || (text[i] | 0x20) == 'e') {
        return false;
      }
    }
    return true;
  }

  private boolean skip(char wanted) {
    if (position < end && text[position] == wanted) {
      position++;
      return true;
    }
    return false;
  }

  private boolean skipDigits() {
    int start = position;
    while (position < end && text[position] >= '0' && text[position] <= '9') {
      position++;
    }
    return position > start;
  }
}
