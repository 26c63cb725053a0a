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
 * although events waited at the feed, and how long after a kill the first one did that was written
 * after it. Thread-safe; it has a thread of its own.
 */
final class TopicWatch implements AutoCloseable {
  private static final int PARTITIONS = 2;
  private static final Duration LAST_WORDS = Duration.ofMillis(100);

  private final Supplier<LedgerSnapshot> ledger;
  private final List<TopicPartition> partitions;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Admin admin;
  private final Thread thread = new Thread(this::follow, "storm-topic-watch");
  private final List<Long> recoveries = new ArrayList<>();
  private Map<TopicPartition, Long> endsAtKill;
  private long killedAt;
  private long idleUntil = System.nanoTime();
  private long longestStall;
  private volatile boolean closed;

  /** Creates the topics and begins. */
  TopicWatch(
      ConnectCluster cluster, List<String> topics, Mode mode, Supplier<LedgerSnapshot> ledger) {
    this.ledger = ledger;
    topics.forEach(topic -> cluster.broker().createTopic(topic, PARTITIONS, Map.of()));
    partitions = new ArrayList<>();
    for (String topic : topics) {
      for (int partition = 0; partition < PARTITIONS; partition++) {
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
   */
  void killed() {
    long now = System.nanoTime();
    await().pollDelay(LAST_WORDS).until(() -> true);
    Map<TopicPartition, Long> ends = ends();
    synchronized (this) {
      killedAt = now;
      endsAtKill = ends;
    }
  }

  /** Whether a record has come that was written after the last kill. */
  synchronized boolean hasRecovered() {
    return endsAtKill == null;
  }

  /**
   * Times from a kill to the first record that was written after it, in ms; none for a kill that
   * another followed before there was one.
   */
  synchronized List<Long> recoveries() {
    return List.copyOf(recoveries);
  }

  /** Longest time without a new record while events waited at the feed, in ms. */
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
      note(records, totals.expected() > totals.delivered());
    }
  }

  private synchronized void note(ConsumerRecords<byte[], byte[]> records, boolean eventsWait) {
    long now = System.nanoTime();
    longestStall = Math.max(longestStall, now - idleUntil);
    if (!records.isEmpty() || !eventsWait) {
      idleUntil = now;
    }
    if (endsAtKill != null) {
      for (ConsumerRecord<byte[], byte[]> each : records) {
        TopicPartition partition = new TopicPartition(each.topic(), each.partition());
        if (each.offset() >= endsAtKill.get(partition)) {
          recoveries.add(TimeUnit.NANOSECONDS.toMillis(now - killedAt));
          endsAtKill = null;
          return;
        }
      }
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
