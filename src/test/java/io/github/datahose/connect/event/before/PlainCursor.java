// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event.before;

/**
 * Moves over the bytes of JSON that is plain, and stops for good at all else: each method answers
 * whether it found what it moves over. Plain is well-formed JSON without surrogates that are
 * escaped, without long numbers, of no more than some thousand values, and not nested deep; whether
 * its bytes are valid UTF-8 is not looked at. Much stricter than {@link EventList}, which only
 * looks for a value's end. Not thread-safe.
 */
final class PlainCursor {

  private static final int END = -1;

  private static final int DEPTH_AT_MOST = 100;
  private static final int VALUES_AT_MOST = EventMapper.MAX_PARTS;
  private static final int NAME_LENGTH_AT_MOST = 500;
  private static final int NUMBER_LENGTH_AT_MOST = 100;
  private static final byte[] NULL = {'n', 'u', 'l', 'l'};
  private static final byte[] TRUE = {'t', 'r', 'u', 'e'};
  private static final byte[] FALSE = {'f', 'a', 'l', 's', 'e'};

  private final byte[] text;
  private int position;
  private int values;
  private boolean escaped;

  PlainCursor(byte[] text, int from) {
    this.text = text;
    position = from;
  }

  int position() {
    return position;
  }

  /** Whether the last string had escapes in it. */
  boolean wasEscaped() {
    return escaped;
  }

  /** The next byte that is no white space, or a negative number at the end; stays before it. */
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
      if (position >= text.length) {
        return false;
      }
      if (text[position] == '"') {
        position++;
        return true;
      }
      if (!moveTo(PlainGrammar.endOfEscape(text, position, text.length))) {
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
    int integer = PlainGrammar.endOfInteger(text, position, text.length);
    return skipNumber() && position == integer;
  }

  /** Moves past a value of any kind. */
  boolean skipValue() {
    return skipValue(0);
  }

  private boolean skipValue(int depth) {
    values++;
    if (values > VALUES_AT_MOST) {
      return false;
    }
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

  private boolean skipLiteral(byte[] literal) {
    for (byte each : literal) {
      if (position == text.length || text[position] != each) {
        return false;
      }
      position++;
    }
    return true;
  }

  private boolean skipNumber() {
    int start = position;
    return moveTo(PlainGrammar.endOfNumber(text, start, text.length))
        && position - start <= NUMBER_LENGTH_AT_MOST;
  }

  private boolean moveTo(int there) {
    if (there == PlainGrammar.NONE) {
      return false;
    }
    position = there;
    return true;
  }
}
