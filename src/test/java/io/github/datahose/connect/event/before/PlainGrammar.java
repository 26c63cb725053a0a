// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event.before;

/**
 * Where the small parts of plain JSON end, numbers and escapes, by JSON's own grammar. Each method
 * answers the position of the next byte, or {@link #NONE}.
 */
final class PlainGrammar {

  /** There is no such part. */
  static final int NONE = -1;

  private PlainGrammar() {}

  /** No leading zeros, no sign but a minus, digits on both sides of a point. */
  static int endOfNumber(byte[] text, int from, int end) {
    int at = endOfInteger(text, from, end);
    if (at != NONE && isAt('.', text, at, end)) {
      at = endOfDigits(text, at + 1, end);
    }
    if (at != NONE && isExponent(text, at, end)) {
      boolean signed = isAt('+', text, at + 1, end) || isAt('-', text, at + 1, end);
      at = endOfDigits(text, signed ? at + 2 : at + 1, end);
    }
    return at;
  }

  /** What comes before a number's point and exponent. */
  static int endOfInteger(byte[] text, int from, int end) {
    int at = isAt('-', text, from, end) ? from + 1 : from;
    return isAt('0', text, at, end) ? at + 1 : endOfDigits(text, at, end);
  }

  private static int endOfDigits(byte[] text, int from, int end) {
    int at = from;
    while (at < end && text[at] >= '0' && text[at] <= '9') {
      at++;
    }
    return at > from ? at : NONE;
  }

  private static boolean isExponent(byte[] text, int at, int end) {
    return isAt('e', text, at, end) || isAt('E', text, at, end);
  }

  private static boolean isAt(char wanted, byte[] text, int at, int end) {
    return at < end && text[at] == wanted;
  }

  /** A backslash and what belongs to it, but for a surrogate; a control character is none. */
  static int endOfEscape(byte[] text, int from, int end) {
    if (text[from] != '\\' || from + 1 >= end) {
      return NONE;
    }
    return switch (text[from + 1]) {
      case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> from + 2;
      case 'u' -> from + 6 <= end && isHexButNoSurrogate(text, from + 2) ? from + 6 : NONE;
      default -> NONE;
    };
  }

  private static boolean isHexButNoSurrogate(byte[] text, int from) {
    for (int at = from; at < from + 4; at++) {
      if (Character.digit(text[at], 16) < 0) {
        return false;
      }
    }
    return (text[from] | 0x20) != 'd';
  }
}
