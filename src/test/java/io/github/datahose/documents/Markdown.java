// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.documents;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Markdown as GitHub shows it. */
public final class Markdown {

  private Markdown() {}

  /** Text as code. */
  public static String code(String text) {
    return text.contains("`") ? "`` " + text + " ``" : "`" + text + "`";
  }

  /** Text in which nothing has a meaning of its own, also within a table. */
  public static String plain(String text) {
    return text.replace("\\", "\\\\")
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replaceAll("([|*`\\[\\]])", "\\\\$1");
  }

  /** Lines of code. */
  public static String block(String language, String code) {
    return "```" + language + "\n" + code.stripTrailing() + "\n```";
  }

  /** A table; the cells are Markdown. */
  public static String table(List<String> head, List<List<String>> rows) {
    return row(head)
        + "\n"
        + row(head.stream().map(cell -> "---").toList())
        + rows.stream().map(cells -> "\n" + row(cells)).collect(Collectors.joining());
  }

  /** What GitHub makes of a heading to link to. */
  public static String anchor(String heading) {
    return heading.toLowerCase(Locale.ROOT).replaceAll("[^\\p{Alnum} _-]", "").replace(' ', '-');
  }

  private static String row(List<String> cells) {
    return "| " + String.join(" | ", cells) + " |";
  }
}
