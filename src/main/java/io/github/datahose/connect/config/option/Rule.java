// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config.option;

import io.github.datahose.connect.symphony.tls.TrustStore;
import io.github.datahose.connect.text.Printable;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/**
 * What a value must be. Unlike Kafka's own validators its message says what to do next, and never
 * repeats the value.
 *
 * @param meaning what is allowed, for generated documentation
 * @param error answers what is wrong with a value that is given, as the rest of a sentence that
 *     begins with the option's name; null when nothing is
 * @param pem whether it is PEM text of certificates, perhaps with remarks around them
 */
public record Rule(String meaning, Function<Object, String> error, boolean pem)
    implements ConfigDef.Validator {

  /** Kafka's limit for a topic's name. */
  public static final int MOST_TOPIC_CHARACTERS = 249;

  private static final Pattern FEED_NAME = Pattern.compile("[a-z0-9_-]{1,32}");
  private static final Pattern EVENT_TYPE = Pattern.compile("[A-Z]{1,64}");

  private static final Pattern TAG = Pattern.compile("[A-Za-z0-9._-]+");
  private static final Pattern TOPIC =
      Pattern.compile("[A-Za-z0-9._-]{1," + MOST_TOPIC_CHARACTERS + "}");

  private static final String TOPIC_MEANING =
      "the name of a Kafka topic: 1 to 249 characters of A-Z, a-z, 0-9, '.', '_' and '-'";

  Rule(String meaning, Function<Object, String> error) {
    this(meaning, error, false);
  }

  @Override
  public void ensureValid(String name, Object value) {
    String wrong = value == null || value.equals("") ? null : error.apply(value);
    if (wrong != null) {
      throw new ConfigException(Printable.line(name + " " + wrong));
    }
  }

  @Override
  public String toString() {
    return meaning;
  }

  static Rule anything(String meaning) {
    return new Rule(meaning, value -> null);
  }

  static Rule atLeast(long least, String reason) {
    return new Rule(
        "at least " + least,
        value ->
            ((Number) value).longValue() >= least
                ? null
                : "must be at least " + least + reason + "; raise it");
  }

  static Rule between(long least, long most, String unit) {
    String meaning = least + " to " + most + " " + unit;
    return new Rule(
        meaning,
        value -> {
          long number = ((Number) value).longValue();
          return number >= least && number <= most ? null : "must be from " + meaning;
        });
  }

  /**
   * One of these, in any case: both in upper case, as {@code valueOf} looks it up then. Letter by
   * letter {@code İ} is an {@code I} in any case.
   */
  static Rule oneOf(List<String> allowed) {
    Set<String> upperCase =
        allowed.stream().map(each -> each.toUpperCase(Locale.ROOT)).collect(Collectors.toSet());
    String meaning = String.join(", ", allowed);
    return new Rule(
        meaning,
        value ->
            upperCase.contains(value.toString().toUpperCase(Locale.ROOT))
                ? null
                : "must be one of " + meaning);
  }

  static Rule text(String meaning, Predicate<String> allowed) {
    return new Rule(meaning, value -> allowed.test(value.toString()) ? null : "must be " + meaning);
  }

  static Rule baseUrl() {
    return new Rule(
        "an http or https URL of a host, without credentials, query and fragment",
        value -> BaseUrl.error(value.toString()));
  }

  static Rule certificates() {
    return new Rule(
        "PEM text of certificates",
        value -> {
          try {
            TrustStore.readPem(value.toString());
            return null;
          } catch (IllegalArgumentException e) {
            return e.getMessage();
          }
        },
        true);
  }

  static Rule tag() {
    return text("characters of A-Z, a-z, 0-9, '.', '_' and '-' only", Rule::isTag);
  }

  /** Whether the text has only the characters that Symphony takes in a tag. */
  public static boolean isTag(String text) {
    return TAG.matcher(text).matches();
  }

  /**
   * Checks a pattern with the shortest of feeds and types; their real lengths are cross-checked.
   */
  static Rule topicPattern() {
    return new Rule(
        "a topic name, in which ${feed} and ${type} are replaced",
        value -> {
          String expanded = expandTopic(value.toString(), "f", "t");
          if (expanded.contains("${")) {
            return "holds a placeholder other than ${feed} and ${type}, the only ones there are";
          }
          return isTopic(expanded) ? null : "must be " + TOPIC_MEANING;
        });
  }

  /** A topic pattern with its placeholders filled in. */
  public static String expandTopic(String pattern, String feed, String type) {
    return pattern.replace("${feed}", feed).replace("${type}", type);
  }

  static Rule topic() {
    return text(TOPIC_MEANING, Rule::isTopic);
  }

  public static boolean isTopic(String name) {
    return TOPIC.matcher(name).matches() && !name.equals(".") && !name.equals("..");
  }

  static List<String> lowerCaseNames(Enum<?>[] values) {
    return Arrays.stream(values).map(value -> value.name().toLowerCase(Locale.ROOT)).toList();
  }

  static Rule baseUrls() {
    return new Rule(
        "http or https URLs of hosts, without credentials, query and fragment",
        value -> {
          List<String> urls = entries(value);
          for (int i = 0; i < urls.size(); i++) {
            String wrong = BaseUrl.error(urls.get(i));
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
        "1 to "
            + FeedOptions.MOST_READERS
            + " names of the characters a-z, 0-9, _ and -, at most 32 each",
        value -> {
          List<String> names = entries(value);
          if (names.size() > FeedOptions.MOST_READERS) {
            return "names "
                + names.size()
                + " feeds, but Symphony's fair-use policy allows "
                + FeedOptions.MOST_READERS
                + " active Datahose feeds: name at most "
                + FeedOptions.MOST_READERS
                + ", and let one feed read several event types";
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
                type -> EVENT_TYPE.matcher(EventTypes.normalize(type)).matches(),
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
