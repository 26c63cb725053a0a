// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import io.github.datahose.connect.config.option.DatahoseOptions;
import io.github.datahose.connect.config.option.Option;
import io.github.datahose.connect.symphony.ClientSettings;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The configuration of the connector and of its tasks, checked as a whole. Immutable. */
public final class DatahoseConfig extends AbstractConfig {
  private static final Logger LOG = LoggerFactory.getLogger(DatahoseConfig.class);

  private static final Duration LONGEST_CALL = Duration.ofMinutes(5);

  /** At most so many identities fit an offset; a batch of more is not exactly once in any case. */
  private static final int LEAST_EXACT_WINDOW = 10_000;

  private final ParsedConfig parsed;
  private final SymphonyConfig symphony;
  private final RecordConfig records;

  /**
   * Reads the properties of a connector, or of a task of it. For a connector, logs each warning
   * once; its tasks do not repeat them.
   *
   * @param properties as the worker gives them
   * @throws ConfigException naming each option that has an error, and what to do
   */
  public DatahoseConfig(Map<String, String> properties) {
    this(started(properties));
    if (!parsed.properties().containsKey(DatahoseOptions.TASK_ID)) {
      parsed.warnings().forEach(LOG::warn);
    }
  }

  private static ParsedConfig started(Map<String, String> properties) {
    ParsedConfig parsed = new ParsedConfig(properties);
    LoginChecks.rejectForbiddenFiles(parsed);
    return parsed.orThrow();
  }

  /** Without Kafka's own logging of all values, of which every task would make thirty lines. */
  DatahoseConfig(ParsedConfig parsed) {
    super(definition(), parsed.given(), false);
    this.parsed = parsed;
    symphony = new SymphonyConfig(this, parsed);
    records = new RecordConfig(this, parsed);
    if (connectorName() == null) {
      throw new ConfigException("name is not set: give the connector a name");
    }
  }

  /** All options, new at each call. Those of single feeds are not in it, since users name them. */
  public static ConfigDef definition() {
    ConfigDef definition = new LinearDefinition();
    for (Option.Group group : ParsedConfig.GROUPS) {
      int order = 0;
      for (Option option : group.options()) {
        option.define(definition, group.name(), ++order);
      }
    }
    return definition;
  }

  /**
   * Validates properties, for {@code Connector.validate}: each option, all of them together, the
   * files that they name and, when all is valid and {@code datahose.connection.check} is on, the
   * connection to Symphony. Each error is on the option to fix. Warnings, which Connect has no
   * place for, are logged: a misspelt option may be why another one is missing. Never throws.
   *
   * @param properties may be anything: also null, half of them, or with nulls in them
   * @param userAgent value of the header {@code User-Agent}
   * @param limit longest time for the files and the connection check together
   * @return a value for each option of {@link #definition()}; and one, with an error, for each
   *     other property that has one
   */
  public static List<ConfigValue> validate(
      Map<String, String> properties, String userAgent, Duration limit) {
    long begin = System.nanoTime();
    ParsedConfig parsed = withFiles(properties);
    parsed.warnings().forEach(warning -> LOG.warn("Config of {}: {}", parsed.connector(), warning));
    if (parsed.hasNoErrors()) {
      ConnectionValidator.check(parsed, userAgent, limit.minusNanos(System.nanoTime() - begin));
    }
    return parsed.configValues();
  }

  /**
   * The same without the connection and the log: the options, and the files that they name.
   *
   * @param warnings told of each warning, in one line
   */
  public static List<ConfigValue> validate(
      Map<String, String> properties, Consumer<String> warnings) {
    ParsedConfig parsed = withFiles(properties);
    parsed.warnings().forEach(warnings);
    return parsed.configValues();
  }

  /** The same without the warnings. */
  static List<ConfigValue> validate(Map<String, String> properties) {
    return validate(properties, warning -> {});
  }

  private static ParsedConfig withFiles(Map<String, String> properties) {
    ParsedConfig parsed = new ParsedConfig(properties);
    LoginChecks.readFiles(parsed);
    for (String internal : List.of(DatahoseOptions.TASK_FEEDS, DatahoseOptions.TASK_ID)) {
      if (parsed.isGiven(internal)) {
        parsed.addError(internal, "is set by the connector for its tasks: take it out");
      }
    }
    return parsed;
  }

  /**
   * Returns whether the deduplication window holds the largest batch that an offset can describe,
   * for {@code SourceConnector.exactlyOnceSupport}, which the worker calls before anything is
   * validated. Never throws.
   *
   * @param properties as for {@link #validate}
   * @return false also when the window is not valid, which {@code validate} reports
   */
  public static boolean supportsExactlyOnce(Map<String, String> properties) {
    Option option =
        ParsedConfig.options()
            .filter(each -> each.name().equals(DatahoseOptions.DEDUP_WINDOW))
            .findFirst()
            .orElseThrow();
    Object window = option.validate(properties == null ? Map.of() : properties).value();
    return window instanceof Integer events && events >= LEAST_EXACT_WINDOW;
  }

  /** The connector's name, never null. */
  public String connectorName() {
    return parsed.properties().get(ParsedConfig.CONNECTOR_NAME);
  }

  /** What concerns Symphony's servers and the login there. */
  public SymphonyConfig symphony() {
    return symphony;
  }

  /**
   * What a client of Symphony needs to know of all these.
   *
   * @param userAgent value of the header {@code User-Agent}
   */
  public ClientSettings clientSettings(String userAgent) {
    return new ClientSettings(
        symphony.endpoints(),
        symphony.credentials(),
        symphony.trustStore(),
        symphony.proxy().orElse(null),
        new ClientSettings.Timeouts(
            symphony.connectTimeout(), symphony.readTimeout(), LONGEST_CALL),
        maxResponseBytes(),
        userAgent,
        Clock.systemUTC(),
        ClientSettings.SYSTEM_CLOCK);
  }

  /** What concerns the records that are made of events, and the heartbeats. */
  public RecordConfig records() {
    return records;
  }

  /** All feeds of the connector in the order of {@code datahose.feeds}, 1 to 5. */
  public List<FeedConfig> feeds() {
    return parsed.feeds();
  }

  /**
   * The feeds that this task reads, at least one.
   *
   * @throws ConfigException when these are not the properties of a task
   */
  public List<FeedConfig> taskFeeds() {
    List<String> names = List.of(taskProperty(DatahoseOptions.TASK_FEEDS).split(","));
    List<FeedConfig> feeds = feeds().stream().filter(f -> names.contains(f.name())).toList();
    if (feeds.size() != names.size()) {
      throw new ConfigException(
          DatahoseOptions.TASK_FEEDS
              + " does not fit the connector's feeds: restart the connector");
    }
    return feeds;
  }

  /**
   * The task's number, from 0.
   *
   * @throws ConfigException when these are not the properties of a task
   */
  public int taskId() {
    return Integer.parseInt(taskProperty(DatahoseOptions.TASK_ID));
  }

  private String taskProperty(String name) {
    String value = parsed.properties().get(name);
    if (value == null) {
      throw new ConfigException(name + " is not set: only the connector can make a task's config");
    }
    return value;
  }

  /** The largest answer that is read, in bytes after decompression. */
  public int maxResponseBytes() {
    return getInt(DatahoseOptions.MAX_RESPONSE_BYTES);
  }

  /** How many identities of delivered events each feed remembers; 0 is no deduplication. */
  public int dedupWindow() {
    return getInt(DatahoseOptions.DEDUP_WINDOW);
  }

  /** Longest time without a read of a feed while a batch waits; zero: no reads for that. */
  public Duration keepAlive() {
    return Duration.ofMillis(getLong(DatahoseOptions.KEEP_ALIVE));
  }

  /**
   * Kafka's own, for whoever parses with it in place of {@code validate}: too long texts are
   * refused before it looks at them. It splits lists by a pattern that takes the square of a row of
   * blanks, so it never gets one.
   */
  private static final class LinearDefinition extends ConfigDef {
    @Override
    public Map<String, Object> parse(Map<?, ?> properties) {
      Map<Object, Object> fit = new HashMap<>(properties);
      fit(fit)
          .forEach(
              (name, wrong) -> {
                throw new ConfigException(name + " " + wrong);
              });
      return super.parse(fit);
    }

    @Override
    public Map<String, ConfigValue> validateAll(Map<String, String> properties) {
      Map<String, String> fit = new HashMap<>(properties);
      Map<String, String> refused = fit(fit);
      Map<String, ConfigValue> answers = super.validateAll(fit);
      refused.forEach(
          (name, wrong) -> {
            ConfigValue answer = new ConfigValue(name);
            answer.addErrorMessage(name + " " + wrong);
            answers.put(name, answer);
          });
      return answers;
    }

    /** Leaves only what Kafka may look at; answers what is wrong with the others, by name. */
    @SuppressWarnings("unchecked")
    private Map<String, String> fit(Map<?, ?> properties) {
      Map<String, String> refused = new TreeMap<>();
      for (ConfigKey option : configKeys().values()) {
        if (properties.get(option.name) instanceof String text) {
          String wrong = Option.tooLong(option.name, text);
          if (wrong != null) {
            refused.put(option.name, wrong);
            properties.remove(option.name);
          } else if (option.type == Type.LIST) {
            ((Map<Object, Object>) properties).put(option.name, withSingleBlanks(text));
          }
        }
      }
      return refused;
    }

    private static String withSingleBlanks(String text) {
      StringBuilder single = new StringBuilder();
      for (int at = 0; at < text.length(); at++) {
        boolean blank = Character.isWhitespace(text.charAt(at));
        if (!blank || at == 0 || !Character.isWhitespace(text.charAt(at - 1))) {
          single.append(text.charAt(at));
        }
      }
      return single.toString();
    }
  }
}
