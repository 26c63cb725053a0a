// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrintableTest {

  @Test
  void replacesControlFormatAndSeparatorCharactersAndLoneSurrogates() {
    for (int character = 0; character <= Character.MAX_CODE_POINT; character++) {
      String text = "a" + Character.toString(character) + "b";
      boolean shown =
          switch (Character.getType(character)) {
            case Character.CONTROL,
                Character.FORMAT,
                Character.SURROGATE,
                Character.LINE_SEPARATOR,
                Character.PARAGRAPH_SEPARATOR ->
                false;
            default -> true;
          };
      assertThat(Printable.line(text)).isEqualTo(shown ? text : "a b");
    }
  }

  @Test
  void replacesRunByOneSpaceAndTrimsEnds() {
    assertThat(Printable.line("\r\n one\r\n\u2028\u202etwo\u0085\ud800three\n"))
        .isEqualTo("one two three");
    assertThat(Printable.line("🚀\udc00🚀")).isEqualTo("🚀 🚀");
    assertThat(Printable.line("\u0000")).isEmpty();
  }

  @Test
  void truncatesLongTextsBetweenCharacters() {
    assertThat(Printable.of("x".repeat(200))).isEqualTo("x".repeat(200));
    assertThat(Printable.of("x".repeat(201))).isEqualTo("x".repeat(200) + "...");
    assertThat(Printable.of("x🚀y", 2)).isEqualTo("x...");
    assertThat(Printable.of("x🚀y", 3)).isEqualTo("x🚀...");
    assertThat(Printable.of("xyz\n\n\n", 3)).isEqualTo("xyz");
    assertThat(Printable.of(null)).isEqualTo("(none)");
  }
}
