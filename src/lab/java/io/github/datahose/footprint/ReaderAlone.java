// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.footprint;

import io.github.datahose.connect.DatahoseSourceConnector;
import io.github.datahose.connect.DatahoseSourceTask;
import io.github.datahose.connect.feed.FakeOffsetStorage;
import io.github.datahose.simulator.SimulatorKeys;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.apache.kafka.connect.storage.OffsetStorageReader;

/**
 * The connector's task with as much of a worker as it notices, and no Kafka: polls, holds the
 * records as a worker does until all of them are sent, and confirms them. Runs until it is killed.
 */
public final class ReaderAlone {

  private static final RecordMetadata METADATA =
      new RecordMetadata(new TopicPartition("events", 0), 0, 0, 0, 0, 0);

  private ReaderAlone() {}

  /** What a worker gives a task. */
  private record Context(OffsetStorageReader offsetStorageReader) implements SourceTaskContext {
    @Override
    public Map<String, String> configs() {
      return Map.of();
    }
  }

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
    DatahoseSourceConnector connector = new DatahoseSourceConnector();
    connector.start(properties);
    SourceTask task = new DatahoseSourceTask();
    FakeOffsetStorage offsets = new FakeOffsetStorage();
    task.initialize(new Context(offsets));
    task.start(connector.taskConfigs(1).get(0));
    while (true) {
      List<SourceRecord> records = task.poll();
      if (records != null) {
        for (SourceRecord record : records) {
          task.commitRecord(record, METADATA);
        }
        // As a worker does, which writes only the last one of all that are confirmed.
        SourceRecord last = records.get(records.size() - 1);
        offsets.put(last.sourcePartition(), last.sourceOffset());
      }
    }
  }
}
