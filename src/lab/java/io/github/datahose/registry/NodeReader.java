// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.registry;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.github.datahose.launch.Build;
import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.TopicReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * An independent reader in another language: Confluent's client for JavaScript, with an Avro
 * implementation of its own. It receives the values as stored in Kafka, and the registry.
 */
final class NodeReader {
  private static final Path SOURCE = Path.of("src", "lab", "registry", "reader");

  // Always the same, since what npm installs is large.
  private final Path directory = Build.directory().resolve("registry").resolve("node");

  /** The version of the JavaScript runtime, or nothing when it or npm is missing. */
  static Optional<String> version() {
    return Stream.of("npm", "node").allMatch(NodeReader::isThere)
        ? Optional.of(output("node", "--version"))
        : Optional.empty();
  }

  /** Installs the client from the registry of packages that npm is set up with. */
  void install() {
    try (Stream<Path> files = Files.list(SOURCE)) {
      Files.createDirectories(directory);
      for (Path file : files.toList()) {
        Path copy = directory.resolve(file.getFileName());
        Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund");
  }

  /** Reads a topic, all records with Avro values of a schema. */
  List<RecordReader.Decoded> read(
      ConnectCluster cluster, URI registry, String topic, ShippedSchema shipped) {
    List<ConsumerRecord<byte[], byte[]>> records = RecordReader.records(cluster, List.of(topic));
    String schema = shipped.schema().toString();
    try {
      Files.write(
          directory.resolve("values.jsonl"),
          records.stream()
              .map(each -> JsonNodeFactory.instance.binaryNode(each.value()).toString())
              .toList());
      run("node", "reader.mjs", registry.toString(), topic, "values.jsonl", "decoded.jsonl");
      List<RecordReader.Decoded> decoded = new ArrayList<>();
      for (String line : Files.readAllLines(directory.resolve("decoded.jsonl"))) {
        ConsumerRecord<byte[], byte[]> record = records.get(decoded.size());
        decoded.add(
            new RecordReader.Decoded(
                topic,
                RecordReader.text(record.key()),
                TopicReader.json(line.getBytes(StandardCharsets.UTF_8)).path("value"),
                record.serializedValueSize(),
                schema));
      }
      return decoded;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void run(String... command) {
    File log = directory.resolve(command[0] + ".log").toFile();
    try {
      int status =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(Redirect.to(log))
              .start()
              .waitFor();
      if (status != 0) {
        throw new IllegalStateException(
            String.join(" ", command) + " failed: " + Files.readString(log.toPath()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for " + command[0], e);
    }
  }

  private static boolean isThere(String program) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  private static String output(String... command) {
    try {
      Process process = new ProcessBuilder(command).start();
      return new String(process.getInputStream().readAllBytes()).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
