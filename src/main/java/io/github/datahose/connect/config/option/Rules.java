// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config.option;

import io.github.datahose.connect.symphony.tls.TrustStore;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The rules that single options stand on; those of lists are in {@link ListRules}, and what takes
 * several options is in the cross checks.
 */
public final class Rules {
  /** Kafka's limit for a topic's name. */
  public static final int MOST_TOPIC_CHARACTERS = 249;

  private static final Pattern TAG = Pattern.compile("[A-Za-z0-9._-]+");
  private static final Pattern TOPIC =
      Pattern.compile("[A-Za-z0-9._-]{1," + MOST_TOPIC_CHARACTERS + "}");

  private static final String TOPIC_MEANING =
      "the name of a Kafka topic: 1 to 249 characters of A-Z, a-z, 0-9, '.', '_' and '-'";

  private Rules() {}

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

  static Rule oneOf(List<String> allowed) {
    String meaning = String.join(", ", allowed);
    return new Rule(
        meaning,
        value ->
            allowed.stream().anyMatch(value.toString()::equalsIgnoreCase)
                ? null
                : "must be one of " + meaning);
  }

  static Rule text(String meaning, Predicate<String> allowed) {
    return new Rule(meaning, value -> allowed.test(value.toString()) ? null : "must be " + meaning);
  }

  static Rule baseUrl() {
    return new Rule(
        "an http or https URL of a host, without credentials, query and fragment",
        value -> BaseUrl.fault(value.toString()));
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
    return text(
        "characters of A-Z, a-z, 0-9, '.', '_' and '-' only",
        value -> TAG.matcher(value).matches());
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
    return text(TOPIC_MEANING, Rules::isTopic);
  }

  public static boolean isTopic(String name) {
    return TOPIC.matcher(name).matches() && !name.equals(".") && !name.equals("..");
  }

  static List<String> lowerCaseNames(Enum<?>[] values) {
    return Arrays.stream(values).map(value -> value.name().toLowerCase(Locale.ROOT)).toList();
  }
}
