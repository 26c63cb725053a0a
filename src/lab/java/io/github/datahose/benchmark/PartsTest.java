// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PartsTest {

  @Test
  void whatWasPrintedIsReadAgain() {
    Parts parts =
        Parts.parse(
            Stream.of(
                "WARN something else",
                Parts.line(10, "parse", List.of(0.2, 0.1, 0.3)),
                Parts.line(10, "produce", List.of(0.5, 0.5, 0.5)),
                Parts.line(100, "parse", List.of(2.0))));
    assertThat(parts.of(10).keySet()).containsExactly("parse", "produce");
    assertThat(parts.of(10)).containsEntry("parse", new Spread(0.2, 0.1, 0.3));
    assertThat(parts.of(100)).containsEntry("parse", new Spread(2, 2, 2));
  }

  @Test
  void theyAddUpForEachSizeOfABatch() {
    Parts parts =
        Parts.parse(
            Stream.of(
                Parts.line(10, "parse", List.of(0.25)),
                Parts.line(10, "produce", List.of(0.5)),
                Parts.line(100, "parse", List.of(2.0))));
    assertThat(parts.sum(10)).isEqualTo(0.75);
    assertThat(parts.sum(100)).isEqualTo(2);
    assertThat(parts.sum(500)).isNaN();
  }
}
