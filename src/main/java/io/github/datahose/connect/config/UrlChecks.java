// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import io.github.datahose.connect.config.option.BaseUrl;
import io.github.datahose.connect.config.option.ListRules;
import io.github.datahose.connect.config.option.Option;
import io.github.datahose.connect.config.option.SymphonyOptions;
import java.util.List;
import java.util.stream.Stream;

/**
 * Whether the worker allows the URLs, and the warnings about those that are valid, and yet perhaps
 * not what was meant.
 */
final class UrlChecks {
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
              List<String> urls = urls(examination, option);
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
      if (urls(examination, option).stream()
          .anyMatch(url -> url.regionMatches(true, 0, "http:", 0, 5))) {
        examination.warn(
            option + " is an http URL: tokens and messages travel unencrypted; use https");
      }
    }
  }

  /** Those of an option of one URL or of several; none where it is not set. */
  private static List<String> urls(Examination examination, String option) {
    String text = examination.properties().get(option);
    if (text == null) {
      return List.of();
    }
    // A comma in another one is a part of its path.
    return option.equals(SymphonyOptions.AGENT_URL)
        ? ListRules.entries(ListRules.split(text))
        : ListRules.entries(List.of(text));
  }

  private static void apiPaths(Examination examination) {
    urlOptions(examination)
        .filter(option -> urls(examination, option).stream().anyMatch(BaseUrl::endsInPathOfTheApi))
        .forEach(
            option ->
                examination.warn(
                    option
                        + " ends in a path of Symphony's API, which the connector appends itself:"
                        + " give the base URL, without /agent, /pod, /login, /relay, /sessionauth"
                        + " or /keyauth and what follows, as https://agent.example.com (if your"
                        + " context path is named so, all is well)"));
  }
}
