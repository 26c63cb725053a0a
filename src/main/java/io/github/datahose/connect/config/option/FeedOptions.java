// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config.option;

import java.util.List;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Width;

/**
 * The options of a single feed, named by what follows the feed's name. To add one, add a line to
 * {@link #ALL} and a component to {@code FeedConfig}.
 */
public final class FeedOptions {

  /**
   * The maximum number of feeds, and of readers of all feeds together: the vendor's fair-use policy
   * for one service account.
   */
  public static final int MOST_READERS = 5;

  public static final String EVENT_TYPES = "event.types";
  public static final String SCOPES = "scopes";
  public static final String TOPIC = "topic";
  public static final String READERS = "readers";

  /**
   * An option of a feed.
   *
   * @param option named by what follows the feed's name
   * @param connectorOption the option of the connector that applies to a feed without its own; null
   *     if the default value applies
   */
  public record FeedOption(Option option, String connectorOption) {
    /** Returns what follows the feed's name. */
    public String name() {
      return option.name();
    }
  }

  /** All options, in the order of the documentation. */
  public static final List<FeedOption> ALL =
      List.of(
          new FeedOption(
              new Option(
                  EVENT_TYPES,
                  ConfigDef.Type.LIST,
                  null,
                  Importance.MEDIUM,
                  Width.LONG,
                  "Event types of the feed",
                  "Event types of the feed. Two feeds cannot have a type in common, because"
                      + " its events would be delivered twice, unless both feeds set scopes and have no"
                      + " scope in common. Default: the types of "
                      + DatahoseOptions.EVENT_TYPES
                      + ".",
                  Rule.eventTypes()),
              DatahoseOptions.EVENT_TYPES),
          new FeedOption(
              new Option(
                  SCOPES,
                  ConfigDef.Type.LIST,
                  null,
                  Importance.LOW,
                  Width.MEDIUM,
                  "Scopes of the feed",
                  "Scopes of the feed's events. Default: the scopes of "
                      + DatahoseOptions.SCOPES
                      + ".",
                  Rule.scopes()),
              DatahoseOptions.SCOPES),
          new FeedOption(
              new Option(
                  TOPIC,
                  ConfigDef.Type.STRING,
                  null,
                  Importance.MEDIUM,
                  Width.MEDIUM,
                  "Topic of the feed",
                  "Topic for the feed's events, with the same placeholders as the option"
                      + " topic. Default: the topic of the option topic.",
                  Rule.topicPattern()),
              RecordOptions.TOPIC),
          new FeedOption(
              new Option(
                  READERS,
                  ConfigDef.Type.INT,
                  1,
                  Importance.LOW,
                  Width.SHORT,
                  "Readers of the feed",
                  "Number of readers that compete for the feed's events. All feeds together"
                      + " have at most "
                      + MOST_READERS
                      + " readers. More readers increase throughput when latency to the agent is"
                      + " high. Order is guaranteed only within one reader.",
                  Rule.atLeast(1, "")),
              null));

  private FeedOptions() {}

  /** Returns the names of the options of a feed, for messages and documentation. */
  public static String allNames() {
    return DatahoseOptions.FEED_PREFIX
        + "<name>."
        + ALL.stream().map(FeedOption::name).collect(Collectors.joining(", ."));
  }

  /** Returns the full name of an option of one feed. */
  public static String ofFeed(String feed, String option) {
    return DatahoseOptions.FEED_PREFIX + feed + "." + option;
  }
}
