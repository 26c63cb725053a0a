// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkerMatrixTest {
  private static final InstalledJava JAVA_17 = java("17.0.15");
  private static final InstalledJava JAVA_25 = java("25.0.3");

  @TempDir private Path directory;

  @Test
  void hasExactlyOnceWorkerForEachVersion() {
    List<String> versions = WorkerMatrix.versions("4.3.1, 3.10.0,3.9.2,3.7.2");

    assertThat(WorkerMatrix.cells(versions, JAVA_17, Optional.of(JAVA_25)))
        .extracting(Cell::toString)
        .containsExactly(
            "Kafka 3.7.2, Java 17, exactly-once",
            "Kafka 3.7.2, Java 17, at-least-once",
            "Kafka 3.9.2, Java 17, exactly-once",
            "Kafka 3.9.2, Java 25, exactly-once",
            "Kafka 3.10.0, Java 17, exactly-once",
            "Kafka 4.3.1, Java 17, exactly-once",
            "Kafka 4.3.1, Java 17, at-least-once",
            "Kafka 4.3.1, Java 25, exactly-once",
            "Kafka 4.3.1, Java 17, exactly-once, overrides Allowlist",
            "Kafka 4.3.1, Java 17, exactly-once, overrides Principal",
            "Kafka 4.3.1, Java 17, exactly-once, overrides None");
    assertThat(WorkerMatrix.cells(versions, JAVA_17, Optional.empty()))
        .hasSize(9)
        .extracting(cell -> cell.java().feature())
        .containsOnly(17);
  }

  @Test
  void allowsAllOverridesWhenKafkaLacksPolicy() {
    assertThat(WorkerMatrix.cells(List.of("3.9.2", "4.1.2"), JAVA_17, Optional.empty()))
        .extracting(Cell::overrides)
        .containsOnly(Overrides.ALL);
  }

  @Test
  void allowsEachOverrideOfExamplesAndPages() throws IOException {
    List<String> allowed =
        List.of(
            Overrides.ALLOWLIST
                .workerProperties()
                .get("connector.client.config.override.allowlist")
                .split(","));
    Pattern override = Pattern.compile("(?:producer|consumer|admin)[.]override[.]([a-z.]*[a-z])");
    Set<String> named = new TreeSet<>();
    for (Path folder : List.of(Path.of("config"), Path.of("docs"))) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file :
            files.filter(each -> each.toString().matches(".*(json|yaml|md)")).toList()) {
          override
              .matcher(Files.readString(file))
              .results()
              .map(found -> found.group(1))
              .forEach(named::add);
        }
      }
    }
    // Anything less than all is rejected, so no override is needed.
    named.remove("acks");
    assertThat(allowed).containsExactlyInAnyOrderElementsOf(named);
    assertThat(Path.of("docs", "configuration.md"))
        .content()
        .contains("override.allowlist=" + String.join(",", allowed) + "\n");
  }

  @Test
  void findsNewestJavaWithLongTermSupport() throws IOException {
    for (String version : List.of("17.0.15", "21.0.2", "25.0.3", "26", "1.8.0_402")) {
      Path home = directory.resolve(version);
      Files.createDirectories(home.resolve("bin"));
      Files.createFile(home.resolve("bin").resolve("java"));
      Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    }
    Files.createDirectories(directory.resolve("29-without-java"));
    Path missing = directory.resolve("missing");

    assertThat(JAVA_17.newestLongTerm(missing, directory))
        .hasValue(new InstalledJava(directory.resolve("25.0.3"), JAVA_25.version()));
    assertThat(JAVA_25.newestLongTerm(missing, directory)).isEmpty();
  }

  private static InstalledJava java(String version) {
    return new InstalledJava(Path.of("jdk-" + version), Runtime.Version.parse(version));
  }
}
