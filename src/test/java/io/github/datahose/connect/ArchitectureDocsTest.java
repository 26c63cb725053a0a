// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** That the map of classes in {@code docs/architecture.md} is one of the code as it is. */
class ArchitectureDocsTest {

  private static final Path PAGE = Path.of("docs", "architecture.md");
  private static final Path SOURCES = Path.of("src/main/java/io/github/datahose/connect");
  private static final Pattern CLASS = Pattern.compile("`([A-Z]\\w+)`");

  @Test
  void theMapNamesEachClassOnceInItsPackageAndNoOther() throws IOException {
    assertThat(classesOfTheMap()).containsExactlyInAnyOrderElementsOf(classesOfTheCode());
  }

  /** As {@code .feed/Batch}; a row whose first cell is blank goes on with the package above. */
  private static List<String> classesOfTheMap() throws IOException {
    List<String> classes = new ArrayList<>();
    String place = "";
    for (String row : rowsOfTheMap()) {
      String[] cells = row.split("\\|");
      place = cells[1].isBlank() ? place : cells[1].replaceAll("[` ]", "") + "/";
      String inPlace = place;
      CLASS.matcher(cells[3]).results().map(name -> inPlace + name.group(1)).forEach(classes::add);
    }
    return classes;
  }

  private static List<String> rowsOfTheMap() throws IOException {
    return Files.readString(PAGE)
        .lines()
        .dropWhile(line -> !line.equals("| in | what | classes |"))
        .skip(2)
        .takeWhile(line -> line.startsWith("|"))
        .toList();
  }

  private static List<String> classesOfTheCode() throws IOException {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      return files
          .map(file -> SOURCES.relativize(file).toString())
          .filter(file -> file.endsWith(".java") && !file.endsWith("package-info.java"))
          .map(file -> (file.contains("/") ? "." : "(top)/") + file.replace(".java", ""))
          .toList();
    }
  }
}
