// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * A consumer as users write them: Confluent's deserializers, a registry, and no class of the
 * connector's. It runs in a process of its own, with the class path of the converter, and writes
 * what it read for {@link RegistryLane}, a JSON object a line.
 */
public final class RegistryReader {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private RegistryReader() {}

  /** Takes broker, registry, class of the keys' deserializer, file to be written, and topics. */
  public static void main(String[] arguments) throws Exception {
    Map<String, Object> properties = new HashMap<>();
    properties.put("bootstrap.servers", arguments[0]);
    properties.put("schema.registry.url", arguments[1]);
    properties.put("key.deserializer", arguments[2]);
    properties.put("value.deserializer", "io.confluent.kafka.serializers.KafkaAvroDeserializer");
    properties.put("isolation.level", "read_committed");
    properties.put("allow.auto.create.topics", false);
    try (PrintWriter out =
            new PrintWriter(
                Files.newBufferedWriter(Path.of(arguments[3]), StandardCharsets.UTF_8));
        KafkaConsumer<Object, Object> consumer = new KafkaConsumer<>(properties)) {
      List<TopicPartition> partitions =
          Arrays.stream(arguments)
              .skip(4)
              .flatMap(topic -> consumer.partitionsFor(topic).stream())
              .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(each -> consumer.position(each) < ends.get(each))) {
        consumer.poll(Duration.ofMillis(100)).forEach(record -> out.println(line(record)));
      }
    }
  }

  private static ObjectNode line(ConsumerRecord<Object, Object> record) {
    GenericRecord value = (GenericRecord) record.value();
    return NODES
        .objectNode()
        .put("topic", record.topic())
        .put("key", record.key() == null ? null : record.key().toString())
        .put("bytes", record.serializedValueSize())
        .put("schema", value.getSchema().toString())
        .set("value", node(value));
  }

  private static JsonNode node(Object value) {
    if (value instanceof GenericRecord record) {
      ObjectNode object = NODES.objectNode();
      for (Schema.Field field : record.getSchema().getFields()) {
        object.set(field.name(), node(record.get(field.pos())));
      }
      return object;
    }
    if (value instanceof List<?> list) {
      ArrayNode array = NODES.arrayNode();
      list.forEach(element -> array.add(node(element)));
      return array;
    }
    if (value instanceof CharSequence text) {
      return NODES.textNode(text.toString());
    }
    if (value instanceof Long number) {
      return NODES.numberNode(number);
    }
    if (value instanceof Boolean bool) {
      return NODES.booleanNode(bool);
    }
    if (value == null) {
      return NODES.nullNode();
    }
    throw new IllegalArgumentException("The schemas have no " + value.getClass());
  }
}
