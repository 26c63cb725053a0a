// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.documents;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The parts of a Markdown document that are made from code. Each is between two comments, which are
 * not displayed: {@code <!-- made from code: name -->} and {@code <!-- end -->}. What is around
 * them is written by hand.
 */
public final class MadeParts {

  /** System property that has the tests write the documents instead of only looking at them. */
  public static final String WRITE = "docs.write";

  private static final Pattern PART =
      Pattern.compile("(?s)(<!-- made from code: ([a-z ]+) -->\n).*?(<!-- end -->)");

  private MadeParts() {}

  /**
   * Fails when the document says anything else than the code; with {@code -Ddocs.write} makes it
   * say the same.
   *
   * @param document the document, with a place for each part
   * @param parts by name; each begins and ends without blank lines
   * @param test the class that does this, for the command in the error
   */
  public static void check(Path document, Map<String, String> parts, Class<?> test) {
    check(document, parts, test.getSimpleName(), System.getProperty(WRITE) != null);
  }

  static void check(Path document, Map<String, String> parts, String test, boolean write) {
    try {
      String text = Files.readString(document);
      String current = withParts(document, text, parts);
      if (write) {
        Files.writeString(document, current);
      } else if (!text.equals(current)) {
        throw new AssertionError(
            ("%s is not what the code says; first at: %s%nThis remakes it: mvn -q test -Dtest=%s -D%s"
                    + " (with -Plab for a test of src/lab)")
                .formatted(document, firstDifference(text, current), test, WRITE));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String withParts(Path document, String text, Map<String, String> parts) {
    String places =
        PART.matcher(text)
            .results()
            .map(place -> place.group(2))
            .sorted()
            .collect(Collectors.joining(", "));
    String wanted = String.join(", ", new TreeSet<>(parts.keySet()));
    if (!places.equals(wanted)) {
      throw new AssertionError(
          document + " must have a place for each of " + wanted + ", and has: " + places);
    }
    return PART.matcher(text)
        .replaceAll(
            place ->
                Matcher.quoteReplacement(
                    place.group(1) + "\n" + parts.get(place.group(2)) + "\n\n" + place.group(3)));
  }

  private static String firstDifference(String text, String current) {
    String[] old = text.split("\n", -1);
    String[] made = current.split("\n", -1);
    int line = 0;
    while (line < old.length && line < made.length && old[line].equals(made[line])) {
      line++;
    }
    return "line " + (line + 1) + ", now: " + (line < made.length ? made[line] : "(no more)");
  }
}
