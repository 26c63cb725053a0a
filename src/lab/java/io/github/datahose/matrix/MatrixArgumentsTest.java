// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MatrixArgumentsTest {
  private static final InstalledJava JAVA_17 = java("17.0.15");
  private static final InstalledJava JAVA_25 = java("25.0.3");

  @TempDir private Path directory;

  @Test
  void eachVersionHasAWorkerWithExactlyOnceAndSomeHaveMore() {
    MatrixArguments all =
        new MatrixArguments(
            List.of("3.7.2", "3.9.2", "4.0.2", "4.3.1"), JAVA_17, Optional.of(JAVA_25));

    assertThat(all.cells())
        .extracting(Cell::toString)
        .containsExactly(
            "Kafka 3.7.2, Java 17, exactly-once",
            "Kafka 3.7.2, Java 17, at-least-once",
            "Kafka 3.9.2, Java 17, exactly-once",
            "Kafka 3.9.2, Java 25, exactly-once",
            "Kafka 4.0.2, Java 17, exactly-once",
            "Kafka 4.3.1, Java 17, exactly-once",
            "Kafka 4.3.1, Java 17, at-least-once",
            "Kafka 4.3.1, Java 25, exactly-once");
    assertThat(all.cells())
        .extracting(Cell::pluginDiscovery)
        .contains("hybrid_warn", "service_load");
    assertThat(all.notRun()).isEmpty();
  }

  @Test
  void saysWhatItLeavesOutWhereThereIsNoLaterJava() {
    MatrixArguments without =
        new MatrixArguments(List.of("3.7.2", "4.3.1"), JAVA_17, Optional.empty());

    assertThat(without.cells()).extracting(cell -> cell.java().feature()).containsOnly(17);
    assertThat(without.notRun())
        .startsWith("Not run: a Java later than 17")
        .contains("-Dlater.java.home=");
  }

  @Test
  void takesVersionsInAnyOrderAndSaysHowToRunTheSame() {
    MatrixArguments some = MatrixArguments.of(properties("workers", "4.3.1, 3.10.0,3.9.2"));

    assertThat(some.versions()).containsExactly("3.9.2", "3.10.0", "4.3.1");
    assertThat(some.command())
        .isEqualTo("mvn -q -Pworker-matrix verify -Dworkers=3.9.2,3.10.0,4.3.1");
    assertThat(MatrixArguments.of(new Properties()).command())
        .isEqualTo("mvn -q -Pworker-matrix verify");
  }

  @Test
  void saysWhatIsAllowedWhenItIsToldSomethingElse() {
    assertThatThrownBy(() -> MatrixArguments.of(properties("workers", "4.3.1,newest")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'newest' is not allowed: give versions of Kafka");
    assertThatThrownBy(
            () -> MatrixArguments.of(properties("later.java.home", directory.toString())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is no Java home: give one that has bin/java");
  }

  @Test
  void findsTheNewestJavaWithLongTermSupport() throws IOException {
    for (String version : List.of("17.0.15", "21.0.2", "25.0.3", "26", "1.8.0_402")) {
      install(version);
    }
    Files.createDirectories(directory.resolve("29-without-java"));
    List<Path> directories = List.of(directory.resolve("missing"), directory);

    assertThat(JAVA_17.newestLongTerm(directories))
        .hasValue(new InstalledJava(directory.resolve("25.0.3"), Runtime.Version.parse("25.0.3")));
    assertThat(JAVA_25.newestLongTerm(directories)).isEmpty();
    assertThat(
            MatrixArguments.of(properties("later.java.home", directory.resolve("26").toString()))
                .laterJava())
        .map(InstalledJava::feature)
        .hasValue(26);
  }

  private void install(String version) throws IOException {
    Path home = directory.resolve(version);
    Files.createDirectories(home.resolve("bin"));
    Files.createFile(home.resolve("bin").resolve("java"));
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
  }

  private static InstalledJava java(String version) {
    return new InstalledJava(Path.of("jdk-" + version), Runtime.Version.parse(version));
  }

  private static Properties properties(String name, String value) {
    Properties properties = new Properties();
    properties.setProperty(name, value);
    return properties;
  }
}
