// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.footprint;

import io.github.datahose.connect.DatahoseSourceConnector;
import io.github.datahose.launch.Build;
import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.JavaProcess;
import io.github.datahose.launch.Jvm;
import io.github.datahose.launch.KafkaClassPath;
import io.github.datahose.launch.PluginDirectory;
import io.github.datahose.simulator.Simulator;
import io.github.datahose.simulator.SimulatorKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Starts what is tried with heaps of several sizes, below a directory of its own. */
final class Subjects {

  /** Lets the largest event through whole; the topic takes as much. */
  static final Map<String, String> WHOLE =
      Map.of("producer.override.max.request.size", Integer.toString(8 << 20));

  private final Path directory;
  private final ConnectCluster broker;
  private final List<Path> classPath = new ArrayList<>();
  private int workers;

  /**
   * Makes one.
   *
   * @param broker whose broker the workers use
   */
  Subjects(ConnectCluster broker) {
    this.broker = broker;
    directory = broker.directory();
    PluginDirectory archive = new PluginDirectory(directory.resolve("archive"));
    archive.install(Build.componentArchive());
    classPath.addAll(KafkaClassPath.of(Build.kafkaVersion()).jars());
    classPath.addAll(jars(archive.path()));
    classPath.add(Build.directory().resolve("test-classes"));
  }

  /** {@link ReaderAlone}, from the packaged archive. */
  Trial.Subject readerAlone(Simulator pod, int mebibytes, Map<String, String> options) {
    JavaProcess process =
        JavaProcess.start(
            jvm(mebibytes),
            classPath,
            ReaderAlone.class.getName(),
            config(pod, "reader-alone", options).entrySet().stream()
                .filter(option -> !option.getKey().equals("symphony.private.key"))
                .map(option -> option.getKey() + "=" + option.getValue())
                .toList(),
            directory.resolve("reader-alone.log"));
    return new Trial.Subject(process::isAlive, process::close);
  }

  /** A real worker of its own with the connector, which writes to the topic {@code topic}. */
  Trial.Subject worker(Simulator pod, int mebibytes, String topic, Map<String, String> options) {
    String name = "heap-" + ++workers;
    ConnectCluster cluster =
        ConnectCluster.named(name).on(broker.broker()).jvm(jvm(mebibytes)).start();
    try {
      cluster.rest().putConfig(topic, config(pod, topic, options));
    } catch (RuntimeException e) {
      cluster.close();
      throw e;
    }
    return new Trial.Subject(cluster.worker()::isAlive, cluster::close);
  }

  private static Jvm jvm(int mebibytes) {
    return Jvm.current().with(Trial.STRICT).with("-Xmx" + mebibytes + "m");
  }

  private static Map<String, String> config(
      Simulator pod, String name, Map<String, String> options) {
    Map<String, String> config = new HashMap<>();
    config.put("name", name);
    config.put("connector.class", DatahoseSourceConnector.class.getName());
    config.put("tasks.max", "1");
    config.put("symphony.pod.url", pod.url());
    config.put("symphony.username", SimulatorKeys.USERNAME);
    config.put("symphony.private.key", SimulatorKeys.privateKey());
    config.put("topic", name);
    config.put("producer.override.linger.ms", "0");
    config.putAll(options);
    return config;
  }

  private static List<Path> jars(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(file -> file.toString().endsWith(".jar")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
