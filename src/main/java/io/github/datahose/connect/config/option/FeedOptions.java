// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config.option;

import java.util.List;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Width;

/**
 * The options that a single feed may have, named by what follows its name. A further one is a line
 * in {@link #ALL}, and its value a component of {@code FeedConfig}.
 */
public final class FeedOptions {

  /**
   * Most feeds, and most readers of all of them together: the vendor's fair-use policy for one
   * service account.
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
   * @param connectorOption the connector's option that counts for a feed without one of its own;
   *     null when the default value does
   */
  public record FeedOption(Option option, String connectorOption) {
    /** What follows the feed's name. */
    public String name() {
      return option.name();
    }
  }

  /** All of them, in the order of the documentation. */
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
                  "Types of the feed's events. Two feeds may not have one in common, since each event"
                      + " would come twice, unless both name scopes and have none of these in common."
                      + " Default: those of "
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
                  "Scopes of the feed's events. Default: those of " + DatahoseOptions.SCOPES + ".",
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
                  "Topic for the feed's events, with placeholders as in the option topic. Default: that"
                      + " of the option topic.",
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
                  "Number of readers that compete for the feed's events, of all feeds together at most "
                      + MOST_READERS
                      + ". More of them are faster where the way to the agent is long, and order is"
                      + " kept within one reader only.",
                  Rule.atLeast(1, "")),
              null));

  private FeedOptions() {}

  /** How the options of a feed are named, for messages and documentation. */
  public static String allNames() {
    return DatahoseOptions.FEED_PREFIX
        + "<name>."
        + ALL.stream().map(FeedOption::name).collect(Collectors.joining(", ."));
  }

  /** The full name of an option of one feed. */
  public static String ofFeed(String feed, String option) {
    return DatahoseOptions.FEED_PREFIX + feed + "." + option;
  }
}
