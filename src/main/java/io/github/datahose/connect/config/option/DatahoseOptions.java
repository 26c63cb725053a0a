// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config.option;

import io.github.datahose.connect.event.EventSchemas;
import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Width;

/** The options for the events to read, the feeds, and their limits. */
public final class DatahoseOptions {
  public static final String TAG = "datahose.tag";
  public static final String EVENT_TYPES = "datahose.event.types";
  public static final String SCOPES = "datahose.scopes";
  public static final String FEEDS = "datahose.feeds";
  public static final String MAX_RESPONSE_BYTES = "datahose.max.response.bytes";
  public static final String DEDUP_WINDOW = "datahose.dedup.window";
  public static final String KEEP_ALIVE = "datahose.keepalive.ms";
  public static final String CONNECTION_CHECK = "datahose.connection.check";

  /** Names of the feeds of a task, comma-separated. The connector sets it for each task. */
  public static final String TASK_FEEDS = "datahose.task.feeds";

  /** Number of the task, from 0. The connector sets it for each task. */
  public static final String TASK_ID = "datahose.task.id";

  /** Prefix of the options of a single feed: {@code datahose.feed.<name>.<option>}. */
  public static final String FEED_PREFIX = "datahose.feed.";

  private static final Option EVENT_TYPES_OPTION =
      new Option(
          EVENT_TYPES,
          ConfigDef.Type.LIST,
          EventTypes.DOCUMENTED,
          Importance.HIGH,
          Width.LONG,
          "Event types",
          "Event types to read. GENERICSYSTEMEVENT is read only if it is named,"
              + " because agents earlier than 26.3.1 do not know it. Names that this version"
              + " does not know are allowed. Symphony might treat a different list as a new"
              + " feed, without the events in the old one. To change the list without a loss,"
              + " start a second connector with the new list and its own tag before you stop"
              + " this one.",
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
          "Scopes of the events to read: INTERNAL, EXTERNAL, FEDERATED. Requires agent"
              + " 25.8 or later. Default: none, events of all scopes are read.",
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
                  "Prefix of the feed tags. Feed f has the tag <datahose.tag>.<f>, at most 80"
                      + " characters. Two connectors with the same service account and tag share one"
                      + " feed, and each receives part of its events. Default: the connector's name.",
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
                      + ". Symphony allows five feeds per account, including those of all its"
                      + " connectors and those without a read for less than 30 minutes. Each feed can"
                      + " have its own options: "
                      + FeedOptions.allNames()
                      + ". Event types that no feed names are not read, without a warning.",
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
                  "Maximum response size (bytes)",
                  "Maximum size of an agent's response, in bytes after decompression. A larger"
                      + " response is an error, and the reader acknowledges none of its events. From"
                      + " the 10,001st event of a response on, each event counts as at least 1,024"
                      + " bytes.",
                  Rule.between(1_024, 1_073_741_824, "bytes")),
              new Option(
                  DEDUP_WINDOW,
                  ConfigDef.Type.INT,
                  100_000,
                  Importance.MEDIUM,
                  Width.SHORT,
                  "Deduplication window (events)",
                  "Number of identities of delivered events to keep per feed, to drop"
                      + " redelivered events. Each identity has 16 bytes of content. 0 disables"
                      + " deduplication. Exactly-once delivery requires at least 10000.",
                  Rule.between(0, 10_000_000, "events")),
              new Option(
                  KEEP_ALIVE,
                  ConfigDef.Type.LONG,
                  300_000L,
                  Importance.LOW,
                  Width.SHORT,
                  "Maximum time without a read (ms)",
                  "Maximum time in milliseconds between reads while a batch waits for Kafka or"
                      + " the connector is paused. Symphony deletes a feed after 30 minutes without a"
                      + " read. 0 disables these reads.",
                  Rule.between(
                      0,
                      1_500_000,
                      "ms (25 minutes; 0 disables these reads), because Symphony deletes a feed"
                          + " after 30 minutes without a read"))));

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
                  "Whether validation of an otherwise valid configuration logs in to Symphony"
                      + " and checks agent health, for at most 10 seconds. Permanent failures are"
                      + " errors. Transient failures are only logged. The feeds are not read.",
                  Rule.anything("true or false"))));

  private DatahoseOptions() {}
}
