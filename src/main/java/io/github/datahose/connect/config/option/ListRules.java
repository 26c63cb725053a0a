// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config.option;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The rules that options with several entries stand on, and what counts as an entry. */
public final class ListRules {

  /** The vendor's fair-use policy for one service account. */
  public static final int MOST_FEEDS = 5;

  private static final Pattern FEED_NAME = Pattern.compile("[a-z0-9_-]{1,32}");
  private static final Pattern EVENT_TYPE = Pattern.compile("[A-Z]{1,64}");

  private ListRules() {}

  static Rule baseUrls() {
    return new Rule(
        "http or https URLs of hosts, without credentials, query and fragment",
        value -> {
          List<String> urls = entries(value);
          for (int i = 0; i < urls.size(); i++) {
            String wrong = BaseUrl.fault(urls.get(i));
            if (wrong != null) {
              return urls.size() == 1 ? wrong : "has a URL, number " + (i + 1) + ", that " + wrong;
            }
          }
          long different = urls.stream().map(BaseUrl::parse).distinct().count();
          return different < urls.size()
              ? "names an agent more than once: leave the repeated URL out"
              : null;
        });
  }

  static Rule feedNames() {
    return new Rule(
        "1 to 5 names of the characters a-z, 0-9, _ and -, at most 32 each",
        value -> {
          List<String> names = entries(value);
          if (names.size() > MOST_FEEDS) {
            return "names "
                + names.size()
                + " feeds, but Symphony's fair-use policy allows 5 active Datahose feeds: name at"
                + " most 5, and let one feed read several event types";
          }
          String wrong =
              eachOf(
                  names,
                  name -> FEED_NAME.matcher(name).matches(),
                  "must be 1 to 32 characters of a-z, 0-9, '_' and '-'");
          return wrong == null && new HashSet<>(names).size() < names.size()
              ? "names a feed more than once: leave the repeated name out"
              : wrong;
        });
  }

  static Rule eventTypes() {
    return new Rule(
        "names of event types, at least one",
        value ->
            eachOf(
                entries(value),
                type -> EVENT_TYPE.matcher(EventTypes.normalise(type)).matches(),
                "must be an event type as the Datahose names it, in letters only, such as"
                    + " MESSAGESENT"));
  }

  static Rule scopes() {
    return new Rule(
        "INTERNAL, EXTERNAL, FEDERATED",
        value ->
            entries(value).stream()
                    .allMatch(scope -> EventTypes.SCOPES.contains(scope.toUpperCase(Locale.ROOT)))
                ? null
                : "may hold INTERNAL, EXTERNAL and FEDERATED only; leave it out for events of all"
                    + " scopes");
  }

  /**
   * Splits the text of a list option at its commas. Not by Kafka's pattern, which takes the square
   * of a row of blanks.
   */
  public static List<String> split(String text) {
    return Stream.of(text.split(",", -1)).map(String::strip).toList();
  }

  /** The entries of a list option; blank ones, as a comma at the end makes them, do not count. */
  public static List<String> entries(Object list) {
    return ((List<?>) list)
        .stream().map(entry -> entry.toString().strip()).filter(entry -> !entry.isEmpty()).toList();
  }

  private static String eachOf(List<String> entries, Predicate<String> allowed, String meaning) {
    if (entries.isEmpty()) {
      return "is empty: give at least one entry, or leave the option out for its default";
    }
    for (int i = 0; i < entries.size(); i++) {
      if (!allowed.test(entries.get(i))) {
        return "has an entry that cannot stand, number " + (i + 1) + ": it " + meaning;
      }
    }
    return null;
  }
}
