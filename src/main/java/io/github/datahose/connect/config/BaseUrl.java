// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import java.util.Locale;
import okhttp3.HttpUrl;

/** Reads the base URLs of pod, agent and key manager, each perhaps with a context path. */
final class BaseUrl {
  private BaseUrl() {}

  /** What is wrong with it, as the rest of a sentence; null when nothing is. */
  static String fault(String text) {
    if (text.indexOf('@') >= 0) {
      return "holds credentials (or an '@'), which is not repeated here: give the URL alone, the"
          + " connector logs in with symphony.username and its key or certificate";
    }
    String scheme = text.toLowerCase(Locale.ROOT);
    if (!scheme.startsWith("https://") && !scheme.startsWith("http://")) {
      return "must begin with https:// (or http://), as in https://acme.symphony.com";
    }
    if (text.indexOf('?') >= 0 || text.indexOf('#') >= 0) {
      return "is a base URL and cannot have a query or fragment: leave out all from '?' or '#' on";
    }
    return parse(text) == null
        ? "is no URL of a host, as https://acme.symphony.com or https://agent.example.com:8443/ctx"
        : null;
  }

  /** The URL with its context path and without slashes at the end; null when it is none. */
  static HttpUrl parse(String text) {
    int end = text.length();
    while (end > 0 && text.charAt(end - 1) == '/') {
      end--;
    }
    return HttpUrl.parse(text.substring(0, end));
  }
}
