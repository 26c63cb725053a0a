// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import io.github.datahose.launch.Build;
import io.github.datahose.launch.JavaProcess;
import io.github.datahose.launch.Jvm;
import io.github.datahose.launch.KafkaClassPath;
import java.io.File;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Starts a main class of the tests in a process of its own, with the heap of a worker. */
public final class OwnProcess {

  /** Of the worker's Kafka, so that defaults are the same on both sides. */
  private static final Pattern CLIENTS = Pattern.compile("(kafka-clients|connect-(api|json))-.*");

  private OwnProcess() {}

  /**
   * Starts one.
   *
   * @param name of its log
   */
  static JavaProcess start(Path directory, String name, Class<?> main, List<String> arguments) {
    return JavaProcess.start(
        Jvm.current().with("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"),
        classPath(),
        main.getName(),
        arguments,
        directory.resolve(name + ".log"));
  }

  /** The worker's Kafka before all that the tests have. */
  public static List<Path> classPath() {
    Stream<Path> kafka =
        KafkaClassPath.of(Build.kafkaVersion()).jars().stream()
            .filter(jar -> CLIENTS.matcher(jar.getFileName().toString()).matches());
    return Stream.concat(kafka, ofTheTests()).toList();
  }

  /** The class path that this runs with: Maven's exec plugin has it in a loader of its own. */
  private static Stream<Path> ofTheTests() {
    if (OwnProcess.class.getClassLoader() instanceof URLClassLoader loader) {
      return Arrays.stream(loader.getURLs()).map(OwnProcess::path);
    }
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(Path::of);
  }

  private static Path path(URL url) {
    try {
      return Path.of(url.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException("A class path that is no file: " + url, e);
    }
  }
}
