// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.launch;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import javax.management.remote.JMXConnector;

/**
 * A distributed Connect worker in a process of its own. It keeps its port, so that it can be
 * stopped or killed and started again. Workers with the same {@code group.id} and storage topics
 * share their connectors. Not for use by several threads at once.
 */
public final class WorkerProcess implements AutoCloseable {
  private static final Duration READY = Duration.ofSeconds(90);

  private final KafkaClassPath kafka;
  private final Path directory;
  private final URI url = URI.create("http://127.0.0.1:" + Ports.free());
  private final ConnectRest rest = new ConnectRest(url);
  private Jvm jvm;
  private JavaProcess process;

  private WorkerProcess(KafkaClassPath kafka, Jvm jvm, Path directory) {
    this.kafka = kafka;
    this.jvm = jvm.with(kafka.loggingOption());
    this.directory = directory;
  }

  /**
   * Starts a worker without waiting for it: see {@link #awaitReady}.
   *
   * @param directory where it keeps configuration and log; new
   * @param properties at least bootstrap servers, group and plugin path; they win over those of the
   *     launcher
   */
  public static WorkerProcess start(
      KafkaClassPath kafka, Jvm jvm, Path directory, Map<String, String> properties) {
    WorkerProcess worker = new WorkerProcess(kafka, jvm, directory);
    worker.configure(properties);
    worker.start();
    return worker;
  }

  /** Its REST interface. */
  public ConnectRest rest() {
    return rest;
  }

  /** Where its REST interface listens. */
  public URI url() {
    return url;
  }

  /** Whether its process runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** The id of its process, another one after each start. */
  public long pid() {
    return process.pid();
  }

  /** What it logged since it was first started; lines of a connector begin with its log context. */
  public String log() {
    return process.output();
  }

  /** The file that it logs to. */
  public Path logFile() {
    return directory.resolve("worker.log");
  }

  /** Starts it again, on the same port, without waiting for it: see {@link #awaitReady}. */
  public void start() {
    process =
        JavaProcess.start(
            jvm,
            kafka.jars(),
            "org.apache.kafka.connect.cli.ConnectDistributed",
            List.of(configuration().toString()),
            logFile());
  }

  /** The same, with these variables in its environment instead of those before. */
  public void start(Map<String, String> environment) {
    jvm = jvm.in(environment);
    start();
  }

  /** Waits until it has joined its group and takes requests. */
  public void awaitReady() {
    await("worker " + url + " ready")
        .atMost(READY)
        .pollInterval(Duration.ofMillis(100))
        .until(
            () -> {
              process.requireAlive();
              return rest.isReady();
            });
  }

  /** Stops it in good order: it leaves the group, and its tasks are stopped. */
  public void stop() {
    process.stop();
  }

  /** Has it stand still where it is, as a machine does that is suspended. */
  public void freeze() {
    process.signal("STOP");
  }

  /** Has it go on. */
  public void thaw() {
    process.signal("CONT");
  }

  /** Kills it ({@code kill -9}). */
  public void kill() {
    process.kill();
  }

  /** Kills it. */
  @Override
  public void close() {
    process.close();
  }

  /** Connects to its MBeans; the caller closes the connection. Needs a JDK, not a mere runtime. */
  public JMXConnector jmx() {
    return process.jmx();
  }

  private void configure(Map<String, String> properties) {
    Properties all = Build.resource("worker.properties");
    all.put("listeners", url.toString());
    all.put("rest.advertised.port", Integer.toString(url.getPort()));
    all.putAll(properties);
    try {
      Files.createDirectories(directory);
      try (Writer file = Files.newBufferedWriter(configuration())) {
        all.store(file, null);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path configuration() {
    return directory.resolve("worker.properties");
  }
}
