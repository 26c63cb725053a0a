// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.footprint;

import io.github.datahose.benchmark.Contenders;
import io.github.datahose.connect.DatahoseSourceConnector;
import io.github.datahose.simulator.SimulatorKeys;
import java.util.HashMap;
import java.util.Map;

/** The connector's configuration for a simulated pod. */
final class ConnectorConfig {

  /** Each event as the text that came. */
  static final Map<String, String> JSON =
      Map.of(
          "record.value",
          "json",
          "value.converter",
          "org.apache.kafka.connect.storage.StringConverter");

  private ConnectorConfig() {}

  /**
   * One feed of the types that the vendor's SDK knows, too.
   *
   * @param pod base URL
   * @param topic also the connector's name
   * @param options besides those that anybody sets
   */
  static Map<String, String> of(String pod, String topic, Map<String, String> options) {
    Map<String, String> config = new HashMap<>();
    config.put("name", topic);
    config.put("connector.class", DatahoseSourceConnector.class.getName());
    config.put("tasks.max", "1");
    config.put("symphony.pod.url", pod);
    config.put("symphony.username", SimulatorKeys.USERNAME);
    config.put("symphony.private.key", SimulatorKeys.privateKey());
    config.put("datahose.event.types", String.join(",", Contenders.TYPES));
    config.put("topic", topic);
    config.put("producer.override.linger.ms", "0");
    config.putAll(options);
    return config;
  }
}
