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
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventEnvelopeTest {

  private static final long ENOUGH = 1_000_000;
  private static final String LARGE = "x".repeat(5_000);

  private static final String ALL_LARGE_TEXTS =
      """
      {"id":"e1","messageId":"m1","type":"SHAREDPOST","raw":"LARGE","payload":{
       "sharedPost":{
        "message":{"messageId":"m2","message":"LARGE","data":"LARGE","text":"LARGE",
         "attachments":[{"id":"a1","images":[{"id":"i1"}]}],"userAgent":"u","silent":true,
         "sharedMessage":{"messageId":"m3","message":"LARGE","data":"LARGE","attachments":[{"name":"LARGE"}]}},
        "sharedMessage":{"messageId":"m4","message":"LARGE","stream":{"streamId":"s1"}}},
       "symphonyElementsAction":{"formId":"f1","formValues":{"name":"LARGE"}},
       "genericSystemEvent":{"sourceSystem":"s","parameters":{"a":["LARGE"]}}}}"""
          .replace("LARGE", LARGE);

  @Test
  void leavesEachLargeTextOutOfTheStructAndKeepsTheRest() {
    MappedEvent event = map(ALL_LARGE_TEXTS);
    event.struct().put(EventSchemas.RAW, LARGE);
    assertThat(StructTree.of(EventEnvelope.struct(event, 3_000)))
        .isEqualTo(
            StructTree.parse(
                """
                {"id":"e1","messageId":"m1","type":"SHAREDPOST","payload":{
                 "sharedPost":{
                  "message":{"messageId":"m2","userAgent":"u","silent":true,"sharedMessage":{"messageId":"m3"}},
                  "sharedMessage":{"messageId":"m4","stream":{"streamId":"s1"}}},
                 "symphonyElementsAction":{"formId":"f1"},
                 "genericSystemEvent":{"sourceSystem":"s"}}}"""));
    assertThat(event.struct().getString(EventSchemas.RAW)).as("the event's own").isEqualTo(LARGE);
  }

  @Test
  void leavesEachLargeTextOutOfTheJsonAndKeepsTheRestByteForByte() {
    assertThat(json(ALL_LARGE_TEXTS, 3_000))
        .isEqualTo(
            """
            {"id":"e1","messageId":"m1","type":"SHAREDPOST","raw":null,"payload":{
             "sharedPost":{
              "message":{"messageId":"m2","message":null,"data":null,"text":null,
               "attachments":null,"userAgent":"u","silent":true,
               "sharedMessage":{"messageId":"m3","message":null,"data":null,"attachments":null}},
              "sharedMessage":{"messageId":"m4","message":null,"stream":{"streamId":"s1"}}},
             "symphonyElementsAction":{"formId":"f1","formValues":null},
             "genericSystemEvent":{"sourceSystem":"s","parameters":null}}}""");
  }

  @Test
  void keepsUnknownFieldsOddNumbersAndLoneSurrogatesOfTheJson() {
    String event =
        "{\"new\":{\"deep\":[{\"message\":\"%s\"},1e400,-0]}, \"a\":\"\\ud83d\", \"type\":\"NEW\",\"data\":7,\"text\":false}";
    assertThat(json(event.formatted(LARGE), 2_000))
        .isEqualTo(event.replace("\"%s\"", "null"))
        .contains("1e400,-0]}, \"a\":\"\\ud83d\"", "\"data\":7");
  }

  @Test
  void findsTheTextsBehindEscapedNamesAndInDeeperSharedMessages() {
    assertThat(
            json(
                "{\"payload\":{\"sharedMessage\":{\"sharedMessage\":{\"mess\\u0061ge\":\"%s\",\"data\" :\n{\"k\":\"é👍\"} }}}}"
                    .formatted(LARGE),
                2_000))
        .isEqualTo(
            "{\"payload\":{\"sharedMessage\":{\"sharedMessage\":{\"mess\\u0061ge\":null,\"data\" :\nnull }}}}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"roomName", "userAgent", "new"})
  void leavesThePayloadOutWhenItIsTooLargeWithoutItsTexts(String field) {
    String event =
        "{\"id\":\"e1\",\"payload\":{\"messageSent\":{\"message\":{\"stream\":{\"roomName\":\"r\"},\"userAgent\":\"u\",\"new\":\"n\"}}},\"type\":\"MESSAGESENT\",\"new2\":1}";
    String large = event.replaceAll("(\"" + field + "\":)\"\\w\"", "$1\"" + LARGE + "\"");
    assertThat(json(large, 3_000))
        .isEqualTo("{\"id\":\"e1\",\"payload\":null,\"type\":\"MESSAGESENT\",\"new2\":1}");
    Struct struct = EventEnvelope.struct(map(large), 3_000);
    assertThat(struct.getString("id")).isEqualTo("e1");
    assertThat(struct.getString("type")).isEqualTo("MESSAGESENT");
    assertThat(struct.get("payload") == null).isEqualTo(!field.equals("new"));
  }

  @Test
  void keepsWhateverFitsOfAnEventWithAnAbsurdlyLargeId() {
    String event =
        "{\"id\":\"%s\",\"messageId\":\"m1\",\"type\":\"ROOMCREATED\",\"timestamp\":7,\"initiator\":{\"user\":{\"userId\":1}},\"payload\":{\"roomCreated\":{}},\"new\":1}"
            .formatted(LARGE);
    String expected =
        "{\"messageId\":\"m1\",\"timestamp\":7,\"type\":\"ROOMCREATED\",\"initiator\":{\"user\":{\"userId\":1}}}";
    assertThat(json(event, 3_000)).isEqualTo(expected);
    assertThat(StructTree.of(EventEnvelope.struct(map(event), 3_000)))
        .isEqualTo(StructTree.parse(expected));
  }

  @Test
  void keepsWhateverFitsWhenAnUnknownFieldBesideThePayloadIsTooLarge() {
    assertThat(json("{\"id\":\"e1\",\"new\":\"" + LARGE + "\"}", 3_000))
        .isEqualTo("{\"id\":\"e1\"}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"LARGE\"", "[\"LARGE\"]", "{\"id\":\"LARGE\" 7}", "{\"id\":LARGE}"})
  void isEmptyForWhatIsNoObjectAndForWhatCannotBeRead(String event) {
    String large = event.replace("LARGE", LARGE);
    assertThat(json(large, ENOUGH)).isEqualTo("{}");
    assertThat(EventEnvelope.struct(map(large), ENOUGH)).isEqualTo(new Struct(EventSchemas.EVENT));
  }

  static List<String> eventNames() {
    return Fixtures.eventNames();
  }

  @ParameterizedTest
  @MethodSource("eventNames")
  void saysOfEachSampleTheSameInBothForms(String name) {
    EventJson sample = Fixtures.event(name);
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
    EventJson json = Fixtures.json(event);
    String envelope = EventEnvelope.json(new EventMapper().map(json), json, limit);
    EventJson scanned = EventScan.eventAt(json.body(), 0);
    if (scanned != null) {
      assertThat(EventEnvelope.json(new EventMapper().map(scanned), scanned, limit))
          .isEqualTo(envelope);
    }
    return envelope;
  }

  private static MappedEvent map(String event) {
    return new EventMapper().map(Fixtures.json(event));
  }
}
