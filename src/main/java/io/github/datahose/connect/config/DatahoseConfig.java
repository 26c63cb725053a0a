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

  /** The maximum number of identities in an offset; a larger batch is never exactly once. */
  private static final int LEAST_EXACT_WINDOW = 10_000;

  private final ParsedConfig parsed;
  private final SymphonyConfig symphony;
  private final RecordConfig records;

  /**
   * Reads the properties of a connector or of one of its tasks. Logs the warnings for a connector,
   * and not for its tasks.
   *
   * @param properties the properties from the worker
   * @throws ConfigException with each option that has an error, and what to do
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

  /** Disables Kafka's logging of all values, which is about thirty lines for each task. */
  DatahoseConfig(ParsedConfig parsed) {
    super(definition(), parsed.given(), false);
    this.parsed = parsed;
    symphony = new SymphonyConfig(this, parsed);
    records = new RecordConfig(this, parsed);
    if (connectorName() == null) {
      throw new ConfigException("name is required. Set it to the name of the connector.");
    }
  }

  /** Returns a new definition of all options, without those of single feeds, which users name. */
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
   * Validates properties, for {@code Connector.validate}: each option, all options together, the
   * files that they name and, if everything is valid and {@code datahose.connection.check} is
   * enabled, the connection to Symphony. Each error is attached to the option to fix. Warnings are
   * logged, because the response of Connect has no place for them: a misspelled option might be the
   * reason why another one is missing. Never throws.
   *
   * @param properties any properties, also null, incomplete, or with null values
   * @param userAgent value of the header {@code User-Agent}
   * @param limit the maximum time for the files and the connection check together
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
   * Validates the options and the files that they name, without the connection check and the log.
   *
   * @param warnings receives each warning, in one line
   */
  public static List<ConfigValue> validate(
      Map<String, String> properties, Consumer<String> warnings) {
    ParsedConfig parsed = withFiles(properties);
    parsed.warnings().forEach(warnings);
    return parsed.configValues();
  }

  static List<ConfigValue> validate(Map<String, String> properties) {
    return validate(properties, warning -> {});
  }

  private static ParsedConfig withFiles(Map<String, String> properties) {
    ParsedConfig parsed = new ParsedConfig(properties);
    LoginChecks.readFiles(parsed);
    for (String internal : List.of(DatahoseOptions.TASK_FEEDS, DatahoseOptions.TASK_ID)) {
      if (parsed.isGiven(internal)) {
        parsed.addError(internal, "is set by the connector for its tasks. Remove it.");
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

  /** Returns the connector's name, never null. */
  public String connectorName() {
    return parsed.properties().get(ParsedConfig.CONNECTOR_NAME);
  }

  /** Returns the options for Symphony's servers and the login. */
  public SymphonyConfig symphony() {
    return symphony;
  }

  /**
   * Returns the settings of a client of Symphony.
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

  /** Returns the options for records, heartbeats, and the ledger. */
  public RecordConfig records() {
    return records;
  }

  /** Returns all feeds of the connector, in the order of {@code datahose.feeds}, 1 to 5. */
  public List<FeedConfig> feeds() {
    return parsed.feeds();
  }

  /**
   * Returns the feeds of this task, at least one.
   *
   * @throws ConfigException if these are not the properties of a task
   */
  public List<FeedConfig> taskFeeds() {
    List<String> names = List.of(taskProperty(DatahoseOptions.TASK_FEEDS).split(","));
    List<FeedConfig> feeds = feeds().stream().filter(f -> names.contains(f.name())).toList();
    if (feeds.size() != names.size()) {
      throw new ConfigException(
          DatahoseOptions.TASK_FEEDS
              + " does not match the connector's feeds. Restart the connector.");
    }
    return feeds;
  }

  /**
   * Returns the task's number, from 0.
   *
   * @throws ConfigException if these are not the properties of a task
   */
  public int taskId() {
    return Integer.parseInt(taskProperty(DatahoseOptions.TASK_ID));
  }

  private String taskProperty(String name) {
    String value = parsed.properties().get(name);
    if (value == null) {
      throw new ConfigException(
          name + " is required. Only the connector creates the configuration of a task.");
    }
    return value;
  }

  /** Returns the maximum size of a response, in bytes after decompression. */
  public int maxResponseBytes() {
    return getInt(DatahoseOptions.MAX_RESPONSE_BYTES);
  }

  /** Returns the number of identities that each feed keeps; 0 disables deduplication. */
  public int dedupWindow() {
    return getInt(DatahoseOptions.DEDUP_WINDOW);
  }

  /** Returns the maximum time between reads while a batch waits; zero disables keep-alive reads. */
  public Duration keepAlive() {
    return Duration.ofMillis(getLong(DatahoseOptions.KEEP_ALIVE));
  }

  /**
   * A definition for callers that parse with it instead of {@code validate}. It rejects texts that
   * are too long before Kafka parses them, and collapses blanks, because Kafka splits lists with a
   * pattern that needs quadratic time for a run of blanks.
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
      Map<String, String> rejected = fit(fit);
      Map<String, ConfigValue> results = super.validateAll(fit);
      rejected.forEach(
          (name, wrong) -> {
            ConfigValue result = new ConfigValue(name);
            result.addErrorMessage(name + " " + wrong);
            results.put(name, result);
          });
      return results;
    }

    /** Keeps what Kafka can parse. Returns what is wrong with the other properties, by name. */
    @SuppressWarnings("unchecked")
    private Map<String, String> fit(Map<?, ?> properties) {
      Map<String, String> rejected = new TreeMap<>();
      for (ConfigKey option : configKeys().values()) {
        if (properties.get(option.name) instanceof String text) {
          String wrong = Option.tooLong(option.name, text);
          if (wrong != null) {
            rejected.put(option.name, wrong);
            properties.remove(option.name);
          } else if (option.type == Type.LIST) {
            ((Map<Object, Object>) properties).put(option.name, withSingleBlanks(text));
          }
        }
      }
      return rejected;
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
