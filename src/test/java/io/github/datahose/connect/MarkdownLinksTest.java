// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The documents of the repository; those of the archive are with {@link ArchiveIT}. */
class MarkdownLinksTest {

  private static final String LAUNCH = "lab/java/io/github/datahose/launch";
  private static final String AUDIT = "main/java/io/github/datahose/connect/tools/AuditReport";
  private static final Pattern PRINTED =
      Pattern.compile("<text x=\"20\" y=\"\\d+\"(?: class=\"[gp]\")? xml:space[^>]*>(.*)</text>");
  private static final Pattern VARIABLE =
      Pattern.compile("^ *[0-9.]+ s  |https?:\\S*|symphony\\.\\w+|[^A-Za-z ,]+");

  private static final Pattern TEST = Pattern.compile("`([A-Z]\\w*(?:Test|IT))`");

  /** The begin or the end of a method's name. */
  private static final Pattern TEST_METHOD =
      Pattern.compile("`([a-z]\\w+)[.]{3}`|`[.]{3}([A-Z]\\w+)`");

  @Test
  void resolvesAllLinksOfRepository() throws IOException {
    List<Path> documents = documents();
    assertThat(documents).contains(Path.of("README.md"), Path.of("docs", "guarantees.md"));
    assertThat(MarkdownLinks.broken(documents)).isEmpty();
  }

  @Test
  void namesOnlyExistingTests() throws IOException {
    Set<String> named = new TreeSet<>();
    for (Path document : documents()) {
      TEST.matcher(Files.readString(document))
          .results()
          .map(test -> test.group(1))
          .forEach(named::add);
    }
    assertThat(named).contains("FailureTableTest");
    try (Stream<Path> sources = Files.walk(Path.of("src"))) {
      assertThat(sources.map(file -> file.getFileName().toString().replace(".java", "")))
          .containsAll(named);
    }
  }

  @Test
  void namesOnlyExistingTestMethods() throws IOException {
    StringBuilder tests = new StringBuilder();
    for (String root : List.of("src/test", "src/it")) {
      try (Stream<Path> files = Files.walk(Path.of(root))) {
        for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
          tests.append(Files.readString(file));
        }
      }
    }
    List<String> named =
        TEST_METHOD
            .matcher(Files.readString(Path.of("docs", "architecture.md")))
            .results()
            .map(name -> name.group(1) != null ? " void " + name.group(1) : name.group(2) + "(")
            .toList();
    assertThat(named).hasSizeGreaterThan(10).allMatch(name -> tests.indexOf(name) >= 0);
  }

  @Test
  void namesEachClassInClassMap() throws IOException {
    try (Stream<Path> sources = Files.walk(Path.of("src", "main", "java"))) {
      assertThat(Path.of("docs", "contributing", "internals.md"))
          .content()
          .contains(
              sources
                  .map(file -> file.getFileName().toString())
                  .filter(file -> file.endsWith(".java") && !file.equals("package-info.java"))
                  .map(file -> "`" + file.replace(".java", "") + "`")
                  .toList());
    }
  }

  /** The lines of records are data; the numbers, addresses, and topics are those of one run. */
  @Test
  void showsOutputOfDemoInPicture() throws IOException {
    String sources = "";
    for (String printing :
        List.of("lab/java/io/github/datahose/demo/Demo", LAUNCH + "/Report", AUDIT)) {
      sources += Files.readString(Path.of("src", printing + ".java"));
    }
    List<String> words =
        PRINTED
            .matcher(Files.readString(Path.of("docs", "demo.svg")))
            .results()
            .flatMap(line -> VARIABLE.splitAsStream(line.group(1)))
            .map(String::strip)
            .filter(text -> !text.isEmpty())
            .toList();
    assertThat(words).contains("Waiting for the first read of the feed", "Every check passed");
    assertThat(sources).contains(words);
  }

  private static List<Path> documents() throws IOException {
    List<Path> documents = new ArrayList<>();
    try (Stream<Path> top = Files.list(Path.of(""))) {
      top.filter(file -> file.toString().endsWith(".md")).forEach(documents::add);
    }
    documents.addAll(MarkdownLinks.documents(Path.of("docs")));
    documents.addAll(MarkdownLinks.documents(Path.of("config")));
    return documents;
  }

  @Test
  void findsBrokenLinks(@TempDir Path directory) throws IOException {
    Path document = directory.resolve("one.md");
    Files.writeString(
        document,
        "# One `code`, and more\n[a](two.md) [b](#one-code-and-more) [c](https://example.test/x)\n"
            + "![d](three.svg) [e](#two) [f](one.md#one)\n");
    Files.writeString(directory.resolve("two.md"), "");

    assertThat(MarkdownLinks.broken(MarkdownLinks.documents(directory)))
        .containsExactly(document + ": three.svg", document + ": #two", document + ": one.md#one");
  }
}
