// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.matrix;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
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

  /** The one that runs this. */
  static InstalledJava running() {
    return new InstalledJava(Path.of(System.getProperty("java.home")), Runtime.version());
  }

  /** The one at this Java home; empty when there is none, or one before 9. */
  static Optional<InstalledJava> at(Path home) {
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

  /**
   * Returns the newest Java with long-term support (each fourth version since 17) in these
   * directories; empty if none is later than this Java.
   */
  Optional<InstalledJava> newestLongTerm(Path... directories) {
    return Arrays.stream(directories)
        .flatMap(directory -> Stream.ofNullable(directory.toFile().listFiles()))
        .flatMap(Arrays::stream)
        .flatMap(home -> at(home.toPath()).stream())
        .filter(java -> (java.feature() - 17) % 4 == 0 && java.feature() > feature())
        .max(Comparator.comparing(InstalledJava::version));
  }

  /** The first number of its version. */
  int feature() {
    return version.feature();
  }
}
