// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.registry;

import io.github.datahose.launch.Build;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jboss.shrinkwrap.resolver.api.maven.Maven;

/**
 * Confluent's Avro converter with all it needs, in a plugin directory of its own. {@code
 * src/lab/registry/pom.xml} has brought it; where the system property {@code
 * confluent.repository.url} names a repository, it is resolved here, from there.
 *
 * @param directory the directory for {@code plugin.path}
 * @param jars its jars, which a consumer has on its class path too
 */
public record ConverterPlugin(Path directory, List<Path> jars) {
  private static final String NAME = "confluent-avro-converter";

  /** Returns the location of the converter, and installs it if necessary. */
  public static ConverterPlugin prepare() {
    String repository = System.getProperty("confluent.repository.url", "");
    Path plugins =
        repository.isEmpty()
            ? Build.directory().resolve("registry").resolve("plugins")
            : resolved(repository);
    return new ConverterPlugin(plugins, files(plugins.resolve(NAME)));
  }

  /** The version of the converter. */
  static String version() {
    return System.getProperty("converter.version", "7.0.16");
  }

  private static Path resolved(String repository) {
    Path plugins = Build.newDirectory("confluent");
    File[] files =
        Maven.configureResolver()
            .withRemoteRepo("confluent", repository, "default")
            .resolve("io.confluent:kafka-connect-avro-converter:" + version())
            .withTransitivity()
            .asFile();
    try {
      Files.createDirectories(plugins.resolve(NAME));
      for (File file : files) {
        Files.copy(file.toPath(), plugins.resolve(NAME).resolve(file.getName()));
      }
      return plugins;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> files(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
