// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.footprint;

import io.github.datahose.launch.Build;
import io.github.datahose.launch.JavaProcess;
import io.github.datahose.launch.Jvm;
import io.github.datahose.launch.KafkaClassPath;
import io.github.datahose.launch.PluginDirectory;
import io.github.datahose.simulator.Simulator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Starts {@link ReaderAlone} from the packaged archive, each time as a process of its own. */
final class ReaderSubject {

  private final Path directory = Build.newDirectory("footprint-reader");
  private final KafkaClassPath kafka = KafkaClassPath.of(Build.kafkaVersion());
  private final List<Path> classPath = new ArrayList<>(kafka.jars());

  ReaderSubject() {
    PluginDirectory archive = new PluginDirectory(directory);
    archive.install(Build.componentArchive());
    try (Stream<Path> files = Files.walk(archive.path())) {
      files.filter(file -> file.toString().endsWith(".jar")).forEach(classPath::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    classPath.add(Build.directory().resolve("lab-classes"));
    classPath.add(Build.directory().resolve("test-classes"));
  }

  /** Starts one with options of the connector. */
  Trial.Subject start(Simulator pod, int mebibytes, Map<String, String> options) {
    JavaProcess process =
        JavaProcess.start(
            Jvm.current().with(Trial.STRICT).with(kafka.loggingOption(), "-Xmx" + mebibytes + "m"),
            classPath,
            ReaderAlone.class.getName(),
            ConnectorConfig.of(pod.url(), "reader-alone", options).entrySet().stream()
                .filter(option -> !option.getKey().equals("symphony.private.key"))
                .map(option -> option.getKey() + "=" + option.getValue())
                .toList(),
            directory.resolve("reader-alone.log"));
    return new Trial.Subject(process::isAlive, process::close);
  }
}
