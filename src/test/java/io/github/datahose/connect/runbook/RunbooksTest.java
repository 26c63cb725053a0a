// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** That no command of {@code docs/runbooks.md} escapes the tests that run them. */
class RunbooksTest {
  private static final Path TESTS =
      Path.of("src", "it", "java", "io", "github", "datahose", "connect", "runbook");
  private static final Pattern OPENED = Pattern.compile("Runbook\\.of\\(\\s*\"([^\"]+)\"");
  private static final Pattern FENCE = Pattern.compile("(?m)^```(.+)$");

  @Test
  void runsEachRunbookWithCommandsInTest() throws IOException {
    List<String> opened;
    try (Stream<Path> files = Files.list(TESTS)) {
      opened =
          files
              .filter(file -> file.toString().endsWith("IT.java"))
              .flatMap(file -> OPENED.matcher(text(file)).results())
              .map(match -> match.group(1))
              .distinct()
              .toList();
    }
    assertThat(Runbook.all().keySet()).hasSizeGreaterThan(8);
    assertThat(opened).containsExactlyInAnyOrderElementsOf(Runbook.all().keySet());
  }

  @Test
  void namesEachBlockUniquely() {
    assertThat(FENCE.matcher(text(Runbook.DOCUMENT)).results().map(match -> match.group(1)))
        .allMatch(fence -> fence.matches("sh \\w+"))
        .hasSize(Runbook.all().values().stream().mapToInt(blocks -> blocks.size()).sum());
  }

  @Test
  void statesConditionAndCostOfEachRunbook() {
    for (String title : Runbook.all().keySet()) {
      String section = text(Runbook.DOCUMENT).split("## " + Pattern.quote(title) + "\n", 2)[1];
      section = section.split("\n## ", 2)[0];
      assertThat(section).as(title).contains("**When**", "**Back**");
      assertThat(section).as(title).containsPattern("\\*\\*(Cost|What it means)\\*\\*");
      assertThat(section).as(title).containsPattern("\\*\\*(It worked\\*\\*|What you see\\*\\*)");
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
