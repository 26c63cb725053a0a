// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.documents;

import static java.util.regex.Pattern.CASE_INSENSITIVE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The language of pages, messages, and comments: standard terms of the field, which operators can
 * search for. {@code avoided-words.txt} lists terms to avoid.
 */
class PlainWordsTest {

  /** Code in a page: blocks, spans, and targets of links. */
  private static final Pattern PAGE_CODE =
      Pattern.compile(
          "(?ms)^```.*?^```$|^ {4,}[^\n]*$|``.*?``|`[^`\n]*`|\\]\\([^)]*\\)|<!--.*?-->");

  private static final Pattern COMMENT = Pattern.compile("(?s)/\\*.*?\\*/|(?m)^\\s*//[^\n]*$");

  private static final Pattern LITERAL =
      Pattern.compile("(?s)\"\"\"(.*?)\"\"\"|\"((?:[^\"\\\\\n]|\\\\.)*)\"");

  @Test
  void usesStandardTermsInPages() throws IOException {
    Map<String, String> texts = new LinkedHashMap<>();
    for (Path page :
        files(
            ".*[.]md",
            "README.md",
            "CONTRIBUTING.md",
            "SECURITY.md",
            "CHANGELOG.md",
            "docs",
            "config")) {
      texts.put(page.toString(), PAGE_CODE.matcher(Files.readString(page)).replaceAll(" "));
    }
    for (Path file :
        files(".*[.](yml|json|yaml|properties)", "docs/monitoring", "config", "manifest.json")) {
      texts.put(file.toString(), Files.readString(file));
    }
    assertThat(avoided(texts)).isEmpty();
  }

  @Test
  void usesStandardTermsInMessages() throws IOException {
    Map<String, String> texts = new LinkedHashMap<>();
    for (Path file : files(".*[.]java", "src/main/java", "src/simulator/java")) {
      StringBuilder literals = new StringBuilder();
      LITERAL
          .matcher(COMMENT.matcher(Files.readString(file)).replaceAll(" "))
          .results()
          .forEach(found -> literals.append(found.group()).append('\n'));
      // A message is often written as several literals.
      texts.put(file.toString(), literals.toString().replaceAll("\"\n\"", ""));
    }
    for (Path file : files(".*[.]properties", "src/main/resources", "src/simulator/resources")) {
      texts.put(file.toString(), Files.readString(file));
    }
    assertThat(avoided(texts)).isEmpty();
  }

  @Test
  void usesStandardTermsInComments() throws IOException {
    Map<String, String> texts = new LinkedHashMap<>();
    for (Path file : files(".*[.]java", "src/main/java", "src/simulator/java")) {
      StringBuilder comments = new StringBuilder();
      COMMENT
          .matcher(Files.readString(file))
          .results()
          .forEach(found -> comments.append(found.group()).append('\n'));
      // A term can continue on the next line.
      texts.put(file.toString(), comments.toString().replaceAll("\\s*\n\\s*(\\*|//) ?", " "));
    }
    assertThat(avoided(texts)).isEmpty();
  }

  @Test
  void findsAvoidedWord() throws IOException {
    assertThat(avoided(Map.of("a page", "An outage may heal.\nA healthy agent is understood.")))
        .containsExactly("a page: \"heal\", better: recover; a transient failure");
  }

  private static List<String> avoided(Map<String, String> texts) throws IOException {
    List<String> found = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of("src/test/resources/avoided-words.txt"))) {
      if (line.startsWith("#")) {
        continue;
      }
      String[] rule = line.split("\\s+= ", 2);
      Pattern words = Pattern.compile(rule[0], CASE_INSENSITIVE);
      texts.forEach(
          (name, text) ->
              words
                  .matcher(text)
                  .results()
                  .forEach(
                      hit ->
                          found.add(
                              "%s: \"%s\", better: %s".formatted(name, hit.group(), rule[1]))));
    }
    return found;
  }

  private static List<Path> files(String name, String... roots) throws IOException {
    List<Path> files = new ArrayList<>();
    for (String root : roots) {
      try (Stream<Path> all = Files.walk(Path.of(root))) {
        all.filter(file -> file.getFileName().toString().matches(name))
            .sorted()
            .forEach(files::add);
      }
    }
    return files;
  }
}
