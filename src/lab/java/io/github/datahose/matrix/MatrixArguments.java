// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.matrix;

import java.lang.module.ModuleDescriptor.Version;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/**
 * What a matrix is told.
 *
 * @param versions of Kafka, the oldest first
 * @param java what runs this
 * @param laterJava another one, if there is one
 */
record MatrixArguments(
    List<String> versions, InstalledJava java, Optional<InstalledJava> laterJava) {
  /** The oldest that is supported, the last of 3, and the oldest and newest of 4. */
  private static final String USUAL = "3.7.2,3.9.2,4.0.2,4.3.1";

  /** The last of 3 runs on Java 17 to 25; those before it do not know so late a Java. */
  private static final String LAST_OF_3 = "3.9.";

  private static final String DEFAULT_DISCOVERY = "hybrid_warn";
  private static final String QUICK_DISCOVERY = "service_load";

  /**
   * Reads the system properties {@code workers} and {@code later.java.home}. Without the second,
   * looks where systems have their Javas.
   *
   * @throws IllegalArgumentException if one is not allowed; it says what is
   */
  static MatrixArguments of(Properties properties) {
    InstalledJava running = InstalledJava.running();
    String home = properties.getProperty("later.java.home");
    return new MatrixArguments(
        versions(properties.getProperty("workers", USUAL)),
        running,
        home != null
            ? Optional.of(InstalledJava.at(Path.of(home)))
            : running.newestLongTerm(
                List.of(running.home().resolveSibling("."), Path.of("/usr/lib/jvm"))));
  }

  /**
   * Each version with exactly-once, on the Java that runs this. The oldest and the newest at least
   * once, too; the newest, and the last of 3, on the later Java.
   */
  List<Cell> cells() {
    String oldest = versions.get(0);
    String newest = versions.get(versions.size() - 1);
    List<Cell> cells = new ArrayList<>();
    for (String version : versions) {
      boolean isNewest = version.equals(newest);
      // The default takes some seconds longer at each start of the worker.
      String discovery = isNewest ? DEFAULT_DISCOVERY : QUICK_DISCOVERY;
      cells.add(new Cell(version, java, true, discovery));
      if (isNewest || version.equals(oldest)) {
        cells.add(new Cell(version, java, false, QUICK_DISCOVERY));
      }
      if (laterJava.isPresent() && (isNewest || version.startsWith(LAST_OF_3))) {
        cells.add(new Cell(version, laterJava.get(), true, QUICK_DISCOVERY));
      }
    }
    return cells;
  }

  /** What is left out, and how to have it; empty when nothing is. */
  String notRun() {
    return laterJava.isPresent()
        ? ""
        : "Not run: a Java later than "
            + java.feature()
            + " with long-term support, since none was found; name one by -Dlater.java.home=<Java home>.";
  }

  /** How to run the same again. */
  String command() {
    return "mvn -q -Pworker-matrix verify"
        + (String.join(",", versions).equals(USUAL)
            ? ""
            : " -Dworkers=" + String.join(",", versions));
  }

  private static List<String> versions(String workers) {
    return Arrays.stream(workers.split(","))
        .map(String::strip)
        .distinct()
        .sorted(Comparator.comparing(MatrixArguments::number))
        .toList();
  }

  private static Version number(String version) {
    if (!version.matches("\\d+\\.\\d+\\.\\d+")) {
      throw new IllegalArgumentException(
          "-Dworkers with '"
              + version
              + "' is not allowed: give versions of Kafka with commas between them, such as "
              + USUAL
              + ", or leave it out for these.");
    }
    return Version.parse(version);
  }
}
