// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.datahose.launch.Build;
import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.KafkaClassPath;
import io.github.datahose.launch.TopicReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads topics as users do: Avro by Confluent's deserializers, which know the registry, and no
 * class of the connector's or of the tests'. Not for use by several threads at once.
 */
final class RecordReader {
  private final ConnectCluster cluster;
  private final ClassLoader loader;
  private final Object keys;
  private final Object values;

  /**
   * A record as a consumer got it.
   *
   * @param topic where it stood
   * @param key its key as text; null when it has none
   * @param value what the deserializer made of its value
   * @param bytes the size of the value in Kafka
   * @param schema the Avro schema that the registry gave for it; null where none was asked
   */
  record Decoded(String topic, String key, JsonNode value, int bytes, String schema) {}

  /**
   * Prepares.
   *
   * @param cluster whose broker has the topics
   * @param registry the registry's URL
   * @param converter whose jars have the deserializers
   */
  RecordReader(ConnectCluster cluster, URI registry, ConverterPlugin converter) {
    this.cluster = cluster;
    List<Path> jars = new ArrayList<>(converter.jars());
    KafkaClassPath.of(Build.kafkaVersion()).jars().stream()
        .filter(jar -> jar.getFileName().toString().matches("(kafka-clients|slf4j-api)-.*"))
        .forEach(jars::add);
    loader =
        new URLClassLoader(
            jars.stream().map(RecordReader::url).toArray(URL[]::new),
            ClassLoader.getPlatformClassLoader());
    keys = deserializer(registry, true);
    values = deserializer(registry, false);
  }

  /** Reads whole topics. */
  List<Decoded> read(Passage passage, Collection<String> topics) {
    return records(cluster, topics).stream().map(record -> decoded(passage, record)).toList();
  }

  /** Returns all records of topics as stored in Kafka. */
  static List<ConsumerRecord<byte[], byte[]>> records(
      ConnectCluster cluster, Collection<String> topics) {
    return cluster
        .topics()
        .read(
            topics,
            IsolationLevel.READ_COMMITTED,
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
  }

  /** Text, or null. */
  static String text(byte[] bytes) {
    return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
  }

  private Decoded decoded(Passage passage, ConsumerRecord<byte[], byte[]> record) {
    String topic = record.topic();
    String key =
        passage.hasAvroKeys() && record.key() != null
            ? deserialize(keys, topic, record.key()).toString()
            : text(record.key());
    JsonNode value;
    String schema = null;
    switch (passage.encoding()) {
      case AVRO -> {
        Object avro = deserialize(values, topic, record.value());
        // As JSON.
        value = TopicReader.json(avro.toString().getBytes(StandardCharsets.UTF_8));
        schema = call(avro, "getSchema", List.of()).toString();
      }
      case TEXT -> value = TextNode.valueOf(text(record.value()));
      default -> value = TopicReader.json(record.value());
    }
    return new Decoded(topic, key, value, record.serializedValueSize(), schema);
  }

  private Object deserializer(URI registry, boolean ofKeys) {
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    // Kafka's configuration looks for classes there.
    Thread.currentThread().setContextClassLoader(loader);
    try {
      Object made =
          loader
              .loadClass("io.confluent.kafka.serializers.KafkaAvroDeserializer")
              .getConstructor()
              .newInstance();
      Map<String, String> options = Map.of("schema.registry.url", registry.toString());
      call(made, "configure", List.of(Map.class, boolean.class), options, ofKeys);
      return made;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  private static Object deserialize(Object deserializer, String topic, byte[] bytes) {
    return call(deserializer, "deserialize", List.of(String.class, byte[].class), topic, bytes);
  }

  private static Object call(
      Object target, String method, List<Class<?>> types, Object... arguments) {
    try {
      return target
          .getClass()
          .getMethod(method, types.toArray(Class<?>[]::new))
          .invoke(target, arguments);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static URL url(Path jar) {
    try {
      return jar.toUri().toURL();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
