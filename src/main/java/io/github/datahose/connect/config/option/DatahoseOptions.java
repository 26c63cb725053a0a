// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config.option;

import io.github.datahose.connect.event.EventSchemas;
import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Width;

/** The options about what is read from the Datahose, and in which feeds. */
public final class DatahoseOptions {
  public static final String TAG = "datahose.tag";
  public static final String EVENT_TYPES = "datahose.event.types";
  public static final String SCOPES = "datahose.scopes";
  public static final String FEEDS = "datahose.feeds";
  public static final String MAX_RESPONSE_BYTES = "datahose.max.response.bytes";
  public static final String DEDUP_WINDOW = "datahose.dedup.window";
  public static final String KEEP_ALIVE = "datahose.keepalive.ms";
  public static final String CONNECTION_CHECK = "datahose.connection.check";

  /** Names of feeds, comma-separated: the connector tells each task its feeds by it. */
  public static final String TASK_FEEDS = "datahose.task.feeds";

  /** Number of the task, from 0: the connector sets it for each task. */
  public static final String TASK_ID = "datahose.task.id";

  /** What the options of a single feed begin with: {@code datahose.feed.<name>.<option>}. */
  public static final String FEED_PREFIX = "datahose.feed.";

  private static final Option EVENT_TYPES_OPTION =
      new Option(
          EVENT_TYPES,
          ConfigDef.Type.LIST,
          EventTypes.DOCUMENTED,
          Importance.HIGH,
          Width.LONG,
          "Event types",
          "Types of the events to read. GENERICSYSTEMEVENT is read when it is named only, since"
              + " agents before 26.3.1 do not know it. Names that this version does not know are"
              + " allowed. Another list may be another feed for Symphony: change it together with"
              + " the tag.",
          Rule.eventTypes(),
          EventSchemas.EVENT_TYPES.stream().sorted().toList());

  private static final Option SCOPES_OPTION =
      new Option(
          SCOPES,
          ConfigDef.Type.LIST,
          List.of(),
          Importance.MEDIUM,
          Width.MEDIUM,
          "Scopes",
          "Scopes of the events to read: INTERNAL, EXTERNAL, FEDERATED; needs an agent of 25.8 or"
              + " later. Default: none, which reads events of all scopes.",
          Rule.scopes(),
          EventTypes.SCOPES);

  public static final Option.Group FEEDS_GROUP =
      new Option.Group(
          "Datahose feeds",
          List.of(
              new Option(
                  TAG,
                  ConfigDef.Type.STRING,
                  null,
                  Importance.HIGH,
                  Width.MEDIUM,
                  "Tag",
                  "Name of the feeds at Symphony: feed f has the tag <datahose.tag>.<f>, at most 80"
                      + " characters in all. Two connectors with the same service account and tag share"
                      + " one feed, and each gets a part of it. Default: the connector's name.",
                  Rule.tag()),
              EVENT_TYPES_OPTION,
              SCOPES_OPTION,
              new Option(
                  FEEDS,
                  ConfigDef.Type.LIST,
                  List.of("all"),
                  Importance.MEDIUM,
                  Width.MEDIUM,
                  "Feeds",
                  "Names of the feeds to read, 1 to "
                      + FeedOptions.MOST_READERS
                      + ". Symphony allows an account five, and counts those"
                      + " of all its connectors, and for half an hour those that nobody reads any"
                      + " more. Each may have options of its own: "
                      + FeedOptions.allNames()
                      + ".",
                  Rule.feedNames())));

  public static final Option.Group LIMITS =
      new Option.Group(
          "Datahose limits",
          List.of(
              new Option(
                  MAX_RESPONSE_BYTES,
                  ConfigDef.Type.INT,
                  67_108_864,
                  Importance.LOW,
                  Width.SHORT,
                  "Largest answer (bytes)",
                  "Largest answer of the agent, in bytes after decompression. A larger one is an"
                      + " error, and nothing of it is acknowledged. From the 10,001st event of an"
                      + " answer on, each event counts as at least 1,024 bytes.",
                  Rule.between(1_024, 1_073_741_824, "bytes")),
              new Option(
                  DEDUP_WINDOW,
                  ConfigDef.Type.INT,
                  100_000,
                  Importance.MEDIUM,
                  Width.SHORT,
                  "Deduplication window (events)",
                  "Number of delivered events, per feed, whose identities are remembered so that a"
                      + " redelivered one is dropped. 16 bytes of content each. 0 switches it off."
                      + " Exactly-once delivery requires at least 10000.",
                  Rule.between(0, 10_000_000, "events")),
              new Option(
                  KEEP_ALIVE,
                  ConfigDef.Type.LONG,
                  300_000L,
                  Importance.LOW,
                  Width.SHORT,
                  "Longest time without a read (ms)",
                  "Longest time, in milliseconds, without a read of a feed while a batch waits for"
                      + " Kafka or the connector is paused. Symphony deletes a feed that nobody reads"
                      + " for 30 minutes. 0 switches these reads off.",
                  Rule.between(
                      0,
                      1_500_000,
                      "ms (25 minutes; 0 is off), since Symphony deletes a feed unread for 30"))));

  public static final Option.Group CHECKS =
      new Option.Group(
          "Connection check",
          List.of(
              new Option(
                  CONNECTION_CHECK,
                  ConfigDef.Type.BOOLEAN,
                  true,
                  Importance.MEDIUM,
                  Width.SHORT,
                  "Connection check",
                  "Whether the validation of a config, once all else is valid, logs in at Symphony"
                      + " and asks the agents for their health, for 10 seconds at most. A refusal"
                      + " that stays until somebody mends it is an error; what may heal by itself"
                      + " is logged only. The feeds are not read.",
                  Rule.anything("true or false"))));

  private DatahoseOptions() {}
}
