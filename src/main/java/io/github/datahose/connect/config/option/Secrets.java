// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config.option;

import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * Tells values that must not be shown from harmless ones: options get mixed up, and a key pasted
 * where a path belongs would otherwise stand in the REST answer and in the log.
 *
 * <p>Each look goes over the text once, without patterns, since the value may be hostile.
 */
public final class Secrets {
  private static final String BEGIN = "-----BEGIN CERTIFICATE-----";
  private static final String END = "-----END CERTIFICATE-----";
  private static final String SESSION = "Session-ID: ";
  private static final String JSON_WEB_TOKEN = "eyJ";
  private static final int LEAST_TOKEN = 11;
  private static final int LONGEST_SESSION = 128;

  /** Characters that only base64 and hexadecimal text have in such a row; PEM lines have 64. */
  private static final int BASE64_ROW = 64;

  private static final int URL_SAFE_ROW = 128;

  private Secrets() {}

  /** What is left of a text without the certificates in it, which are no secret. */
  public static String withoutCertificates(String text) {
    StringBuilder rest = new StringBuilder();
    int kept = 0;
    int begin = text.indexOf(BEGIN);
    while (begin >= 0) {
      int body = begin + BEGIN.length();
      int end = endOfRow(text, body, Secrets::isInPemOfOneLine);
      if (end > body && text.startsWith(END, end)) {
        rest.append(text, kept, begin);
        kept = end + END.length();
        end = kept;
      }
      begin = text.indexOf(BEGIN, end);
    }
    return rest.append(text, kept, text.length()).toString();
  }

  /**
   * What is left of the text of {@code openssl s_client -showcerts} without the numbers of its TLS
   * sessions. Not without its keys ({@code Master-Key}, {@code Resumption PSK}): with them the
   * session is resumed, as whoever showed a certificate in it.
   */
  static String withoutSessions(String text) {
    StringBuilder rest = new StringBuilder();
    int kept = 0;
    int begin = text.indexOf(SESSION);
    while (begin >= 0) {
      int number = begin + SESSION.length();
      int end = endOfRow(text, number, Secrets::isUpperHexadecimal);
      boolean whole =
          end == text.length() || !(isBase64(text.charAt(end)) || text.charAt(end) == '_');
      if (end > number && end - number <= LONGEST_SESSION && whole) {
        rest.append(text, kept, begin);
        kept = end;
      }
      begin = text.indexOf(SESSION, end);
    }
    return rest.append(text, kept, text.length()).toString();
  }

  /**
   * Whether the text looks like key material or a token.
   *
   * @param text any text, not null
   */
  public static boolean looksLikeKey(String text) {
    return text.contains("-----BEGIN")
        || holdsJsonWebToken(text)
        || holdsRow(
            text,
            URL_SAFE_ROW,
            Secrets::isUrlSafe,
            Secrets::isDigit,
            Secrets::isUpperCase,
            Secrets::isLowerCase)
        // An absolute path may have a long row of these too; neither PEM nor its base64 starts so.
        || (!text.startsWith("/")
            && holdsRow(text, BASE64_ROW, Secrets::isBase64, Secrets::isDigit));
  }

  /** A dot, and before it without a gap "eyJ" and some more. */
  private static boolean holdsJsonWebToken(String text) {
    int begin = text.indexOf(JSON_WEB_TOKEN);
    while (begin >= 0) {
      int end = endOfRow(text, begin, Secrets::isUrlSafe);
      if (end - begin >= LEAST_TOKEN && end < text.length() && text.charAt(end) == '.') {
        return true;
      }
      begin = text.indexOf(JSON_WEB_TOKEN, end);
    }
    return false;
  }

  /**
   * Whether there are so many characters of one kind in a row, and among them one of each of the
   * others.
   */
  private static boolean holdsRow(
      String text, int length, IntPredicate kind, IntPredicate... among) {
    int[] last = new int[among.length];
    Arrays.fill(last, -1);
    int begin = 0;
    for (int at = 0; at < text.length(); at++) {
      char character = text.charAt(at);
      if (!kind.test(character)) {
        begin = at + 1;
        continue;
      }
      int from = at + 1 - length;
      boolean all = from >= begin;
      for (int i = 0; i < among.length; i++) {
        if (among[i].test(character)) {
          last[i] = at;
        }
        all &= last[i] >= from;
      }
      if (all) {
        return true;
      }
    }
    return false;
  }

  private static int endOfRow(String text, int begin, IntPredicate kind) {
    int end = begin;
    while (end < text.length() && kind.test(text.charAt(end))) {
      end++;
    }
    return end;
  }

  private static boolean isDigit(int character) {
    return character >= '0' && character <= '9';
  }

  private static boolean isUpperCase(int character) {
    return character >= 'A' && character <= 'Z';
  }

  private static boolean isLowerCase(int character) {
    return character >= 'a' && character <= 'z';
  }

  private static boolean isLetterOrDigit(int character) {
    return isDigit(character) || isUpperCase(character) || isLowerCase(character);
  }

  private static boolean isBase64(int character) {
    return isLetterOrDigit(character) || character == '+' || character == '/' || character == '=';
  }

  private static boolean isUrlSafe(int character) {
    return isLetterOrDigit(character) || character == '-' || character == '_';
  }

  private static boolean isUpperHexadecimal(int character) {
    return isDigit(character) || (character >= 'A' && character <= 'F');
  }

  /** Also with {@code \n} for each line break. */
  private static boolean isInPemOfOneLine(int character) {
    return isBase64(character) || character == '\\' || Character.isWhitespace(character);
  }
}
