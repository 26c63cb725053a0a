// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.launch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Reads whole topics, from their beginning to the end that they have at the time of the call,
 * outside of any consumer group. Records are answered by partition and offset. Safe for use by
 * several threads.
 */
public final class TopicReader {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration METADATA = Duration.ofSeconds(30);

  private final String bootstrapServers;

  /** Reads from this broker. */
  public TopicReader(String bootstrapServers) {
    this.bootstrapServers = bootstrapServers;
  }

  /** What a consumer with {@code read_committed} gets, keys and values as text. */
  public List<ConsumerRecord<String, String>> committed(String topic) {
    return read(topic, IsolationLevel.READ_COMMITTED, new StringDeserializer());
  }

  /** The event's messageId, of a record with JSON; empty when it has none. */
  public static String messageId(ConsumerRecord<String, String> record) {
    return value(record).path("messageId").asText();
  }

  /** The value as the worker's JSON converter wrote it. */
  public static JsonNode value(ConsumerRecord<String, String> record) {
    try {
      return JSON.readTree(record.value());
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(record.toString(), e);
    }
  }

  /** Reads with a deserializer for the values; keys as text. An unknown topic is empty. */
  public <V> List<ConsumerRecord<String, V>> read(
      String topic, IsolationLevel isolation, Deserializer<V> values) {
    List<ConsumerRecord<String, V>> records = new ArrayList<>();
    forEach(topic, isolation, values, records::add);
    records.sort(
        Comparator.comparingInt((ConsumerRecord<String, V> r) -> r.partition())
            .thenComparingLong(ConsumerRecord::offset));
    return records;
  }

  /** Reads a topic too large to be held; the records of each partition come in their order. */
  public <V> void forEach(
      String topic,
      IsolationLevel isolation,
      Deserializer<V> values,
      Consumer<ConsumerRecord<String, V>> action) {
    try (KafkaConsumer<String, V> consumer = consumer(isolation, values)) {
      Map<TopicPartition, Long> ends = assign(consumer, topic);
      while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
        consumer.poll(Duration.ofMillis(100)).forEach(action);
      }
    }
  }

  /**
   * The number of offsets in a topic: of its records, and, where there were transactions, of their
   * markers.
   */
  public long offsets(String topic) {
    try (KafkaConsumer<String, String> consumer =
        consumer(IsolationLevel.READ_UNCOMMITTED, new StringDeserializer())) {
      return assign(consumer, topic).values().stream().mapToLong(Long::longValue).sum();
    }
  }

  private static <V> Map<TopicPartition, Long> assign(
      KafkaConsumer<String, V> consumer, String topic) {
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic, METADATA).stream()
            .map(partition -> new TopicPartition(topic, partition.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    return consumer.endOffsets(partitions);
  }

  private <V> KafkaConsumer<String, V> consumer(IsolationLevel isolation, Deserializer<V> values) {
    Map<String, Object> properties =
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrapServers,
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            isolation.toString().toLowerCase(Locale.ROOT),
            ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
            false,
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            "earliest");
    return new KafkaConsumer<>(properties, new StringDeserializer(), values);
  }
}
