// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.launch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.datahose.simulator.Audit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
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
 * outside of any consumer group. It returns records by partition and offset. Thread-safe.
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

  /**
   * A number of a ledger's windows, added up.
   *
   * @param number a JSON pointer to it; a window without counts as 0
   */
  public long inLedger(String topic, String number) {
    return committed(topic).stream().mapToLong(window -> value(window).at(number).asLong()).sum();
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

  /** A committed topic as an audit wants it: only what that asks for, since topics may be large. */
  public List<Audit.Entry> entries(String topic) {
    List<Audit.Entry> entries = new ArrayList<>();
    Deserializer<String> messageId = (name, value) -> json(value).path("messageId").asText(null);
    forEach(
        topic,
        IsolationLevel.READ_COMMITTED,
        messageId,
        record -> entries.add(new Audit.Entry(record.key(), record.value())));
    return entries;
  }

  /** A value as the worker's JSON converter wrote it. */
  public static JsonNode json(byte[] value) {
    try {
      return JSON.readTree(value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads with a deserializer for the values; keys as text. An unknown topic is empty. */
  public <V> List<ConsumerRecord<String, V>> read(
      String topic, IsolationLevel isolation, Deserializer<V> values) {
    return read(List.of(topic), isolation, new StringDeserializer(), values);
  }

  /** Reads topics with deserializers for keys and values. An unknown topic is empty. */
  public <K, V> List<ConsumerRecord<K, V>> read(
      Collection<String> topics,
      IsolationLevel isolation,
      Deserializer<K> keys,
      Deserializer<V> values) {
    List<ConsumerRecord<K, V>> records = new ArrayList<>();
    forEach(topics, isolation, keys, values, records::add);
    records.sort(
        Comparator.comparing((ConsumerRecord<K, V> r) -> r.topic())
            .thenComparingInt(ConsumerRecord::partition)
            .thenComparingLong(ConsumerRecord::offset));
    return records;
  }

  /** Reads a topic too large to be held; the records of each partition come in their order. */
  public <V> void forEach(
      String topic,
      IsolationLevel isolation,
      Deserializer<V> values,
      Consumer<ConsumerRecord<String, V>> action) {
    forEach(List.of(topic), isolation, new StringDeserializer(), values, action);
  }

  private <K, V> void forEach(
      Collection<String> topics,
      IsolationLevel isolation,
      Deserializer<K> keys,
      Deserializer<V> values,
      Consumer<ConsumerRecord<K, V>> action) {
    try (KafkaConsumer<K, V> consumer = consumer(isolation, keys, values)) {
      Map<TopicPartition, Long> ends = assign(consumer, topics);
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
        consumer(
            IsolationLevel.READ_UNCOMMITTED, new StringDeserializer(), new StringDeserializer())) {
      return assign(consumer, List.of(topic)).values().stream().mapToLong(Long::longValue).sum();
    }
  }

  private static Map<TopicPartition, Long> assign(
      KafkaConsumer<?, ?> consumer, Collection<String> topics) {
    List<TopicPartition> partitions =
        topics.stream()
            .flatMap(topic -> consumer.partitionsFor(topic, METADATA).stream())
            .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    return consumer.endOffsets(partitions);
  }

  private <K, V> KafkaConsumer<K, V> consumer(
      IsolationLevel isolation, Deserializer<K> keys, Deserializer<V> values) {
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
    return new KafkaConsumer<>(properties, keys, values);
  }
}
