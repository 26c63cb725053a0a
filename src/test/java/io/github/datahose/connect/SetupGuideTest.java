// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.connect.config.DatahoseConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * That {@code docs/symphony-setup.md}, and what {@code docs/troubleshooting.md} says about errors
 * of Symphony, quote the connector as it speaks.
 */
class SetupGuideTest {

  private static final Path GUIDE = Path.of("docs", "symphony-setup.md");
  private static final Path ERRORS = Path.of("docs", "troubleshooting.md");
  private static final Pattern SECTION =
      Pattern.compile("(?ms)^## Symphony errors$.*?(?=^## |\\z)");

  private static final Pattern SEARCH = Pattern.compile("grep -[FE] '(\\w[^'()$]*)' \\$LOG");
  private static final Pattern CODE = Pattern.compile("`([^`\\n]+)`");
  private static final Pattern OPTION =
      Pattern.compile("((symphony|datahose)\\.[a-z]+(\\.[a-z]+)+)(=.*)?");

  @Test
  void quotesErrorsAndLogLinesExactly() throws IOException {
    String source = textsOfTheSource();
    List<String> quotes =
        code().filter(text -> text.split(" ").length > 3 && !text.contains("<")).toList();
    assertThat(quotes).hasSizeGreaterThan(5).filteredOn(quote -> !source.contains(quote)).isEmpty();
  }

  /** Otherwise the command of a page prints nothing, as if nothing had happened. */
  @Test
  void searchesTheLogForTextsAsTheyAre() throws IOException {
    String source = textsOfTheSource();
    List<String> patterns =
        SEARCH
            .matcher(Files.readString(ERRORS))
            .results()
            .flatMap(search -> Stream.of(search.group(1).split("[|]")))
            .toList();
    assertThat(patterns)
        .hasSizeGreaterThan(3)
        .filteredOn(pattern -> !source.contains(pattern))
        .isEmpty();
  }

  @Test
  void namesOnlyExistingOptions() throws IOException {
    List<String> options =
        code()
            .map(OPTION::matcher)
            .filter(Matcher::matches)
            .map(option -> option.group(1))
            .distinct()
            .toList();
    assertThat(options).hasSizeGreaterThan(10).isSubsetOf(DatahoseConfig.definition().names());
  }

  /** The code spans of the guide and of the section on Symphony's errors. */
  private static Stream<String> code() throws IOException {
    String errors =
        SECTION
            .matcher(Files.readString(ERRORS))
            .results()
            .map(MatchResult::group)
            .collect(Collectors.joining());
    String text = (Files.readString(GUIDE) + errors).replaceAll("(?s)```.*?```", "");
    return CODE.matcher(text).results().map(match -> match.group(1));
  }

  /** All of it, with the strings put together that the code has in pieces. */
  private static String textsOfTheSource() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src", "main", "java"))) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .map(SetupGuideTest::read)
          .map(text -> text.replaceAll("\"\\s*\\+\\s*\"", ""))
          .collect(Collectors.joining());
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
