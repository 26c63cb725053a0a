// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventEnvelopeTest {

  private static final long ENOUGH = 1_000_000;
  private static final String LARGE = "x".repeat(5_000);

  @ParameterizedTest
  @CsvFileSource(resources = "/event-rows/envelopes.csv", delimiter = '|', quoteCharacter = '`')
  void omitsLargeTextsAndKeepsOtherBytes(
      String what, String json, String expected, String expectedStruct) {
    assertThat(json(json, 3_000)).as(what).isEqualTo(expected);
    if (expectedStruct != null) {
      MappedEvent event = Fixtures.map(json);
      event.struct().put(EventSchemas.RAW, LARGE);
      assertThat(StructTree.of(EventEnvelope.struct(event, 3_000)))
          .as(what)
          .isEqualTo(StructTree.parse(expectedStruct));
      assertThat(event.struct().getString(EventSchemas.RAW)).as("the event's own").isEqualTo(LARGE);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"'<<x*5000>>'", "['<<x*5000>>']", "{'id':'<<x*5000>>' 7}", "{'id':<<x*5000>>}"})
  void isEmptyForNonObjectsAndUnreadableEvents(String event) {
    assertThat(json(event, ENOUGH)).isEqualTo("{}");
    assertThat(EventEnvelope.struct(Fixtures.map(event), ENOUGH))
        .isEqualTo(new Struct(EventSchemas.EVENT));
  }

  @Test
  void keepsTextOfExactlyMaximumSize() {
    String event = "{\"id\":\"e1\",\"payload\":{\"roomCreated\":{}}}";
    Struct whole = Fixtures.map(event).struct();
    long size = ConvertedJson.sizeOf(whole);
    assertThat(EventEnvelope.struct(Fixtures.map(event), size)).isEqualTo(whole);
    assertThat(EventEnvelope.struct(Fixtures.map(event), size - 1).get("payload")).isNull();
    assertThat(json(event, ConvertedJson.sizeOf(event))).isEqualTo(event);

    Struct small = Fixtures.map("{'id':'e1'}").struct();
    MappedEvent large = Fixtures.map("{'id':'e1','messageId':'" + LARGE + "'}");
    assertThat(EventEnvelope.struct(large, ConvertedJson.sizeOf(small))).isEqualTo(small);
  }

  @ParameterizedTest
  @MethodSource("io.github.datahose.connect.event.Fixtures#eventNames")
  void returnsSameEnvelopeInBothFormsForEachSample(String name) {
    RawEvent sample = Fixtures.event(name);
    MappedEvent event = new EventMapper().map(sample);
    JsonNode json = StructTree.parse(EventEnvelope.json(event, sample, ENOUGH));
    assertThat(json).isEqualTo(withoutLargeTexts(StructTree.parse(sample.text())));
    if (event.mappingError() == null) {
      assertThat(StructTree.of(EventEnvelope.struct(event, ENOUGH))).isEqualTo(json);
    }
  }

  /** The rule again in another way: by the tree, and by what the field holds. */
  private static JsonNode withoutLargeTexts(JsonNode node) {
    if (node instanceof ObjectNode object) {
      List<String> always = List.of("data", "attachments", "formValues", "parameters");
      object
          .properties()
          .removeIf(
              (Map.Entry<String, JsonNode> field) ->
                  always.contains(field.getKey())
                      || (field.getKey().equals("message") && field.getValue().isTextual()));
    }
    if (node instanceof ObjectNode || node instanceof ArrayNode) {
      node.forEach(EventEnvelopeTest::withoutLargeTexts);
    }
    return node;
  }

  private static String json(String event, long limit) {
    RawEvent json = Fixtures.json(event);
    String envelope = EventEnvelope.json(new EventMapper().map(json), json, limit);
    assertThat(EventEnvelope.json(Fixtures.identified(json), json, limit)).isEqualTo(envelope);
    return envelope;
  }
}
