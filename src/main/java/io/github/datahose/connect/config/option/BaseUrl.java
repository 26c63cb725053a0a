// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config.option;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;

/** Reads the base URLs of pod, agent and key manager, each perhaps with a context path. */
public final class BaseUrl {
  /** First segments of the paths of Symphony's API, as the vendor's documentation has them. */
  private static final Set<String> API =
      Set.of("agent", "pod", "login", "relay", "sessionauth", "keyauth");

  private static final Pattern AFTER_API = Pattern.compile("v[0-9]+|pubkey");

  /** OkHttp takes the square of the length of a host's name with other letters than ASCII's. */
  private static final int LONGEST = 2_048;

  private BaseUrl() {}

  /** What is wrong with it, as the rest of a sentence; null when nothing is. */
  public static String error(String text) {
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
    if (text.length() > LONGEST) {
      return "must have at most " + LONGEST + " characters: shorten it";
    }
    return parse(text) == null
        ? "is no URL of a host, as https://acme.symphony.com or https://agent.example.com:8443/ctx"
        : null;
  }

  /**
   * The URL with its context path, which begins with one slash and ends with none; null when it is
   * none.
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
   * Whether the path ends in one of the API's, whole or only its beginning: likely copied from its
   * documentation.
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
