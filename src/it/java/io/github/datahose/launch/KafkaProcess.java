// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.launch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * A broker or a worker in a process of its own, with its configuration and log in a directory of
 * its own, so that it can be stopped or killed and started again. Only one thread at a time may
 * start or end it; all else is safe for use by several.
 */
abstract class KafkaProcess implements AutoCloseable {
  private final KafkaClassPath kafka;
  private final Path directory;
  private final String name;
  private Jvm jvm;
  private volatile JavaProcess process;

  KafkaProcess(KafkaClassPath kafka, Jvm jvm, Path directory, String name) {
    this.kafka = kafka;
    this.jvm = jvm.with(kafka.loggingOption());
    this.directory = directory;
    this.name = name;
  }

  /** Writes its configuration: the launcher's, and over that what the process and a test want. */
  final void configure(Map<String, String> own, Map<String, String> wanted) {
    Properties all = Build.resource(name + ".properties");
    all.putAll(own);
    all.putAll(wanted);
    try {
      Files.createDirectories(directory);
      try (Writer file = Files.newBufferedWriter(Path.of(configuration()))) {
        all.store(file, null);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts a main class of Kafka's as this process. */
  final void start(String mainClass) {
    process = run(mainClass, List.of(configuration()));
  }

  /** Starts a main class of Kafka in another process. */
  final JavaProcess run(String mainClass, List<String> arguments) {
    return JavaProcess.start(jvm, kafka.jars(), mainClass, arguments, logFile());
  }

  /** Has the next start give it these variables in its environment instead of those before. */
  final void environment(Map<String, String> variables) {
    jvm = jvm.in(variables);
  }

  final JavaProcess process() {
    return process;
  }

  final Path directory() {
    return directory;
  }

  final String configuration() {
    return directory.resolve(name + ".properties").toString();
  }

  /** The file that it logs to. */
  public final Path logFile() {
    return directory.resolve(name + ".log");
  }

  /** What it logged since it was first started; lines of a connector begin with its log context. */
  public final String log() {
    return process.output();
  }

  /** Whether its process runs. */
  public final boolean isAlive() {
    return process.isAlive();
  }

  /** The id of its process, another one after each start. */
  public final long pid() {
    return process.pid();
  }

  /** Stops it gracefully: a worker leaves the group, and its tasks are stopped. */
  public final void stop() {
    process.stop();
  }

  /**
   * Suspends it like a suspended machine: it keeps its connections and does not respond. A broker
   * is fenced by its own controller if that takes longer than {@code broker.session.timeout.ms}.
   */
  public final void freeze() {
    process.signal("STOP");
  }

  /** Resumes it; without effect if it is not suspended. */
  public final void thaw() {
    process.signal("CONT");
  }

  /** Kills it ({@code kill -9}). */
  public final void kill() {
    process.kill();
  }

  /** Kills it. */
  @Override
  public final void close() {
    process.close();
  }
}
