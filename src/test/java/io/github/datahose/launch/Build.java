// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.launch;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * What the build made and where it may write. A system property of the same name wins over each
 * value.
 */
public final class Build {
  private static final Properties VALUES = resource("build.properties");

  private Build() {}

  /**
   * The Kafka version that brokers and workers run unless a test names another, from the property
   * of the pom.
   */
  public static String kafkaVersion() {
    return value("kafka.test.version");
  }

  /** The version of the project. */
  public static String version() {
    return value("project.version");
  }

  /** The archive that users install. It exists only after {@code mvn package}. */
  public static Path componentArchive() {
    return made("component.archive");
  }

  /** The simulator with its dependencies. It exists only after {@code mvn package}. */
  public static Path simulatorJar() {
    return made("simulator.jar");
  }

  /** A new, empty directory below {@code target/launch} whose name begins with {@code name}. */
  public static Path newDirectory(String name) {
    try {
      Path parent = Files.createDirectories(directory().resolve("launch"));
      return Files.createTempDirectory(parent, name + "-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The build's output directory, {@code target}. */
  public static Path directory() {
    return Path.of(value("build.directory"));
  }

  /** Reads a properties file from the package of this class. */
  static Properties resource(String name) {
    Properties properties = new Properties();
    try (InputStream file = Build.class.getResourceAsStream(name)) {
      properties.load(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties;
  }

  private static Path made(String name) {
    Path path = Path.of(value(name));
    if (!Files.exists(path)) {
      throw new IllegalStateException(path + " is missing: run mvn package -DskipTests first");
    }
    return path;
  }

  private static String value(String name) {
    return System.getProperty(name, VALUES.getProperty(name));
  }
}
