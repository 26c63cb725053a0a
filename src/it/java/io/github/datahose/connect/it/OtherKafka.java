// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.it;

import io.github.datahose.launch.BrokerProcess;
import io.github.datahose.launch.Build;
import io.github.datahose.launch.Jvm;
import io.github.datahose.launch.KafkaClassPath;
import io.github.datahose.launch.TopicReader;
import io.github.datahose.simulator.Audit;
import java.util.List;
import java.util.Map;

/**
 * A Kafka of its own for connectors' topics, apart from the one that their workers live in: so it
 * can be away without the workers. (A worker that loses its own stops its tasks.)
 */
public final class OtherKafka implements AutoCloseable {
  private final BrokerProcess broker;

  /** Starts one, with these properties of the broker besides the launcher's. */
  public OtherKafka(String name, Map<String, String> properties) {
    broker =
        BrokerProcess.start(
            KafkaClassPath.of(Build.kafkaVersion()),
            Jvm.quick(),
            Build.newDirectory(name + "-broker"),
            properties);
  }

  /** The broker. */
  public BrokerProcess broker() {
    return broker;
  }

  /** Lets a connector write here; in a worker with exactly-once its offsets go here, too. */
  public LiveConnector takes(LiveConnector connector) {
    for (String client : List.of("producer", "consumer", "admin")) {
      connector.set(client + ".override.bootstrap.servers", broker.bootstrapServers());
    }
    return connector;
  }

  /** Holds what stands in the topic of the connector's name against its ledger. */
  Audit audit(LiveConnector connector) {
    List<Audit.Entry> topic =
        new TopicReader(broker.bootstrapServers())
            .committed(connector.name()).stream()
                .map(record -> new Audit.Entry(record.key(), Topics.messageId(record)))
                .toList();
    return connector.simulator().ledger().audit(topic);
  }

  @Override
  public void close() {
    broker.close();
  }
}
