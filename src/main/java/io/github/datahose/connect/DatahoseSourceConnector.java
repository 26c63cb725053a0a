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
 * Brings the Datahose feeds of a Symphony pod into Kafka topics: each message and event,
 * acknowledged to Symphony only after Kafka has it. The work is one to five feeds, spread over at
 * most as many tasks; {@code tasks.max} never changes which feeds there are.
 */
public final class DatahoseSourceConnector extends SourceConnector {

  /** The worker's REST interface gives up on a request after 90 s; nobody wants to wait so long. */
  private static final Duration LONGEST_CHECK = Duration.ofSeconds(10);

  private Map<String, String> properties;
  private List<FeedConfig> feeds;

  @Override
  public String version() {
    return ConnectorVersion.get();
  }

  @Override
  public void start(Map<String, String> connectorProperties) {
    // Not Map.copyOf: a value may be null, as JSON has it, and the worker passes that on.
    properties = Collections.unmodifiableMap(new HashMap<>(connectorProperties));
    feeds = new DatahoseConfig(properties).feeds();
  }

  @Override
  public Class<? extends Task> taskClass() {
    return DatahoseSourceTask.class;
  }

  /**
   * A task gets all properties unchanged, and which feeds it reads. Unchanged, since the worker
   * puts config provider variables back under the same key only: a secret in any other option would
   * stand in clear in the config topic.
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

  /** Nothing runs in the connector itself. */
  @Override
  public void stop() {}

  @Override
  public ConfigDef config() {
    return DatahoseConfig.definition();
  }

  /**
   * Judges a config, and tries it at Symphony when all in it is valid. Never throws.
   *
   * <p>The worker calls this ({@code AbstractHerder.validateConnectorConfig}, the same in Kafka
   * 3.7.2 and 4.3.1) with {@code ${...}} variables resolved, on a thread of a pool of its own, when
   * a connector is created or its config changed (first in the worker that was asked and, where
   * that is not the leader, again in the leader) and by {@code PUT
   * /connector-plugins/<class>/config/validate}; a standalone worker also at its start. Restarts,
   * rebalances, pause and resume do not validate, so Symphony's absence stops none of them.
   */
  @Override
  public Config validate(Map<String, String> connectorProperties) {
    return new Config(
        DatahoseConfig.validate(connectorProperties, ConnectorVersion.userAgent(), LONGEST_CHECK));
  }

  /**
   * Answers SUPPORTED when {@code datahose.dedup.window} is at least 10,000, because exactly-once
   * delivery requires that redelivered events are dropped. The worker calls this before {@link
   * #validate}, with whatever the config holds. Never throws.
   */
  @Override
  public ExactlyOnceSupport exactlyOnceSupport(Map<String, String> connectorProperties) {
    return DatahoseConfig.supportsExactlyOnce(connectorProperties)
        ? ExactlyOnceSupport.SUPPORTED
        : ExactlyOnceSupport.UNSUPPORTED;
  }

  /** The worker's boundary, each poll, is the right one: a batch is in a transaction as a whole. */
  @Override
  public ConnectorTransactionBoundaries canDefineTransactionBoundaries(
      Map<String, String> connectorProperties) {
    return ConnectorTransactionBoundaries.UNSUPPORTED;
  }

  /**
   * Lets an administrator forget or set what Connect stores for a reader. It does not rewind a
   * feed, which has no past, and it forgets which events may come again. What is refused here is a
   * 500 in REST with a stack trace in the worker's log: Connect maps each {@code ConnectException}
   * so.
   */
  @Override
  public boolean alterOffsets(
      Map<String, String> connectorProperties, Map<Map<String, ?>, Map<String, ?>> offsets) {
    try {
      offsets.forEach(FeedOffset::check);
    } catch (IllegalArgumentException e) {
      // Without the cause, whose message is not made one line.
      throw new ConnectException(Printable.line(e.getMessage()));
    }
    return true;
  }
}
