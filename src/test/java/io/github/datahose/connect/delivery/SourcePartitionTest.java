// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SourcePartitionTest {

  @Test
  void hasOneKeySoThatItsJsonHasOneOrder() {
    assertThat(SourcePartition.of("acme.symphony.com", "bot", "kafka.all", 3))
        .isEqualTo(Map.of("reader", "acme.symphony.com/bot/kafka.all/3"));
  }

  @Test
  void recognisesItsOwn() {
    for (String account : List.of("bot", "Bot 7", "a@b.example", "team/bot", "é")) {
      for (int reader = 0; reader < 5; reader++) {
        assertThat(SourcePartition.hasShape(SourcePartition.of("h", account, "T-a_g.1", reader)))
            .as(account)
            .isTrue();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "reader",
        "pod/bot/tag",
        "pod/bot/tag/",
        "pod/bot/tag/one",
        "pod/bot/tag/-1",
        "pod/bot/tag/1 ",
        "/bot/tag/0",
        "pod//tag/0",
        "pod/bot//0",
        "pod/bot/a tag/0",
        "pod/bot/tag/1234567890"
      })
  void refusesAnotherText(String reader) {
    assertThat(SourcePartition.hasShape(Map.of("reader", reader))).isFalse();
  }

  static List<Map<String, ?>> others() {
    return Arrays.asList(
        null,
        Map.of(),
        Map.of("Reader", "pod/bot/tag/0"),
        Map.of("reader", "pod/bot/tag/0", "more", "x"),
        Map.of("reader", 0),
        Map.of("reader", List.of("pod/bot/tag/0")),
        Collections.singletonMap("reader", null),
        Collections.singletonMap(null, "pod/bot/tag/0"));
  }

  @ParameterizedTest
  @MethodSource("others")
  void refusesAnotherMap(Map<String, ?> partition) {
    assertThat(SourcePartition.hasShape(partition)).isFalse();
  }
}
