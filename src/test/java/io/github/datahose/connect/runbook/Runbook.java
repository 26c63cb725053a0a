// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A section of {@code docs/runbooks.md}, or of another page, whose commands are run. Each of its
 * blocks has a name after the language ({@code ```sh stop}), which is not displayed. Closing it
 * fails if a block was not run, so that each block is tested.
 */
final class Runbook implements AutoCloseable {
  static final Path DOCUMENT = Path.of("docs", "runbooks.md");

  private static final Pattern SECTION = Pattern.compile("(?ms)^## (.*?)\\n(.*?)(?=^## |\\z)");
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```sh (\\w+)\\n(.*?)^```$");

  private final Path page;
  private final String title;
  private final Shell shell;
  private final Map<String, String> blocks;
  private final Set<String> left;

  private Runbook(Path page, String title, Shell shell) {
    this.page = page;
    this.title = title;
    this.shell = shell;
    blocks = all(page).getOrDefault(title, Map.of());
    left = new LinkedHashSet<>(blocks.keySet());
  }

  /** Opens a section, to be run by this shell. */
  static Runbook of(String title, Shell shell) {
    return of(DOCUMENT, title, shell);
  }

  /** The same of another page. */
  static Runbook of(Path page, String title, Shell shell) {
    return new Runbook(page, title, shell);
  }

  /** The blocks by name of each section of {@link #DOCUMENT} that has some, by title. */
  static Map<String, Map<String, String>> all() {
    return all(DOCUMENT);
  }

  private static Map<String, Map<String, String>> all(Path page) {
    Map<String, Map<String, String>> all = new LinkedHashMap<>();
    try {
      SECTION
          .matcher(Files.readString(page))
          .results()
          .filter(section -> section.group(2).contains("```"))
          .forEach(section -> all.put(section.group(1), blocks(section)));
      return all;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, String> blocks(MatchResult section) {
    Map<String, String> blocks = new LinkedHashMap<>();
    BLOCK
        .matcher(section.group(2))
        .results()
        .forEach(block -> blocks.put(block.group(1), block.group(2)));
    return blocks;
  }

  /**
   * Runs a block exactly as written, and returns its output; fails with the output if the block
   * fails.
   */
  String run(String block) {
    assertThat(blocks).as("blocks of \"%s\" in %s", title, page).containsKey(block);
    left.remove(block);
    return shell.run(blocks.get(block));
  }

  @Override
  public void close() {
    assertThat(left).as("blocks of \"%s\" that were not run", title).isEmpty();
  }
}
