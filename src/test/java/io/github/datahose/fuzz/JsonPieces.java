// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.fuzz;

import java.util.ArrayList;
import java.util.List;

/**
 * Takes JSON texts apart at what is outside of strings and brackets. Which kind a bracket is does
 * not matter, and neither does what else stands within.
 */
final class JsonPieces {

  private static final String WHITE_SPACE = " \t\r\n";

  private JsonPieces() {}

  /** The pieces between commas outside of strings and brackets; null when those do not close. */
  static List<String> split(String text) {
    List<String> pieces = new ArrayList<>();
    int depth = 0;
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      switch (text.charAt(i)) {
        case '"' -> {
          i = endOfString(text, i) - 1;
          if (i < 0) {
            return null;
          }
        }
        case '{', '[' -> depth++;
        case '}', ']' -> {
          if (--depth < 0) {
            return null;
          }
        }
        case ',' -> {
          if (depth == 0) {
            pieces.add(strip(text.substring(start, i)));
            start = i + 1;
          }
        }
        default -> {}
      }
    }
    String last = strip(text.substring(start));
    if (!last.isEmpty() || !pieces.isEmpty()) {
      pieces.add(last);
    }
    return depth == 0 ? pieces : null;
  }

  /** Whether this is one string, one token, or whatever stands between two brackets. */
  static boolean isOneValue(String piece) {
    if (piece.isEmpty()) {
      return false;
    }
    return switch (piece.charAt(0)) {
      case '"' -> endOfString(piece, 0) == piece.length();
      case '{', '[' -> endOfBrackets(piece) == piece.length();
      default -> piece.chars().noneMatch(each -> ",:{}[]\" \t\r\n".indexOf(each) >= 0);
    };
  }

  /** Whether these two brackets belong together, and nothing stands outside of them. */
  static boolean isBracketed(String text, char first, char last) {
    return text.length() > 1
        && text.charAt(0) == first
        && text.charAt(text.length() - 1) == last
        && endOfBrackets(text) == text.length();
  }

  /** Where the bracket that the text begins with closes, or -1; of whatever kind they are. */
  private static int endOfBrackets(String text) {
    int depth = 0;
    for (int i = 0; i < text.length(); i++) {
      char current = text.charAt(i);
      if (current == '"') {
        i = endOfString(text, i) - 1;
        if (i < 0) {
          return -1;
        }
      } else if (current == '{' || current == '[') {
        depth++;
      } else if (current == '}' || current == ']') {
        depth--;
        if (depth == 0) {
          return i + 1;
        }
      }
    }
    return -1;
  }

  /** After the quote that ends the string that begins here, or -1 when there is none. */
  static int endOfString(String text, int start) {
    if (start >= text.length() || text.charAt(start) != '"') {
      return -1;
    }
    for (int i = start + 1; i < text.length(); i++) {
      if (text.charAt(i) == '\\') {
        i++;
      } else if (text.charAt(i) == '"') {
        return i + 1;
      }
    }
    return -1;
  }

  /** Without JSON's white space, which is less than Java's. */
  static String strip(String text) {
    int start = 0;
    int end = text.length();
    while (start < end && WHITE_SPACE.indexOf(text.charAt(start)) >= 0) {
      start++;
    }
    while (end > start && WHITE_SPACE.indexOf(text.charAt(end - 1)) >= 0) {
      end--;
    }
    return text.substring(start, end);
  }
}
