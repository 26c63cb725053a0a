// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.footprint;

import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.Jvm;
import io.github.datahose.simulator.Simulator;
import java.util.Map;

/** Starts a real worker with the connector, each time a new one on the same broker and topic. */
final class WorkerSubject implements AutoCloseable {

  /** Lets the largest event through whole. */
  static final Map<String, String> WHOLE =
      Map.of("producer.override.max.request.size", Integer.toString(8 << 20));

  private static final String TOPIC = "large";

  private final ConnectCluster brokerAlone =
      ConnectCluster.named("footprint-large").jvm(Jvm.current()).workers(0).start();
  private int count;

  WorkerSubject() {
    brokerAlone
        .broker()
        .createTopic(
            TOPIC,
            1,
            Map.of(
                "max.message.bytes",
                Integer.toString(8 << 20),
                // A trial writes 60 MB, and there are dozens of them.
                "segment.bytes",
                "134217728",
                "retention.bytes",
                "268435456"));
  }

  /** Starts one with options of the connector. */
  Trial.Subject start(Simulator pod, int mebibytes, Map<String, String> options) {
    ConnectCluster cluster =
        ConnectCluster.named("heap-" + ++count)
            .on(brokerAlone.broker())
            .jvm(Jvm.current().with(Trial.STRICT).with("-Xmx" + mebibytes + "m"))
            .start();
    try {
      cluster.rest().putConfig(TOPIC, ConnectorConfig.of(pod.url(), TOPIC, options));
    } catch (RuntimeException e) {
      cluster.close();
      throw e;
    }
    return new Trial.Subject(cluster.worker()::isAlive, cluster::close);
  }

  @Override
  public void close() {
    brokerAlone.close();
  }
}
