// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ConvertedJsonTest {

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '\'',
      value = {"abc, 5", "\"a\", 7", "\\n, 5", "é, 4", "✓, 5", "👍, 14", "'a\nb', 6"})
  void countsTextWithQuotesAndEscapes(String text, long bytes) {
    assertThat(ConvertedJson.sizeOf(text)).isEqualTo(bytes);
  }

  @Test
  void countsNullFieldsOfStruct() {
    assertThat(ConvertedJson.sizeOf(new Struct(EventSchemas.EVENT)))
        .isEqualTo(
            "{'id':null,'messageId':null,'timestamp':null,'type':null,'diagnostic':null,'initiator':null,'payload':null,'raw':null}"
                .length());
  }

  @ParameterizedTest
  @MethodSource("io.github.datahose.connect.event.Fixtures#eventNames")
  void writesFieldsOfStruct(String name) {
    Struct struct = new EventMapper().map(Fixtures.event(name)).struct();
    String text = ConvertedJson.textOf(struct);
    assertThat(withFreeObjects(StructTree.parse(text))).isEqualTo(StructTree.of(struct));
    assertThat(ConvertedJson.sizeOf(struct)).isGreaterThan(text.length());
  }

  /** Free objects are texts in a struct. */
  private static JsonNode withFreeObjects(JsonNode node) {
    for (String name : EventSchemas.FREE_OBJECTS) {
      if (node.path(name).isTextual()) {
        ((ObjectNode) node).set(name, StructTree.parse(node.path(name).textValue()));
      }
    }
    node.forEach(ConvertedJsonTest::withFreeObjects);
    return node;
  }
}
