// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import io.github.datahose.connect.config.option.DatahoseOptions;
import io.github.datahose.connect.config.option.LoginOptions;
import io.github.datahose.connect.config.option.Option;
import io.github.datahose.connect.config.option.ProxyOptions;
import io.github.datahose.connect.config.option.RecordOptions;
import io.github.datahose.connect.config.option.SymphonyOptions;
import io.github.datahose.connect.config.option.TlsOptions;
import io.github.datahose.connect.text.Printable;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;

/**
 * The parsed properties of a connector: the value of each option, the feeds, and all errors and
 * warnings. Never throws, for any properties.
 *
 * <p>The worker merges its results with ours ({@code AbstractHerder.generateResult}, the same in
 * Kafka 3.7.2 and 4.3.1), and ours are last. Of two results for an option in any {@code ConfigDef},
 * the last one replaces the other. A result for another option is appended with a null key, and its
 * errors count. This has three consequences:
 *
 * <ul>
 *   <li>For an option of the worker ({@code transaction.boundary}), the result has ours only if it
 *       is an error, so that it does not replace the worker's.
 *   <li>For an option of one feed, the result has ours only if it is an error. A valid one would be
 *       without its key.
 *   <li>For null as a value of our options, the worker's error is lost, so we add one. For an
 *       option of one feed it is not lost, so we add none.
 * </ul>
 */
final class ParsedConfig {
  static final List<Option.Group> GROUPS =
      List.of(
          SymphonyOptions.SERVERS,
          LoginOptions.LOGIN,
          TlsOptions.TLS,
          ProxyOptions.PROXY,
          DatahoseOptions.CHECKS,
          DatahoseOptions.FEEDS_GROUP,
          DatahoseOptions.LIMITS,
          RecordOptions.RECORDS,
          RecordOptions.HEARTBEATS,
          RecordOptions.LEDGER);

  static final String CONNECTOR_NAME = "name";

  private final Map<String, String> properties = new HashMap<>();
  private final Map<String, ConfigValue> results = new LinkedHashMap<>();
  private final Map<String, ConfigValue> further = new TreeMap<>();
  private final Set<String> warnings = new LinkedHashSet<>();
  private final List<FeedConfig> feeds;

  /**
   * Parses and checks everything.
   *
   * @param given the properties of the connector; null for none
   */
  ParsedConfig(Map<String, String> given) {
    if (given != null) {
      properties.putAll(given);
      properties.remove(null);
    }
    options().forEach(option -> results.put(option.name(), option.validate(properties)));
    rejectTooLong();
    CrossChecks.apply(this);
    feeds = new FeedParser(this).parse();
  }

  /** Removes values that are too long, before any check reads them. Ignores options of others. */
  private void rejectTooLong() {
    for (String name : List.copyOf(properties.keySet())) {
      String wrong = isOurs(name) ? Option.tooLong(name, properties.get(name)) : null;
      if (wrong != null) {
        addError(name, wrong);
        properties.remove(name);
      }
    }
  }

  private boolean isOurs(String name) {
    return results.containsKey(name)
        || name.equals(CONNECTOR_NAME)
        || CrossChecks.OUR_PREFIXES.stream().anyMatch(name::startsWith);
  }

  static Stream<Option> options() {
    return GROUPS.stream().flatMap(group -> group.options().stream());
  }

  Map<String, String> properties() {
    return properties;
  }

  /**
   * Returns the parsed values of the options that are set. Blank texts are not set. Call it only on
   * a configuration without errors.
   */
  Map<String, Object> given() {
    Map<String, Object> given = new HashMap<>();
    options()
        .filter(option -> option.isGiven(properties))
        .forEach(option -> given.put(option.name(), value(option.name())));
    return given;
  }

  boolean isGiven(String option) {
    return properties.get(option) != null && !properties.get(option).isBlank();
  }

  /** Returns whether the configuration is valid. */
  boolean hasNoErrors() {
    return configValues().stream().allMatch(result -> result.errorMessages().isEmpty());
  }

  /** Returns whether none of these options has an error. */
  boolean isValid(String... options) {
    return Stream.of(options)
        .map(option -> results.getOrDefault(option, further.get(option)))
        .allMatch(result -> result == null || result.errorMessages().isEmpty());
  }

  /** Returns the parsed value or the default; null if the option has an error. */
  Object value(String option) {
    return results.get(option).value();
  }

  /** Parses an option that is in no {@code ConfigDef}; returns null if it has an error. */
  Object valueOf(Option option) {
    ConfigValue result = option.validate(properties);
    if (result.errorMessages().isEmpty()) {
      return result.value();
    }
    further.put(option.name(), result);
    return null;
  }

  /**
   * Adds an error to an option, unless it already has one, and removes its value.
   *
   * @param wrong the rest of a sentence that begins with the option's name
   */
  void addError(String option, String wrong) {
    addErrorMessage(option, option + " " + wrong);
  }

  /** Adds an error to an option, with a message that names the option. */
  void addErrorMessage(String option, String sentence) {
    if (isValid(option)) {
      ConfigValue result = results.get(option);
      if (result == null) {
        result = further.computeIfAbsent(option, ConfigValue::new);
      }
      result.value(null);
      result.addErrorMessage(sentence);
    }
  }

  /** Adds a warning, as one line. */
  void warn(String warning) {
    warnings.add(Printable.line(warning));
  }

  Collection<String> warnings() {
    return warnings;
  }

  /** Returns the connector's name for a log line. */
  String connector() {
    return isGiven(CONNECTOR_NAME)
        ? Printable.of(properties.get(CONNECTOR_NAME))
        : "a connector without a name";
  }

  List<FeedConfig> feeds() {
    return feeds;
  }

  /**
   * Returns all results, each error as one line ({@link Printable}), because it can quote names.
   */
  List<ConfigValue> configValues() {
    List<ConfigValue> all =
        Stream.concat(results.values().stream(), further.values().stream()).toList();
    all.forEach(result -> result.errorMessages().replaceAll(Printable::line));
    return all;
  }

  ParsedConfig orThrow() {
    List<String> errors =
        configValues().stream().flatMap(result -> result.errorMessages().stream()).toList();
    if (!errors.isEmpty()) {
      throw new ConfigException(String.join("\n", errors));
    }
    return this;
  }
}
