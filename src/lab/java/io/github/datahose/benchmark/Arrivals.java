// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import io.github.datahose.simulator.FeedTimes;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A consumer at the end of a topic of one partition, on a thread of its own, that notes when it had
 * each record: when the poll with it returned. It reads what is committed. Kafka answers its fetch
 * as soon as there is a byte ({@code fetch.min.bytes=1}, the default, so that {@code
 * fetch.max.wait.ms} does not matter).
 */
final class Arrivals {

  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private Arrivals() {}

  /**
   * Begins to wait for so many records; returns when it stands at the end that the topic has.
   *
   * @return nanoseconds since 1970 of each, in their order, once all are there
   */
  static CompletableFuture<long[]> after(String bootstrapServers, String topic, int count) {
    Map<String, Object> settings =
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrapServers,
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            "read_committed");
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    TopicPartition partition = new TopicPartition(topic, 0);
    consumer.assign(List.of(partition));
    consumer.seekToEnd(List.of(partition));
    consumer.position(partition);
    return CompletableFuture.supplyAsync(() -> collect(consumer, count));
  }

  private static long[] collect(KafkaConsumer<byte[], byte[]> consumer, int count) {
    try (consumer) {
      long[] arrivedAt = new long[count];
      int arrived = 0;
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (arrived < count && System.nanoTime() < deadline) {
        int more = consumer.poll(POLL).count();
        Arrays.fill(arrivedAt, arrived, Math.min(count, arrived + more), FeedTimes.epochNanos());
        arrived += more;
      }
      if (arrived != count) {
        throw new IllegalStateException(
            "%d records and not %d within %d s".formatted(arrived, count, PATIENCE.toSeconds()));
      }
      return arrivedAt;
    }
  }
}
