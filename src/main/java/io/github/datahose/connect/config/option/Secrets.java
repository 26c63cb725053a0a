// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config.option;

import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * A detector of values that must not be shown. Users mix up options, and a key in place of a path
 * would otherwise appear in the REST response and in the log.
 *
 * <p>Each check reads the text once, without patterns, because the value might be hostile.
 */
public final class Secrets {
  private static final String BEGIN = "-----BEGIN CERTIFICATE-----";
  private static final String END = "-----END CERTIFICATE-----";
  private static final String SESSION = "Session-ID: ";
  private static final String JSON_WEB_TOKEN = "eyJ";
  private static final int LEAST_TOKEN = 11;
  private static final int LONGEST_SESSION = 128;

  /** Only base64 and hexadecimal text has runs of this length; PEM lines have 64 characters. */
  private static final int BASE64_ROW = 64;

  private static final int URL_SAFE_ROW = 128;

  private Secrets() {}

  /** Returns a text without the certificates in it, which are not secret. */
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
   * Returns the text of {@code openssl s_client -showcerts} without the IDs of its TLS sessions,
   * but with its keys ({@code Master-Key}, {@code Resumption PSK}), which are secret: they allow to
   * resume the session with the identity of the client certificate.
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
   * Returns whether the text looks like key material or a token.
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
        // An absolute path can have such a run, too. Neither PEM nor its base64 starts with a
        // slash.
        || (!text.startsWith("/")
            && holdsRow(text, BASE64_ROW, Secrets::isBase64, Secrets::isDigit));
  }

  /** Returns whether the text has "eyJ", more characters of a token, and then a dot. */
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
   * Returns whether the text has a run of the given length of one kind of character, with at least
   * one character of each of the other kinds in it.
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

  /** Also accepts {@code \n} in place of a line break. */
  private static boolean isInPemOfOneLine(int character) {
    return isBase64(character) || character == '\\' || Character.isWhitespace(character);
  }
}
