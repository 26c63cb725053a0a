// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MadePartsTest {

  @TempDir Path directory;
  private Path document;

  @BeforeEach
  void write() throws IOException {
    document = directory.resolve("page.md");
    Files.writeString(
        document,
        "# By hand\n<!-- made from code: one -->\n\nold\n\n<!-- end -->\nbetween\n"
            + "<!-- made from code: two -->\n<!-- end -->\nafter\n");
  }

  private void check(boolean write, Map<String, String> parts) {
    MadeParts.check(document, parts, "PageDocsTest", write);
  }

  @Test
  void aStaleDocumentFailsWithTheCommandThatRemakesIt() throws IOException {
    String before = Files.readString(document);
    assertThatThrownBy(() -> check(false, Map.of("one", "a $1", "two", "b")))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("page.md")
        .hasMessageContaining("line 4, now: a $1")
        .hasMessageContaining("mvn -q test -Dtest=PageDocsTest -Ddocs.write");
    assertThat(document).hasContent(before);
  }

  @Test
  void writingRemakesThePartsAndLeavesWhatIsWrittenByHand() throws IOException {
    Map<String, String> parts = Map.of("one", "a $1\n\nb", "two", "c");
    check(true, parts);
    assertThat(Files.readString(document))
        .isEqualTo(
            "# By hand\n<!-- made from code: one -->\n\na $1\n\nb\n\n<!-- end -->\nbetween\n"
                + "<!-- made from code: two -->\n\nc\n\n<!-- end -->\nafter\n");
    assertThatCode(() -> check(false, parts)).doesNotThrowAnyException();
  }

  @Test
  void eachPartHasOnePlace() {
    assertThatThrownBy(() -> check(true, Map.of("one", "a")))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("one, two");
    assertThatThrownBy(() -> check(true, Map.of("one", "a", "two", "b", "three", "c")))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("three");
  }
}
