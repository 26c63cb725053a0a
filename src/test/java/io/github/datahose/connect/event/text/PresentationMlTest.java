// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.connect.event.Fixtures;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Messages and their texts, in {@code message-text}; and messages that are meant to do harm. */
class PresentationMlTest {

  private static final String FOLDER = "message-text";
  private static final String BROKEN = FOLDER + "/broken";
  private static final int MUTANTS = 20_000;
  private static final String TELLING = "<>&;/\"'=! \t\n-[]?#xp\u00A0\u0001\uD83D\uDE80";

  private final PresentationMl presentationMl = new PresentationMl();

  static Stream<String> messages() {
    return names(FOLDER);
  }

  static Stream<String> brokenMessages() {
    return names(BROKEN);
  }

  @ParameterizedTest
  @MethodSource("messages")
  void readsMessageAsExpected(String name) {
    assertThat(presentationMl.textOf(Fixtures.text(FOLDER, name + ".xml")) + "\n")
        .isEqualTo(Fixtures.text(FOLDER, name + ".txt"));
  }

  @ParameterizedTest
  @MethodSource("brokenMessages")
  void readsNothingOfInvalidMessage(String name) {
    assertThat(presentationMl.textOf(Fixtures.text(BROKEN, name + ".xml"))).isNull();
  }

  @Test
  void readsUpToMaximumDepthWithoutRecursion() {
    assertText(nested(PresentationMl.MAX_DEPTH), "x");
    assertText(nested(PresentationMl.MAX_DEPTH + 1), null);
    assertText(nested(100_000), null);
    assertText("<b>".repeat(1_000_000), null);
  }

  @Test
  void readsLargestMessagesOfAnyContent() {
    int times = 250_000;
    assertText("<p>" + "&lt;".repeat(times) + "</p>", "<".repeat(times));
    assertText("<p>" + "&#65;".repeat(times) + "</p>", "A".repeat(times));
    assertText("<p>" + "abcde ".repeat(times) + "</p>", "abcde ".repeat(times).strip());
    assertText("<p>a" + "<br/>".repeat(times) + "b</p>", "a\nb");
    assertText("<p>a" + "<!---->".repeat(times) + "b</p>", "ab");
    assertText("<pre>a" + "\n".repeat(times) + "b</pre>", "a" + "\n".repeat(times) + "b");
    assertText("<tr>" + "<td/>".repeat(times) + "<td>b</td></tr>", "\t".repeat(times) + "b");
  }

  private void assertText(String message, String text) {
    assertThat(presentationMl.textOf(message)).isEqualTo(text);
  }

  @Test
  @ResourceLock(Resources.SYSTEM_PROPERTIES)
  void usesParserOfJdkWhenOthersExist() {
    String property = "javax.xml.stream.XMLInputFactory";
    System.setProperty(property, "no.such.Factory");
    try {
      assertThat(new PresentationMl().textOf("<p>a</p>")).isEqualTo("a");
    } finally {
      System.clearProperty(property);
    }
  }

  @Test
  void doesNotThrowOrAddTextForAnyMutation() {
    List<String> samples = new ArrayList<>();
    messages().forEach(name -> samples.add(Fixtures.text(FOLDER, name + ".xml")));
    brokenMessages().forEach(name -> samples.add(Fixtures.text(BROKEN, name + ".xml")));
    Pattern outsideOfLines = Pattern.compile("(?s)\\A[\\n\\r ]|[\\n\\r\\t ]\\z|\u00A0");
    int read = 0;
    for (long seed = 0; seed < MUTANTS; seed++) {
      Random random = new Random(seed);
      StringBuilder message =
          new StringBuilder(samples.get(random.nextInt(samples.size())))
              .append(random.nextInt(50) == 0 ? samples.get(random.nextInt(samples.size())) : "");
      for (int i = random.nextInt(4); i > 0 && !message.isEmpty(); i--) {
        mutate(message, random);
      }
      String text = presentationMl.textOf(message.toString());
      if (text != null) {
        read++;
        assertThat(text).as("seed %d", seed).hasSizeLessThanOrEqualTo(message.length());
        if (message.indexOf("<pre") < 0
            && message.indexOf("<code") < 0
            && message.indexOf("<textarea") < 0) {
          assertThat(text).as("seed %d", seed).doesNotContainPattern(outsideOfLines);
          assertThat(text).as("seed %d", seed).doesNotContain("\n\n", "  ", " \n", "\n ", "\t\n");
        }
      }
    }
    // The property says something about both kinds.
    assertThat(read).isBetween(MUTANTS / 10, MUTANTS * 9 / 10);
  }

  private static void mutate(StringBuilder message, Random random) {
    int at = random.nextInt(message.length());
    int length = Math.min(1 + random.nextInt(8), message.length() - at);
    switch (random.nextInt(5)) {
      case 0 -> message.delete(at, at + length);
      case 1 -> message.insert(at, message.substring(at, at + length));
      case 2 -> message.setLength(at);
      case 3 -> message.setCharAt(at, (char) random.nextInt(0x300));
      default -> message.insert(at, TELLING.charAt(random.nextInt(TELLING.length())));
    }
  }

  private static String nested(int depth) {
    return "<b>".repeat(depth) + "x" + "</b>".repeat(depth);
  }

  private static Stream<String> names(String folder) {
    return Fixtures.fileNames(folder).stream()
        .filter(name -> name.endsWith(".xml"))
        .map(name -> name.replaceAll("\\.xml$", ""));
  }
}
