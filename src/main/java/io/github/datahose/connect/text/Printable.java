// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.text;

/**
 * Sanitizer of text from a server or a configuration, for a log line, an error, or a REST response.
 * The result contains nothing that ends a line, moves a cursor, changes the writing direction, or
 * is invisible: each run of Unicode control (Cc), format (Cf), line separator (Zl), and paragraph
 * separator (Zp) characters and of lone surrogates becomes one space. Linear in time.
 */
public final class Printable {

  private static final int LONGEST = 200;

  private Printable() {}

  /**
   * Returns a name or id in one line.
   *
   * @param text can be null
   * @return at most 200 characters; a cut text ends in three dots; {@code (none)} for null
   */
  public static String of(String text) {
    return text == null ? "(none)" : of(text, LONGEST);
  }

  /**
   * Returns a text in one line.
   *
   * @param text not null
   * @param longest maximum number of characters, more than 0
   * @return at most that many characters, and three dots if it was cut
   */
  public static String of(String text, int longest) {
    StringBuilder line = new StringBuilder(Math.min(text.length(), longest + 2));
    boolean gap = false;
    for (int at = 0; at < text.length() && line.length() <= longest; ) {
      int character = text.codePointAt(at);
      at += Character.charCount(character);
      if (is(character)) {
        if (gap && !line.isEmpty()) {
          line.append(' ');
        }
        gap = false;
        line.appendCodePoint(character);
      } else {
        gap = true;
      }
    }
    if (line.length() <= longest) {
      return line.toString().strip();
    }
    boolean inPair = Character.isHighSurrogate(line.charAt(longest - 1));
    return line.substring(0, inPair ? longest - 1 : longest) + "...";
  }

  /**
   * Returns a message that quotes other text in one line, complete.
   *
   * @param text not null
   */
  public static String line(String text) {
    return of(text, Integer.MAX_VALUE - 2);
  }

  /** Returns whether a code point can be in a line unchanged. */
  public static boolean is(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
