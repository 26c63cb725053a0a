// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.apache.kafka.connect.source.SourceConnector;

/** Has one {@link HandWrittenTask}. */
public final class HandWrittenConnector extends SourceConnector {

  private Map<String, String> config;

  @Override
  public String version() {
    return "1";
  }

  @Override
  public void start(Map<String, String> connectorConfig) {
    config = connectorConfig;
  }

  @Override
  public Class<? extends Task> taskClass() {
    return HandWrittenTask.class;
  }

  @Override
  public List<Map<String, String>> taskConfigs(int maxTasks) {
    return List.of(config);
  }

  @Override
  public ConfigDef config() {
    return new ConfigDef();
  }

  @Override
  public ExactlyOnceSupport exactlyOnceSupport(Map<String, String> connectorConfig) {
    return ExactlyOnceSupport.SUPPORTED;
  }

  @Override
  public void stop() {}
}
