// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import io.github.datahose.connect.symphony.ClientSettings;
import io.github.datahose.connect.symphony.Moment;
import io.github.datahose.connect.symphony.Timeouts;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The configuration of the connector and of its tasks, checked as a whole. Immutable. */
public final class DatahoseConfig extends AbstractConfig {
  private static final Logger LOG = LoggerFactory.getLogger(DatahoseConfig.class);

  private static final Duration LONGEST_CALL = Duration.ofMinutes(5);

  private final Examination examination;
  private final SymphonyConfig symphony;
  private final RecordConfig records;

  /**
   * Reads the properties of a connector, or of a task of it. For a connector, logs each warning
   * once; its tasks do not repeat them.
   *
   * @param properties as the worker gives them
   * @throws ConfigException naming each option that is at fault, and what to do
   */
  public DatahoseConfig(Map<String, String> properties) {
    this(started(properties));
    if (!examination.properties().containsKey(DatahoseOptions.TASK_ID)) {
      examination.warnings().forEach(LOG::warn);
    }
  }

  private static Examination started(Map<String, String> properties) {
    Examination examination = new Examination(properties);
    LoginFiles.refuseForbidden(examination);
    return examination.orThrow();
  }

  /** Without Kafka's own logging of all values, of which every task would make thirty lines. */
  DatahoseConfig(Examination examination) {
    super(definition(), examination.given(), false);
    this.examination = examination;
    symphony = new SymphonyConfig(this);
    records = new RecordConfig(this, examination);
    if (connectorName() == null) {
      throw new ConfigException("name is not set: give the connector a name");
    }
  }

  /** All options, new at each call. Those of single feeds are not in it, since users name them. */
  public static ConfigDef definition() {
    ConfigDef definition = new ConfigDef();
    for (Option.Group group : Examination.GROUPS) {
      int order = 0;
      for (Option option : group.options()) {
        option.define(definition, group.name(), ++order);
      }
    }
    return definition;
  }

  /** The connector's name, never null. */
  public String connectorName() {
    return examination.properties().get(Examination.CONNECTOR_NAME);
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
        new Timeouts(symphony.connectTimeout(), symphony.readTimeout(), LONGEST_CALL),
        maxResponseBytes(),
        userAgent,
        Clock.systemUTC(),
        Moment::now);
  }

  /** What concerns the records that are made of events, and the heartbeats. */
  public RecordConfig records() {
    return records;
  }

  /** All feeds of the connector in the order of {@code datahose.feeds}, 1 to 5. */
  public List<FeedConfig> feeds() {
    return examination.feeds();
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
    String value = examination.properties().get(name);
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
}
