// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect;

import io.github.datahose.connect.config.DatahoseConfig;
import io.github.datahose.connect.config.FeedConfig;
import io.github.datahose.connect.config.option.DatahoseOptions;
import io.github.datahose.connect.delivery.FeedOffset;
import io.github.datahose.connect.text.Printable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.ConnectorTransactionBoundaries;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.apache.kafka.connect.source.SourceConnector;
import org.apache.kafka.connect.util.ConnectorUtils;

/**
 * Source connector that streams the Datahose feeds of a Symphony pod to Kafka topics, and
 * acknowledges a batch only after Kafka confirms it. A connector has one to five feeds, which it
 * distributes over at most as many tasks; {@code tasks.max} never changes which feeds exist.
 */
public final class DatahoseSourceConnector extends SourceConnector {

  /** Well below 90 s, after which the worker's REST interface times out. */
  private static final Duration LONGEST_CHECK = Duration.ofSeconds(10);

  private Map<String, String> properties;
  private List<FeedConfig> feeds;

  @Override
  public String version() {
    return ConnectorVersion.get();
  }

  @Override
  public void start(Map<String, String> connectorProperties) {
    // Not Map.copyOf: a value can be null in JSON, and the worker passes it on.
    properties = Collections.unmodifiableMap(new HashMap<>(connectorProperties));
    feeds = new DatahoseConfig(properties).feeds();
  }

  @Override
  public Class<? extends Task> taskClass() {
    return DatahoseSourceTask.class;
  }

  /**
   * Returns, for each task, all properties unchanged and the feeds that the task reads. The
   * properties are unchanged because the worker restores config provider variables only under the
   * same key: a secret in any other option would be stored as clear text in the config topic.
   */
  @Override
  public List<Map<String, String>> taskConfigs(int maxTasks) {
    List<Map<String, String>> tasks = new ArrayList<>();
    for (List<FeedConfig> group :
        ConnectorUtils.groupPartitions(feeds, Math.min(maxTasks, feeds.size()))) {
      Map<String, String> task = new HashMap<>(properties);
      task.put(
          DatahoseOptions.TASK_FEEDS,
          String.join(",", group.stream().map(FeedConfig::name).toList()));
      task.put(DatahoseOptions.TASK_ID, Integer.toString(tasks.size()));
      tasks.add(task);
    }
    return tasks;
  }

  /** Does nothing, because nothing runs in the connector itself. */
  @Override
  public void stop() {}

  @Override
  public ConfigDef config() {
    return DatahoseConfig.definition();
  }

  /**
   * Validates a configuration and, if all options are valid, checks the connection to Symphony.
   * Never throws.
   *
   * <p>The worker calls this ({@code AbstractHerder.validateConnectorConfig}, the same in Kafka
   * 3.7.2 and 4.3.1) with {@code ${...}} variables resolved, on a thread of its own pool, when a
   * connector is created or its configuration changes (first on the worker that receives the
   * request and, if that is not the leader, again on the leader) and by {@code PUT
   * /connector-plugins/<class>/config/validate}; a standalone worker also at startup. Restarts,
   * rebalances, pause, and resume do not validate, so an outage of Symphony blocks none of them.
   */
  @Override
  public Config validate(Map<String, String> connectorProperties) {
    return new Config(
        DatahoseConfig.validate(connectorProperties, ConnectorVersion.userAgent(), LONGEST_CHECK));
  }

  /**
   * Returns SUPPORTED if {@code datahose.dedup.window} is at least 10,000, because exactly-once
   * delivery requires that redelivered events are dropped. The worker calls this before {@link
   * #validate}, with any configuration. Never throws.
   */
  @Override
  public ExactlyOnceSupport exactlyOnceSupport(Map<String, String> connectorProperties) {
    return DatahoseConfig.supportsExactlyOnce(connectorProperties)
        ? ExactlyOnceSupport.SUPPORTED
        : ExactlyOnceSupport.UNSUPPORTED;
  }

  /**
   * Returns UNSUPPORTED: with the worker's boundary, each poll, a transaction has whole batches.
   */
  @Override
  public ConnectorTransactionBoundaries canDefineTransactionBoundaries(
      Map<String, String> connectorProperties) {
    return ConnectorTransactionBoundaries.UNSUPPORTED;
  }

  /**
   * Checks the offsets that an administrator sets or deletes. A change does not rewind a feed,
   * which has no history, and discards the identities of events that might be redelivered. Connect
   * maps a {@code ConnectException} to HTTP 500, with a stack trace in the worker's log.
   */
  @Override
  public boolean alterOffsets(
      Map<String, String> connectorProperties, Map<Map<String, ?>, Map<String, ?>> offsets) {
    try {
      offsets.forEach(FeedOffset::check);
    } catch (IllegalArgumentException e) {
      // Without the cause, because its message might have several lines.
      throw new ConnectException(Printable.line(e.getMessage()));
    }
    return true;
  }
}
