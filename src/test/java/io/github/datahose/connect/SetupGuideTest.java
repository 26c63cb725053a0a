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
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** That {@code docs/symphony-setup.md} quotes the connector as it speaks. */
class SetupGuideTest {

  private static final Path GUIDE = Path.of("docs", "symphony-setup.md");

  /** Of four words or more: quotes of ours, and neither names nor statuses. */
  private static final Pattern QUOTE = Pattern.compile("`([^`{}<>]+( [^`{}<>]+){3,})`");

  private static final Pattern OPTION =
      Pattern.compile("`((symphony|datahose)\\.[a-z]+(\\.[a-z]+)+)[`=]");

  @Test
  void quotesErrorsAndLogLinesAsTheyAre() throws IOException {
    String source = textsOfTheSource();
    List<String> quotes = found(QUOTE);
    assertThat(quotes).hasSizeGreaterThan(5).allSatisfy(quote -> assertThat(source).contains(quote));
  }

  @Test
  void namesOptionsThatThereAre() throws IOException {
    assertThat(found(OPTION)).hasSizeGreaterThan(10).isSubsetOf(DatahoseConfig.definition().names());
  }

  private static List<String> found(Pattern pattern) throws IOException {
    return pattern.matcher(Files.readString(GUIDE)).results()
        .map((MatchResult match) -> match.group(1))
        .distinct()
        .toList();
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
