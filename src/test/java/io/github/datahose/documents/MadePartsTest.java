// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MadePartsTest {
  @Test
  void failsForOutdatedPartsUntilTheyAreRegenerated(@TempDir Path directory) throws Exception {
    Path page = directory.resolve("page.md");
    String text =
        "# By hand\n<!-- made from code: one -->\n\nold\n\n<!-- end -->\nbetween\n"
            + "<!-- made from code: two -->\n\nc\n\n<!-- end -->\nafter\n";
    Files.writeString(page, text);
    Map<String, String> parts = Map.of("one", "a $1\n\nb", "two", "c");

    assertThatThrownBy(() -> MadeParts.check(page, parts, "PageDocsTest", false))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("line 4, now: a $1")
        .hasMessageContaining("mvn -q test -Dtest=PageDocsTest -Ddocs.write");
    assertThatThrownBy(() -> MadeParts.check(page, Map.of("one", "a"), "PageDocsTest", true))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("one, two");
    assertThat(page).hasContent(text);

    MadeParts.check(page, parts, "PageDocsTest", true);
    assertThat(Files.readString(page)).isEqualTo(text.replace("old", "a $1\n\nb"));
    MadeParts.check(page, parts, "PageDocsTest", false);
  }
}
