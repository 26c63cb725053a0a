// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect;

import io.github.datahose.documents.Markdown;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Follows the links of Markdown documents to other files and to headings. */
public final class MarkdownLinks {
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern OF_THE_WEB = Pattern.compile("[a-z]+:.*");

  private MarkdownLinks() {}

  /** All Markdown documents in a directory and below it. */
  static List<Path> documents(Path directory) throws IOException {
    try (Stream<Path> walk = Files.walk(directory)) {
      return walk.filter(file -> file.toString().endsWith(".md")).sorted().toList();
    }
  }

  /** The links that lead nowhere, each with its document. */
  static List<String> broken(List<Path> documents) throws IOException {
    List<String> broken = new ArrayList<>();
    for (Path document : documents) {
      List<String> links =
          LINK.matcher(Files.readString(document))
              .results()
              .map(link -> link.group(1))
              .filter(link -> !OF_THE_WEB.matcher(link).matches())
              .toList();
      for (String link : links) {
        if (!leadsSomewhere(document, link)) {
          broken.add(document + ": " + link);
        }
      }
    }
    return broken;
  }

  /** Whether a document has a heading that a link can name so. */
  public static boolean hasHeading(Path document, String anchor) throws IOException {
    return Files.readString(document)
        .lines()
        .filter(line -> line.startsWith("#"))
        .map(heading -> Markdown.anchor(heading.replaceFirst("^#+ ", "")))
        .anyMatch(anchor::equals);
  }

  private static boolean leadsSomewhere(Path document, String link) throws IOException {
    String[] pathAndHeading = link.split("#", 2);
    Path target =
        pathAndHeading[0].isEmpty() ? document : document.resolveSibling(pathAndHeading[0]);
    return Files.exists(target)
        && (pathAndHeading.length == 1 || hasHeading(target, pathAndHeading[1]));
  }
}
