// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.http;

import io.github.datahose.connect.symphony.ProxySettings;
import io.github.datahose.connect.text.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import okhttp3.Request;

/**
 * Sanitizer for text from a server in log lines and errors: one line of limited length, without the
 * connector's tokens and any other credentials, in case the server repeats them. Thread-safe.
 */
final class ResponseSanitizer {

  private static final String HIDDEN = "(hidden)";
  private static final int SHORTEST_PASSWORD = 4;
  private static final List<String> TOKEN_HEADERS = List.of("sessionToken", "keyManagerToken");

  /** The header with everything after it: some authentication schemes have many parts. */
  private static final Pattern AUTHORIZATION =
      Pattern.compile("(?i)\\b((?:proxy-)?authorization[\"']?\\s*[:=]\\s*).+");

  /** Credentials without the name of their header; not the words "Basic authentication". */
  private static final Pattern LOGIN =
      Pattern.compile(
          "\\b((?i:Basic|Bearer|Negotiate|NTLM)(?:\\s+|%20|\\+))(?![Aa]uthenti|[Aa]uthoriz)[\\w.~+/=%-]+");

  /** A JWT, complete or cut off, and text as long as only a key manager token. */
  private static final Pattern TOKEN_LIKE = Pattern.compile("eyJ[\\w.+/=-]{8,}|[\\w+/=-]{64,}");

  private final List<String> secrets = new ArrayList<>();

  /**
   * Creates a sanitizer that also hides the credentials for a proxy.
   *
   * @param proxy null for none
   */
  ResponseSanitizer(ProxySettings proxy) {
    if (proxy != null && proxy.authorization() != null) {
      secrets.add(proxy.authorization().replaceAll("^Basic |=+$", ""));
      if (proxy.password().length() >= SHORTEST_PASSWORD) {
        secrets.add(proxy.password());
      }
    }
  }

  /**
   * Returns the text as it can be shown.
   *
   * @param request the request to the server
   * @param longest maximum number of characters
   */
  String sanitized(String text, Request request, int longest) {
    String line = Printable.line(text);
    for (String header : TOKEN_HEADERS) {
      line = without(request.header(header), line);
    }
    for (String secret : secrets) {
      line = without(secret, line);
    }
    line = AUTHORIZATION.matcher(line).replaceAll("$1" + HIDDEN);
    line = LOGIN.matcher(line).replaceAll("$1" + HIDDEN);
    line = TOKEN_LIKE.matcher(line).replaceAll(HIDDEN);
    return Printable.of(line, longest);
  }

  private static String without(String secret, String line) {
    return secret == null ? line : line.replace(secret, HIDDEN);
  }
}
