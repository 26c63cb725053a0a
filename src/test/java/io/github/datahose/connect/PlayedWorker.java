// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect;

import io.github.datahose.connect.feed.FakeOffsetStorage;
import io.github.datahose.simulator.Audit;
import io.github.datahose.simulator.Simulator;
import io.github.datahose.simulator.SimulatorKeys;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.apache.kafka.connect.storage.OffsetStorageReader;

/**
 * A connector and its one task, and as much of a worker as they notice: it polls, keeps the
 * records, stores the offsets and confirms, all on the thread of the test.
 */
public final class PlayedWorker implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final RecordMetadata METADATA =
      new RecordMetadata(new TopicPartition("events", 0), 0, 0, 0, 0, 0);

  final SourceTask task;
  private final FakeOffsetStorage offsets;
  private final List<SourceRecord> records = new ArrayList<>();

  PlayedWorker(FakeOffsetStorage offsets) {
    this(new DatahoseSourceTask(), offsets);
  }

  private PlayedWorker(SourceTask task, FakeOffsetStorage offsets) {
    this.task = task;
    this.offsets = offsets;
    task.initialize(new Context(offsets));
  }

  /** What a worker gives a task. */
  private record Context(OffsetStorageReader offsetStorageReader) implements SourceTaskContext {
    @Override
    public Map<String, String> configs() {
      return Map.of();
    }
  }

  /** A connector's properties for a simulator. */
  public static Map<String, String> properties(Simulator simulator) {
    Map<String, String> properties = new HashMap<>();
    properties.put("name", "played");
    properties.put("connector.class", DatahoseSourceConnector.class.getName());
    properties.put("symphony.pod.url", simulator.url());
    properties.put("symphony.username", SimulatorKeys.USERNAME);
    properties.put("symphony.private.key", SimulatorKeys.privateKey());
    properties.put("symphony.retry.backoff.ms", "1");
    properties.put("symphony.retry.backoff.max.ms", "20");
    properties.put("datahose.event.types", String.join(",", simulator.types()));
    properties.put("topic", "events");
    return properties;
  }

  /** Starts a task of all the connector's feeds. */
  static PlayedWorker started(Map<String, String> properties, FakeOffsetStorage offsets) {
    return started(new DatahoseSourceTask(), properties, offsets);
  }

  /** Starts this task in place of an ordinary one. */
  public static PlayedWorker started(
      SourceTask task, Map<String, String> properties, FakeOffsetStorage offsets) {
    DatahoseSourceConnector connector = new DatahoseSourceConnector();
    connector.start(properties);
    PlayedWorker worker = new PlayedWorker(task, offsets);
    worker.task.start(connector.taskConfigs(1).get(0));
    return worker;
  }

  static PlayedWorker started(Simulator simulator) {
    return started(properties(simulator), new FakeOffsetStorage());
  }

  /** Polls and confirms until something is so; fails when it takes too long. */
  public void workUntil(BooleanSupplier done) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!done.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("Not so after " + records.size() + " records");
      }
      poll().forEach(this::confirm);
    }
  }

  /** A poll's records, which are kept and not yet confirmed; empty when there were none. */
  public List<SourceRecord> poll() throws InterruptedException {
    List<SourceRecord> polled = task.poll();
    if (polled == null) {
      return List.of();
    }
    records.addAll(polled);
    return polled;
  }

  /** Stores the record's offset, as if Kafka had it and all before it. */
  public void confirm(SourceRecord record) {
    offsets.put(record.sourcePartition(), record.sourceOffset());
    try {
      task.commitRecord(record, METADATA);
    } catch (InterruptedException e) {
      throw new AssertionError("No task of ours waits here", e);
    }
  }

  /** All records so far. */
  public List<SourceRecord> records() {
    return records;
  }

  /** The same for an audit. */
  public List<Audit.Entry> entries() {
    List<Audit.Entry> entries = new ArrayList<>();
    for (SourceRecord record : records) {
      entries.add(
          new Audit.Entry((String) record.key(), ((Struct) record.value()).getString("messageId")));
    }
    return entries;
  }

  @Override
  public void close() {
    task.stop();
  }
}
