// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.footprint;

import io.github.datahose.connect.DatahoseSourceTask;
import io.github.datahose.connect.PlayedWorker;
import io.github.datahose.connect.feed.FakeOffsetStorage;
import io.github.datahose.simulator.SimulatorKeys;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * The connector's task with as much of a worker as it notices, and no Kafka: polls, holds the
 * records as a worker does until all of them are sent, and confirms them. Runs until it is killed.
 */
public final class ReaderAlone {

  private ReaderAlone() {}

  /**
   * Runs it.
   *
   * @param options of the connector, each as {@code name=value}, but for the private key
   */
  public static void main(String[] options) throws InterruptedException {
    Map<String, String> properties =
        Arrays.stream(options)
            .map(option -> option.split("=", 2))
            .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1], (a, b) -> b, HashMap::new));
    properties.put("symphony.private.key", SimulatorKeys.privateKey());
    PlayedWorker worker =
        PlayedWorker.started(new DatahoseSourceTask(), properties, new FakeOffsetStorage());
    while (true) {
      List<SourceRecord> records = worker.poll();
      records.forEach(worker::confirm);
    }
  }
}
