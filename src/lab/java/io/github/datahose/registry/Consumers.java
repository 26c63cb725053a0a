// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.registry;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.datahose.launch.Build;
import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.JavaProcess;
import io.github.datahose.launch.Jvm;
import io.github.datahose.launch.KafkaClassPath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Those who read the records: for Avro a process with Confluent's deserializer, which knows the
 * registry and nothing else; for JSON and text this JVM.
 *
 * @param cluster whose broker has the topics
 * @param registry the registry's URL
 * @param converter whose jars have the deserializer
 */
record Consumers(ConnectCluster cluster, URI registry, ConverterPlugin converter) {
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS).build();

  /** Reads whole topics, all records with Avro values. */
  List<DecodedRecord> avro(Collection<String> topics, String keyDeserializer) {
    Path directory = Build.newDirectory("registry-reader");
    Path lines = directory.resolve("records.jsonl");
    List<String> arguments = new ArrayList<>();
    arguments.add(cluster.bootstrapServers());
    arguments.add(registry.toString());
    arguments.add(keyDeserializer);
    arguments.add(lines.toString());
    arguments.addAll(topics);
    JavaProcess process =
        JavaProcess.start(
            Jvm.quick(),
            classPath(),
            RegistryReader.class.getName(),
            arguments,
            directory.resolve("reader.log"));
    if (process.awaitExit() != 0) {
      throw new IllegalStateException("The reader failed: " + process.output());
    }
    return lines(lines).stream()
        .map(
            line ->
                new DecodedRecord(
                    line.path("topic").asText(),
                    line.path("key").textValue(),
                    line.path("value"),
                    line.path("bytes").asInt(),
                    line.path("schema").asText()))
        .toList();
  }

  /** Reads whole topics, all records with JSON values. */
  List<DecodedRecord> json(Collection<String> topics) {
    return records(topics).stream().map(record -> decoded(record, json(record.value()))).toList();
  }

  /** Reads whole topics, all records with text as values. */
  List<DecodedRecord> text(Collection<String> topics) {
    return records(topics).stream()
        .map(record -> decoded(record, TextNode.valueOf(record.value())))
        .toList();
  }

  /** Reads a file with a JSON value a line. */
  static List<JsonNode> lines(Path file) {
    try {
      return Files.readAllLines(file).stream().map(Consumers::json).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<ConsumerRecord<String, String>> records(Collection<String> topics) {
    return topics.stream().flatMap(topic -> cluster.topics().committed(topic).stream()).toList();
  }

  private static DecodedRecord decoded(ConsumerRecord<String, String> record, JsonNode value) {
    int bytes = record.value().getBytes(StandardCharsets.UTF_8).length;
    return new DecodedRecord(record.topic(), record.key(), value, bytes, null);
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The reader itself, the deserializer's jars, and Kafka's clients: not the tests' jars. */
  private List<Path> classPath() {
    List<Path> path = new ArrayList<>();
    try {
      path.add(
          Path.of(
              RegistryReader.class.getProtectionDomain().getCodeSource().getLocation().toURI()));
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
    path.addAll(converter.jars());
    KafkaClassPath.of(Build.kafkaVersion()).jars().stream()
        .filter(jar -> jar.getFileName().toString().matches("(kafka-clients|slf4j-api)-.*"))
        .forEach(path::add);
    return path;
  }
}
