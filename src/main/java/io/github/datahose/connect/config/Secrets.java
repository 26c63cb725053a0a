// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import java.util.regex.Pattern;

/**
 * Tells values that must not be shown from harmless ones (invariant 10): options get mixed up, and
 * a key pasted where a path belongs would otherwise stand in the REST answer and in the log.
 */
final class Secrets {
  // Each repetition has a bound: a value may be as long as a request, and time must not square.

  /** Characters that only base64 and hexadecimal text have in such a row; PEM lines have 64. */
  private static final Pattern BASE64 =
      Pattern.compile("(?=[A-Za-z+/=]{0,63}[0-9])[A-Za-z0-9+/=]{64}");

  private static final Pattern URL_SAFE_BASE64 =
      Pattern.compile(
          "(?=[^0-9]{0,127}[0-9])(?=[^A-Z]{0,127}[A-Z])(?=[^a-z]{0,127}[a-z])[A-Za-z0-9_-]{128}");

  private static final Pattern JSON_WEB_TOKEN = Pattern.compile("eyJ[A-Za-z0-9_-]{8,4096}\\.");

  private static final Pattern CERTIFICATE =
      Pattern.compile(
          "-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\\s\\\\]{1,65536}+-----END CERTIFICATE-----");

  /**
   * What {@code openssl s_client -showcerts} tells of its connection besides the certificates. Not
   * its keys ({@code Master-Key}, {@code Resumption PSK}): with them the session is resumed, as
   * whoever showed a certificate in it.
   */
  private static final Pattern SESSION =
      Pattern.compile("Session-ID: [0-9A-F]{1,128}+(?![\\w+/=])");

  private Secrets() {}

  /** What is left of a text without the certificates in it, which are no secret. */
  static String withoutCertificates(String text) {
    return CERTIFICATE.matcher(text).replaceAll("");
  }

  /** What is left of the text of OpenSSL without the long numbers of its TLS sessions. */
  static String withoutSessions(String text) {
    return SESSION.matcher(text).replaceAll("");
  }

  /**
   * Whether the text looks like key material or a token.
   *
   * @param text any text, not null
   */
  static boolean looksLikeKey(String text) {
    return text.contains("-----BEGIN")
        || JSON_WEB_TOKEN.matcher(text).find()
        || URL_SAFE_BASE64.matcher(text).find()
        // An absolute path may have a long row of these too; neither PEM nor its base64 starts so.
        || (!text.startsWith("/") && BASE64.matcher(text).find());
  }
}
