// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import io.github.datahose.connect.config.option.DatahoseOptions;
import io.github.datahose.connect.config.option.Option;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigValue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a worker asks about properties of a connector before it starts one. They may be anything:
 * also null, half of them, or with nulls in them. Never throws; thread-safe.
 */
public final class ConfigValidation {

  private static final Logger LOG = LoggerFactory.getLogger(ConfigValidation.class);

  /** At most so many identities fit an offset; a batch of more is not exactly once in any case. */
  private static final int LEAST_EXACT_WINDOW = 10_000;

  private ConfigValidation() {}

  /**
   * Judges properties, for {@code Connector.validate}: each option, all of them together, the files
   * that they name and, when all is valid and {@code datahose.connection.check} is on, the
   * connection to Symphony. What is wrong there stands on the option that mends it. Warnings, which
   * Connect has no place for, are logged: a misspelt option may be why another one is missing.
   *
   * @param userAgent value of the header {@code User-Agent}
   * @param limit longest time for the files and the connection check together
   * @return an answer for each option of {@link DatahoseConfig#definition()}; and one, with an
   *     error, for each other property that is at fault
   */
  public static List<ConfigValue> answers(
      Map<String, String> properties, String userAgent, Duration limit) {
    long begin = System.nanoTime();
    ParsedConfig parsed = judge(properties);
    parsed.warnings().forEach(warning -> LOG.warn("Config of {}: {}", parsed.connector(), warning));
    if (parsed.hasNoErrors()) {
      ConnectionValidator.check(parsed, userAgent, limit.minusNanos(System.nanoTime() - begin));
    }
    return parsed.configValues();
  }

  /** The same without the connection and the log. */
  static List<ConfigValue> answers(Map<String, String> properties) {
    return judge(properties).configValues();
  }

  private static ParsedConfig judge(Map<String, String> properties) {
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
   * validated.
   *
   * @param properties as for {@link #answers}
   * @return false also when the window is no valid one, which {@code answers} says
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
}
