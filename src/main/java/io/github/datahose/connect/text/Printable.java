// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.text;

/**
 * Makes text that a server or a configuration wrote fit for a log line, an error, or a REST
 * response. Nothing in it ends a line, moves a cursor, turns the direction of writing, or cannot be
 * seen: each run of Unicode control (Cc), format (Cf), line separator (Zl), and paragraph separator
 * (Zp) characters and of lone surrogates becomes one space. Linear in time.
 */
public final class Printable {

  private static final int LONGEST = 200;

  private Printable() {}

  /**
   * A name or an id.
   *
   * @param text may be null
   * @return one line of at most 200 characters, cut ones end in an ellipsis of three points; {@code
   *     (none)} for null
   */
  public static String of(String text) {
    return text == null ? "(none)" : of(text, LONGEST);
  }

  /**
   * A text.
   *
   * @param text not null
   * @param longest characters of it, more than 0
   * @return one line of at most so many characters, and three points where it was cut
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
   * A sentence of ours that quotes somebody, whole.
   *
   * @param text not null
   */
  public static String line(String text) {
    return of(text, Integer.MAX_VALUE - 2);
  }

  /** Whether a code point may stand in a line as it is. */
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
