// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.matrix;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * A Java on this machine.
 *
 * @param home its Java home
 * @param version such as 17.0.15
 */
record InstalledJava(Path home, Runtime.Version version) {
  /** Since 17 every fourth has long-term support. */
  private static final int FIRST_LONG_TERM = 17;

  private static final int BETWEEN_LONG_TERMS = 4;

  /** The one that runs this. */
  static InstalledJava running() {
    return new InstalledJava(Path.of(System.getProperty("java.home")), Runtime.version());
  }

  /**
   * The one at this Java home.
   *
   * @throws IllegalArgumentException when there is none
   */
  static InstalledJava at(Path home) {
    return find(home)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    home
                        + " is no Java home: give one that has bin/java and a file named release."));
  }

  /**
   * The newest with long-term support of those whose homes stand in these directories; empty when
   * none is later than this Java.
   */
  Optional<InstalledJava> newestLongTerm(Collection<Path> directories) {
    return directories.stream()
        .flatMap(InstalledJava::entries)
        .flatMap(home -> find(home).stream())
        .filter(java -> java.isLongTerm() && java.feature() > feature())
        .max(Comparator.comparing(InstalledJava::version));
  }

  /** The first number of its version. */
  int feature() {
    return version.feature();
  }

  private boolean isLongTerm() {
    return (feature() - FIRST_LONG_TERM) % BETWEEN_LONG_TERMS == 0;
  }

  private static Stream<Path> entries(Path directory) {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.toList().stream();
    } catch (IOException e) {
      // Not there on this machine.
      return Stream.empty();
    }
  }

  private static Optional<InstalledJava> find(Path home) {
    Path release = home.resolve("release");
    if (!Files.exists(home.resolve("bin").resolve("java")) || !Files.exists(release)) {
      return Optional.empty();
    }
    Properties properties = new Properties();
    try (Reader file = Files.newBufferedReader(release)) {
      properties.load(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String version = properties.getProperty("JAVA_VERSION", "").replace("\"", "");
    // Java 8 calls itself 1.8.
    return version.isEmpty() || version.startsWith("1.")
        ? Optional.empty()
        : Optional.of(new InstalledJava(home, Runtime.Version.parse(version)));
  }
}
