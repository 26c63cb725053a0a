// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import io.github.datahose.connect.event.RecordKey;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import okhttp3.HttpUrl;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The configuration of the connector and of its tasks, checked as a whole. Immutable. */
public final class DatahoseConfig extends AbstractConfig {
  private static final Logger LOG = LoggerFactory.getLogger(DatahoseConfig.class);

  private final Examination examination;

  /**
   * Reads the properties of a connector, or of a task of it. For a connector, logs each warning
   * once; its tasks do not repeat them.
   *
   * @param properties as the worker gives them
   * @throws ConfigException naming each option that is at fault, and what to do
   */
  public DatahoseConfig(Map<String, String> properties) {
    this(new Examination(properties).orThrow());
    if (!examination.properties().containsKey(DatahoseOptions.TASK_ID)) {
      examination.warnings().forEach(LOG::warn);
    }
  }

  /** Without Kafka's own logging of all values, of which every task would make thirty lines. */
  private DatahoseConfig(Examination examination) {
    super(definition(), examination.given(), false);
    this.examination = examination;
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

  /**
   * Judges the properties of a connector, for {@code Connector.validate}. Never throws.
   *
   * @param properties any properties, also null, half of them, or with nulls in them
   * @return an answer for each option of {@link #definition()}; and one, with an error, for each
   *     other property that is at fault
   */
  public static List<ConfigValue> validate(Map<String, String> properties) {
    Examination examination = new Examination(properties);
    CrossChecks.readKey(examination);
    for (String internal : List.of(DatahoseOptions.TASK_FEEDS, DatahoseOptions.TASK_ID)) {
      if (examination.isGiven(internal)) {
        examination.fault(internal, "is set by the connector for its tasks: take it out");
      }
    }
    return examination.answers();
  }

  /**
   * Whether redelivered events are dropped, for {@code SourceConnector.exactlyOnceSupport}, which
   * the worker calls before anything is validated. Never throws.
   *
   * @param properties any properties, also null, half of them, or with nulls in them
   */
  public static boolean deduplicates(Map<String, String> properties) {
    Object window = new Examination(properties).value(DatahoseOptions.DEDUP_WINDOW);
    return !Integer.valueOf(0).equals(window);
  }

  /** The connector's name, never null. */
  public String connectorName() {
    return examination.properties().get(Examination.CONNECTOR_NAME);
  }

  /** Base URL of the pod, its context path kept, without a slash at the end of that. */
  public HttpUrl podUrl() {
    return BaseUrl.parse(getString(SymphonyOptions.POD_URL));
  }

  /** The pod's host in lower case without port. */
  public String podHost() {
    return podUrl().host();
  }

  /** Base URLs of the agents, at least one, in the form of {@link #podUrl()}. */
  public List<HttpUrl> agentUrls() {
    List<String> urls = getList(SymphonyOptions.AGENT_URL);
    List<String> entries = urls == null ? List.of() : Rules.entries(urls);
    return entries.isEmpty() ? List.of(podUrl()) : entries.stream().map(BaseUrl::parse).toList();
  }

  /** Base URL of the key manager, in the form of {@link #podUrl()}. */
  public HttpUrl keyManagerUrl() {
    String url = getString(SymphonyOptions.KEY_MANAGER_URL);
    return url == null ? podUrl() : BaseUrl.parse(url);
  }

  /** User name of the service account. */
  public String username() {
    return getString(SymphonyOptions.USERNAME);
  }

  /** Where the private key comes from. */
  public PrivateKeySource privateKey() {
    return PrivateKeySource.of(
        getPassword(SymphonyOptions.PRIVATE_KEY), getString(SymphonyOptions.PRIVATE_KEY_PATH));
  }

  public Duration connectTimeout() {
    return Duration.ofMillis(getInt(SymphonyOptions.CONNECT_TIMEOUT));
  }

  public Duration readTimeout() {
    return Duration.ofMillis(getInt(SymphonyOptions.READ_TIMEOUT));
  }

  /** The first wait after a failure that can heal. */
  public Duration retryBackoff() {
    return Duration.ofMillis(getLong(SymphonyOptions.RETRY_BACKOFF));
  }

  /** The longest wait between two retries, not shorter than the first. */
  public Duration retryBackoffMax() {
    return Duration.ofMillis(getLong(SymphonyOptions.RETRY_BACKOFF_MAX));
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

  /** Where heartbeats go, if anywhere. */
  public Optional<String> heartbeatTopic() {
    return Optional.of(getString(RecordOptions.HEARTBEAT_TOPIC)).filter(topic -> !topic.isEmpty());
  }

  /** Time between the heartbeats of a reader. */
  public Duration heartbeatInterval() {
    return Duration.ofMillis(getLong(RecordOptions.HEARTBEAT_INTERVAL));
  }

  public RecordKey keyMode() {
    return RecordKey.valueOf(choice(RecordOptions.KEY));
  }

  public RecordValueMode valueMode() {
    return RecordValueMode.valueOf(choice(RecordOptions.VALUE));
  }

  public RecordRawMode rawMode() {
    return RecordRawMode.valueOf(choice(RecordOptions.RAW));
  }

  /** The largest event, in bytes, that is delivered whole, as {@code record.max.bytes} counts. */
  public int recordMaxBytes() {
    return RecordLimit.of(examination);
  }

  /**
   * Whether a text as value is known to be written without escapes. Not known when the worker's own
   * converter is used.
   */
  public boolean writesTextAsItIs() {
    return "org.apache.kafka.connect.storage.StringConverter"
        .equals(examination.properties().get("value.converter"));
  }

  public RecordOversize oversize() {
    return RecordOversize.valueOf(choice(RecordOptions.OVERSIZE));
  }

  /** Whether records carry the headers about their event. */
  public boolean headers() {
    return getBoolean(RecordOptions.HEADERS);
  }

  /** The topic for events that cannot be mapped or are too large, if they have one of their own. */
  public Optional<String> quarantineTopic() {
    return Optional.of(getString(RecordOptions.QUARANTINE_TOPIC)).filter(topic -> !topic.isEmpty());
  }

  private String choice(String option) {
    return getString(option).toUpperCase(Locale.ROOT);
  }
}
