// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config.option;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;

/** A parser for the base URLs of pod, agent, and key manager, with or without a context path. */
public final class BaseUrl {
  /** First segments of the paths of Symphony's API, from the vendor's documentation. */
  private static final Set<String> API =
      Set.of("agent", "pod", "login", "relay", "sessionauth", "keyauth");

  private static final Pattern AFTER_API = Pattern.compile("v[0-9]+|pubkey");

  /** OkHttp needs quadratic time to parse a host name with non-ASCII letters. */
  private static final int LONGEST = 2_048;

  private BaseUrl() {}

  /** Returns what is wrong with a URL, as the rest of a sentence; null if it is valid. */
  public static String error(String text) {
    if (text.indexOf('@') >= 0) {
      return "contains credentials or an '@' (not shown). Remove them from the URL. The"
          + " connector logs in with symphony.username and its key or certificate.";
    }
    String scheme = text.toLowerCase(Locale.ROOT);
    if (!scheme.startsWith("https://") && !scheme.startsWith("http://")) {
      return "must begin with https:// (or http://), as in https://acme.symphony.com.";
    }
    if (text.indexOf('?') >= 0 || text.indexOf('#') >= 0) {
      return "must be a base URL without a query or fragment. Remove everything from '?'"
          + " or '#' on.";
    }
    if (text.length() > LONGEST) {
      return "must have at most " + LONGEST + " characters. Shorten it.";
    }
    return parse(text) == null
        ? "must be the URL of a host, such as https://acme.symphony.com or"
            + " https://agent.example.com:8443/ctx."
        : null;
  }

  /**
   * Returns the URL with its context path, which starts with one slash and ends without one; null
   * if the text is not a URL.
   */
  public static HttpUrl parse(String text) {
    if (text.length() > LONGEST) {
      return null;
    }
    int end = text.length();
    while (end > 0 && text.charAt(end - 1) == '/') {
      end--;
    }
    HttpUrl url = HttpUrl.parse(text.substring(0, end));
    return url == null
        ? null
        : url.newBuilder().encodedPath(url.encodedPath().replaceFirst("^/+", "/")).build();
  }

  /**
   * Returns whether the path ends in a path of the API, or in the start of one: it was probably
   * copied from the API documentation.
   */
  public static boolean endsInPathOfTheApi(String text) {
    HttpUrl url = parse(text);
    List<String> segments =
        url == null
            ? List.of()
            : url.pathSegments().stream().filter(segment -> !segment.isEmpty()).toList();
    for (int i = 0; i < segments.size(); i++) {
      boolean last = i == segments.size() - 1;
      if (API.contains(segments.get(i).toLowerCase(Locale.ROOT))
          && (last || AFTER_API.matcher(segments.get(i + 1)).matches())) {
        return true;
      }
    }
    return false;
  }
}
