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
 * A connector's properties, parsed: the value of each option, the feeds, and all errors and
 * warnings. Never throws, whatever the properties hold.
 *
 * <p>How the worker puts its own findings and ours together ({@code AbstractHerder.generateResult},
 * the same in Kafka 3.7.2 and 4.3.1): ours come last. Of two with one name that any {@code
 * ConfigDef} holds, the last one counts and the other is lost; one with a name that none holds is
 * appended with a null key, and each one's errors count. From this follow three things:
 *
 * <ul>
 *   <li>a finding about an option of the worker's ({@code transaction.boundary}) is answered only
 *       with an error, so that the worker's own stays when it has one;
 *   <li>an option of one feed is answered only with an error: a good one would stand among the
 *       results without its key;
 *   <li>null as a value: the worker's complaint about it is lost for our options, so we make our
 *       own; about an option of one feed it stands, so we keep silent.
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
  private final Map<String, ConfigValue> answers = new LinkedHashMap<>();
  private final Map<String, ConfigValue> further = new TreeMap<>();
  private final Set<String> warnings = new LinkedHashSet<>();
  private final List<FeedConfig> feeds;

  /**
   * Parses and checks everything.
   *
   * @param given the properties of the connector; null counts as none
   */
  ParsedConfig(Map<String, String> given) {
    if (given != null) {
      properties.putAll(given);
      properties.remove(null);
    }
    options().forEach(option -> answers.put(option.name(), option.validate(properties)));
    rejectTooLong();
    CrossChecks.apply(this);
    feeds = new FeedParser(this).parse();
  }

  /** Takes what is too long out, so that no check looks at it. Options of others are theirs. */
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
    return answers.containsKey(name)
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
   * What the user gave for the options, parsed, without texts that are blank and so not given. Only
   * of a config without errors.
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

  /** Whether the config is valid. */
  boolean hasNoErrors() {
    return configValues().stream().allMatch(answer -> answer.errorMessages().isEmpty());
  }

  /** Whether all these options are without error. */
  boolean isValid(String... options) {
    return Stream.of(options)
        .map(option -> answers.getOrDefault(option, further.get(option)))
        .allMatch(answer -> answer == null || answer.errorMessages().isEmpty());
  }

  /** The parsed value or the default; null when the option has an error. */
  Object value(String option) {
    return answers.get(option).value();
  }

  /** Parses an option that no {@code ConfigDef} holds; null when it has an error. */
  Object valueOf(Option option) {
    ConfigValue answer = option.validate(properties);
    if (answer.errorMessages().isEmpty()) {
      return answer.value();
    }
    further.put(option.name(), answer);
    return null;
  }

  /**
   * Adds an error to an option, unless it has one. Its value is not answered then.
   *
   * @param wrong the rest of a sentence that begins with the option's name
   */
  void addError(String option, String wrong) {
    addErrorMessage(option, option + " " + wrong);
  }

  /** The same with a whole sentence, which names the option. */
  void addErrorMessage(String option, String sentence) {
    if (isValid(option)) {
      ConfigValue answer = answers.get(option);
      if (answer == null) {
        answer = further.computeIfAbsent(option, ConfigValue::new);
      }
      answer.value(null);
      answer.addErrorMessage(sentence);
    }
  }

  /** Warns; what the user named stays on the warning's line. */
  void warn(String warning) {
    warnings.add(Printable.line(warning));
  }

  Collection<String> warnings() {
    return warnings;
  }

  /** The connector's name for a line of the log. */
  String connector() {
    return isGiven(CONNECTOR_NAME)
        ? Printable.of(properties.get(CONNECTOR_NAME))
        : "a connector without a name";
  }

  List<FeedConfig> feeds() {
    return feeds;
  }

  /** Each in one line ({@link Printable}): they may quote what the properties hold. */
  List<ConfigValue> configValues() {
    List<ConfigValue> all =
        Stream.concat(answers.values().stream(), further.values().stream()).toList();
    all.forEach(answer -> answer.errorMessages().replaceAll(Printable::line));
    return all;
  }

  ParsedConfig orThrow() {
    List<String> errors =
        configValues().stream().flatMap(answer -> answer.errorMessages().stream()).toList();
    if (!errors.isEmpty()) {
      throw new ConfigException(String.join("\n", errors));
    }
    return this;
  }
}
