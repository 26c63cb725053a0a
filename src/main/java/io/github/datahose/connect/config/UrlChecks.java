// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import io.github.datahose.connect.config.option.BaseUrl;
import io.github.datahose.connect.config.option.Option;
import io.github.datahose.connect.config.option.Rule;
import io.github.datahose.connect.config.option.SymphonyOptions;
import java.util.List;
import java.util.stream.Stream;

/**
 * Whether the worker allows the URLs, and the warnings about those that are valid, and yet perhaps
 * not what was meant.
 */
final class UrlChecks {
  private UrlChecks() {}

  static void apply(ParsedConfig parsed) {
    unencryptedUrls(parsed);
    apiPaths(parsed);
    allowedUrls(parsed);
  }

  /** A URL that is not set is the pod's. */
  private static void allowedUrls(ParsedConfig parsed) {
    urlOptions(parsed)
        .forEach(
            option -> {
              List<String> urls = urls(parsed, option);
              for (int i = 0; i < urls.size(); i++) {
                String wrong = WorkerPolicy.urlFault(urls.get(i));
                if (wrong != null) {
                  parsed.addError(
                      option,
                      urls.size() == 1
                          ? wrong
                          : "has a URL, number " + (i + 1) + ", that " + wrong);
                }
              }
            });
  }

  /** Those that are given, and without fault. */
  private static Stream<String> urlOptions(ParsedConfig parsed) {
    return ParsedConfig.options()
        .map(Option::name)
        .filter(option -> option.startsWith("symphony.") && option.endsWith(".url"))
        .filter(option -> parsed.isValid(option) && parsed.isGiven(option));
  }

  private static void unencryptedUrls(ParsedConfig parsed) {
    for (String option :
        List.of(
            SymphonyOptions.POD_URL,
            SymphonyOptions.AGENT_URL,
            SymphonyOptions.KEY_MANAGER_URL,
            SymphonyOptions.SESSION_AUTH_URL)) {
      if (urls(parsed, option).stream()
          .anyMatch(url -> url.regionMatches(true, 0, "http:", 0, 5))) {
        parsed.warn(option + " is an http URL: tokens and messages travel unencrypted; use https");
      }
    }
  }

  /** Those of an option of one URL or of several; none where it is not set. */
  private static List<String> urls(ParsedConfig parsed, String option) {
    String text = parsed.properties().get(option);
    if (text == null) {
      return List.of();
    }
    // A comma in another one is a part of its path.
    return option.equals(SymphonyOptions.AGENT_URL)
        ? Rule.entries(Rule.split(text))
        : Rule.entries(List.of(text));
  }

  private static void apiPaths(ParsedConfig parsed) {
    urlOptions(parsed)
        .filter(option -> urls(parsed, option).stream().anyMatch(BaseUrl::endsInPathOfTheApi))
        .forEach(
            option ->
                parsed.warn(
                    option
                        + " ends in a path of Symphony's API, which the connector appends itself:"
                        + " give the base URL, without /agent, /pod, /login, /relay, /sessionauth"
                        + " or /keyauth and what follows, as https://agent.example.com (if your"
                        + " context path is named so, all is well)"));
  }
}
