// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Whether the worker allows the URLs, and the warnings about those that are valid, and yet perhaps
 * not what was meant.
 */
final class UrlChecks {
  /** At the beginning, or after the comma of a list. */
  private static final Pattern UNENCRYPTED = Pattern.compile("(?i)(^|,)\\s*http:");

  private UrlChecks() {}

  static void apply(Examination examination) {
    unencryptedUrls(examination);
    apiPaths(examination);
    allowedUrls(examination);
  }

  /** A URL that is not set is the pod's. */
  private static void allowedUrls(Examination examination) {
    urlOptions(examination)
        .forEach(
            option -> {
              Object value = examination.value(option);
              List<String> urls = ListRules.entries(value instanceof List ? value : List.of(value));
              for (int i = 0; i < urls.size(); i++) {
                String wrong = WorkerPolicy.urlFault(urls.get(i));
                if (wrong != null) {
                  examination.fault(
                      option,
                      urls.size() == 1
                          ? wrong
                          : "has a URL, number " + (i + 1) + ", that " + wrong);
                }
              }
            });
  }

  /** Those that are given, and without fault. */
  private static Stream<String> urlOptions(Examination examination) {
    return Examination.options()
        .map(Option::name)
        .filter(option -> option.startsWith("symphony.") && option.endsWith(".url"))
        .filter(option -> examination.sound(option) && examination.isGiven(option));
  }

  private static void unencryptedUrls(Examination examination) {
    for (String option :
        List.of(
            SymphonyOptions.POD_URL,
            SymphonyOptions.AGENT_URL,
            SymphonyOptions.KEY_MANAGER_URL,
            SymphonyOptions.SESSION_AUTH_URL)) {
      String urls = examination.properties().get(option);
      if (urls != null && UNENCRYPTED.matcher(urls).find()) {
        examination.warn(
            option + " is an http URL: tokens and messages travel unencrypted; use https");
      }
    }
  }

  private static void apiPaths(Examination examination) {
    urlOptions(examination)
        .filter(
            option ->
                ListRules.entries(List.of(examination.properties().get(option).split(","))).stream()
                    .anyMatch(BaseUrl::endsInPathOfTheApi))
        .forEach(
            option ->
                examination.warn(
                    option
                        + " ends in a path of Symphony's API, which the connector appends itself: give the"
                        + " base URL, without /agent, /pod, /login, /relay, /sessionauth or /keyauth and what follows, as"
                        + " https://agent.example.com (if your context path is named so, all is"
                        + " well)"));
  }
}
