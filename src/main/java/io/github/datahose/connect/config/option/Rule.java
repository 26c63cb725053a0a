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
 * The rule that a value must follow. Unlike the messages of Kafka's validators, its message states
 * the next step, and never repeats the value.
 *
 * @param meaning what is allowed, for generated documentation
 * @param error returns what is wrong with a value, as the rest of a sentence that begins with the
 *     option's name; null if the value is valid
 * @param pem whether the value is PEM text of certificates, which can have other text around them
 */
public record Rule(String meaning, Function<Object, String> error, boolean pem)
    implements ConfigDef.Validator {

  /** Kafka's limit for a topic name. */
  public static final int MOST_TOPIC_CHARACTERS = 249;

  private static final Pattern FEED_NAME = Pattern.compile("[a-z0-9_-]{1,32}");
  private static final Pattern EVENT_TYPE = Pattern.compile("[A-Z]{1,64}");

  private static final Pattern TAG = Pattern.compile("[A-Za-z0-9._-]+");
  private static final Pattern TOPIC =
      Pattern.compile("[A-Za-z0-9._-]{1," + MOST_TOPIC_CHARACTERS + "}");

  private static final String TOPIC_MEANING =
      "the name of a Kafka topic: 1 to 249 characters of A-Z, a-z, 0-9, '.', '_', and '-'";

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
                : "must be at least " + least + reason + ". Increase it.");
  }

  static Rule between(long least, long most, String unit) {
    String meaning = least + " to " + most + " " + unit;
    return new Rule(
        meaning,
        value -> {
          long number = ((Number) value).longValue();
          return number >= least && number <= most ? null : "must be from " + meaning + ".";
        });
  }

  /**
   * Accepts one of these values in any case. Compares in upper case, as {@code valueOf} does later:
   * a comparison letter by letter would accept {@code İ} as {@code I}.
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
                : "must be one of " + meaning + ".");
  }

  static Rule text(String meaning, Predicate<String> allowed) {
    return new Rule(
        meaning, value -> allowed.test(value.toString()) ? null : "must be " + meaning + ".");
  }

  static Rule baseUrl() {
    return new Rule(
        "an http or https URL of a host, without credentials, query, and fragment",
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
            return e.getMessage() + ".";
          }
        },
        true);
  }

  static Rule tag() {
    String meaning = "only the characters A-Z, a-z, 0-9, '.', '_', and '-'";
    return new Rule(
        meaning, value -> isTag(value.toString()) ? null : "must contain " + meaning + ".");
  }

  /** Returns whether the text has only characters that Symphony accepts in a tag. */
  public static boolean isTag(String text) {
    return TAG.matcher(text).matches();
  }

  /** Checks a pattern with the shortest feed and type. Cross-checks cover their actual lengths. */
  static Rule topicPattern() {
    return new Rule(
        "a topic name, in which ${feed} and ${type} are replaced",
        value -> {
          String expanded = expandTopic(value.toString(), "f", "t");
          if (expanded.contains("${")) {
            return "contains an unknown placeholder. Use only ${feed} and ${type}.";
          }
          return isTopic(expanded) ? null : "must be " + TOPIC_MEANING + ".";
        });
  }

  /** Replaces the placeholders of a topic pattern. */
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
        "http or https URLs of hosts, without credentials, query, and fragment",
        value -> {
          List<String> urls = entries(value);
          for (int i = 0; i < urls.size(); i++) {
            String wrong = BaseUrl.error(urls.get(i));
            if (wrong != null) {
              return urls.size() == 1 ? wrong : ofUrl(i + 1, wrong);
            }
          }
          long different = urls.stream().map(BaseUrl::parse).distinct().count();
          return different < urls.size()
              ? "contains an agent more than once. Remove the repeated URL."
              : null;
        });
  }

  /** Returns what is wrong with one of several URLs, as the rest of a sentence about the option. */
  public static String ofUrl(int number, String wrong) {
    return "contains a URL (number " + number + ") that " + wrong;
  }

  static Rule feedNames() {
    return new Rule(
        "1 to "
            + FeedOptions.MOST_READERS
            + " names of the characters a-z, 0-9, _, and -, at most 32 each",
        value -> {
          List<String> names = entries(value);
          if (names.size() > FeedOptions.MOST_READERS) {
            return "contains "
                + names.size()
                + " feeds, but Symphony's fair-use policy allows "
                + FeedOptions.MOST_READERS
                + " active Datahose feeds. Remove some. One feed can read several event types.";
          }
          String wrong =
              eachOf(
                  names,
                  name -> FEED_NAME.matcher(name).matches(),
                  "must be 1 to 32 characters of a-z, 0-9, '_', and '-'.");
          return wrong == null && new HashSet<>(names).size() < names.size()
              ? "contains a feed more than once. Remove the repeated name."
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
                "must be an event type as the Datahose names it, only letters, such as"
                    + " MESSAGESENT."));
  }

  static Rule scopes() {
    return new Rule(
        "INTERNAL, EXTERNAL, FEDERATED",
        value ->
            entries(value).stream()
                    .allMatch(scope -> EventTypes.SCOPES.contains(scope.toUpperCase(Locale.ROOT)))
                ? null
                : "must contain only INTERNAL, EXTERNAL, and FEDERATED. To read events of all"
                    + " scopes, remove the option.");
  }

  /**
   * Splits the text of a list option at its commas. Kafka's pattern needs quadratic time for a run
   * of blanks.
   */
  public static List<String> split(String text) {
    return Stream.of(text.split(",", -1)).map(String::strip).toList();
  }

  /** Returns the entries of a list option, without blank ones, as after a trailing comma. */
  public static List<String> entries(Object list) {
    return ((List<?>) list)
        .stream().map(entry -> entry.toString().strip()).filter(entry -> !entry.isEmpty()).toList();
  }

  private static String eachOf(List<String> entries, Predicate<String> allowed, String meaning) {
    if (entries.isEmpty()) {
      return "is empty. Set at least one entry, or remove the option to use its default.";
    }
    for (int i = 0; i < entries.size(); i++) {
      if (!allowed.test(entries.get(i))) {
        return "contains an invalid entry (number " + (i + 1) + "). It " + meaning;
      }
    }
    return null;
  }
}
