// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.storm;

import static org.awaitility.Awaitility.await;

import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.simulator.LedgerSnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Sees when new records come into the topics, as a consumer of the mode does: how long none came
 * although the pod had events that were not acknowledged, and how long after a kill the first one
 * did that was written after it. Thread-safe; it has a thread of its own.
 */
final class TopicWatch implements AutoCloseable {
  private static final Duration LAST_WORDS = Duration.ofMillis(100);

  private final Supplier<LedgerSnapshot> ledger;
  private final List<TopicPartition> partitions;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Admin admin;
  private final Thread thread = new Thread(this::follow, "storm-topic-watch");
  private final Outages outages = new Outages();
  private long idleUntil = System.nanoTime();
  private long longestStall;
  private volatile boolean closed;

  /** Begins; the topics exist. */
  TopicWatch(
      ConnectCluster cluster, List<String> topics, Mode mode, Supplier<LedgerSnapshot> ledger) {
    this.ledger = ledger;
    partitions = new ArrayList<>();
    for (String topic : topics) {
      for (int partition = 0; partition < Records.PARTITIONS; partition++) {
        partitions.add(new TopicPartition(topic, partition));
      }
    }
    consumer =
        new KafkaConsumer<>(
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                cluster.bootstrapServers(),
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                mode.isolation().toString().toLowerCase(Locale.ROOT)),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    admin = cluster.broker().admin();
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Notes that the task has been killed: what is in the topics a moment later came from it, since
   * the broker may still have to read what it sent.
   *
   * @param at just before that, as {@link System#nanoTime} has it
   */
  void killed(long at) {
    await().pollDelay(LAST_WORDS).until(() -> true);
    outages.killed(at, ends());
  }

  /** How long the task was away after the kills. */
  Outages outages() {
    return outages;
  }

  /**
   * Longest time, in ms, in which no new record came although at each look there were events that
   * the pod had no acknowledgement of: those are all that no consumer can have, and those that are
   * in the topics but may come again.
   */
  synchronized long longestStall() {
    return TimeUnit.NANOSECONDS.toMillis(longestStall);
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    consumer.close();
    admin.close();
  }

  private void follow() {
    while (!closed) {
      ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofMillis(50));
      LedgerSnapshot totals = ledger.get();
      long now = System.nanoTime();
      for (ConsumerRecord<byte[], byte[]> each : records) {
        outages.seen(now, new TopicPartition(each.topic(), each.partition()), each.offset());
      }
      note(now, !records.isEmpty() || totals.expected() == totals.acknowledged());
    }
  }

  private synchronized void note(long now, boolean nothingWaits) {
    longestStall = Math.max(longestStall, now - idleUntil);
    if (nothingWaits) {
      idleUntil = now;
    }
  }

  private Map<TopicPartition, Long> ends() {
    Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    partitions.forEach(partition -> latest.put(partition, OffsetSpec.latest()));
    try {
      Map<TopicPartition, Long> ends = new HashMap<>();
      admin
          .listOffsets(latest)
          .all()
          .get(30, TimeUnit.SECONDS)
          .forEach((partition, end) -> ends.put(partition, end.offset()));
      return ends;
    } catch (Exception e) {
      throw new IllegalStateException("cannot see the ends of " + partitions, e);
    }
  }
}
