// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventListTest {

  @Test
  void readsTheBatchOfTheSamples() throws Exception {
    EventList list = readBoth(Fixtures.bytes("responses", "events-read.200.batch.json"));
    EventMapper mapper = new EventMapper();
    assertThat(list.events())
        .extracting(json -> mapper.map(json).type())
        .containsExactly("MESSAGESENT", "ROOMCREATED", "MESSAGESENT");
    assertThat(list.events())
        .extracting(json -> mapper.map(json).mappingError())
        .containsOnlyNulls();
    assertThat(list.ackId()).startsWith("MXxh").endsWith("==");
  }

  @Test
  void leavesOutTheNullThatOlderAgentsPutAmongTheEvents() throws Exception {
    EventList list =
        readBoth(Fixtures.bytes("responses", "events-read.200.null-event-inside.json"));
    assertThat(list.events())
        .extracting(json -> new EventMapper().map(json).id())
        .containsExactly("tP4eIL");
    assertThat(list.ackId()).startsWith("MXxh");
  }

  @ParameterizedTest
  @ValueSource(strings = {"events-read.200.empty.json", "events-read.200.no-events-field.json"})
  void readsAnAnswerWithoutEventsAndItsAckId(String name) throws Exception {
    EventList list = readBoth(Fixtures.bytes("responses", name));
    assertThat(list.events()).isEmpty();
    assertThat(list.ackId()).startsWith("MXxh");
  }

  @Test
  void takesNoOtherSampleAnswerForEvents() {
    for (String name : Fixtures.fileNames("responses")) {
      byte[] body = Fixtures.bytes("responses", name);
      if (name.endsWith(".html")) {
        assertThatThrownBy(() -> readBoth(body))
            .isInstanceOf(MalformedEventListException.class)
            .hasMessageContaining("no JSON object")
            .hasMessageContaining("byte 0 of 122");
      } else if (!name.startsWith("events-read")) {
        assertThat(read(body)).as(name).isEqualTo(List.of());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " \r\n\t",
        "\uFEFF",
        "{}",
        "\uFEFF {}",
        "{'events':null}",
        "{ 'events' : [ ] , 'ackId' : null }",
        "{'events':[null,null],'ackId':''}",
        "{'ackId':5}",
        "{'ackId':{'ackId':'x'}}",
        "{'ackId':['x'],'more':'x'}",
        "{'ackId':'\\ud800'}",
        "{'ackId':'\\q'}"
      })
  void readsAnAnswerWithNeitherEventsNorAckId(String body) throws Exception {
    EventList list = readBoth(quoted(body));
    assertThat(list.events()).isEmpty();
    assertThat(list.ackId()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "[]",
        "[{'type':'MESSAGESENT'}]",
        "'events'",
        "5",
        "<html>{}</html>",
        "Service unavailable",
        "{",
        "{'events'",
        "{'events':",
        "{'events':}",
        "{'events':[",
        "{'events':[]",
        "{'events':[,]}",
        "{'events':[{},]}",
        "{'events':[{}{}]}",
        "{'events':[{} 'x']}",
        "{'events':[{]}",
        "{'events':[}]}",
        "{'events':[{'a':'}]}",
        "{'events':[{'a':'\\'}]}",
        "{'events':[{}]]}",
        "{'events':[{}],}",
        "{'events':[{}],,'ackId':'x'}",
        "{'events':[{}];'ackId':'x'}",
        "{'events' [{}]}",
        "{events:[{}]}",
        "{'events':{}}",
        "{'events':'none'}",
        "{'events':0}",
        "{'events':false}",
        "{'events':nul}",
        "{'events':[]}{'events':[{}]}",
        "{'events':[{}],'ackId':'x'}x",
        "{'events':[{}],'ackId':'x'",
        "{'events':[{}],'ackId':'x"
      })
  void refusesAnAnswerWhoseEventsCannotBeToldApart(String body) {
    assertThatThrownBy(() -> readBoth(quoted(body)))
        .isInstanceOf(MalformedEventListException.class)
        .hasNoCause()
        .hasMessageMatching(
            "The answer is not an event list: [a-zA-Z,' ]+ \\(byte \\d+ of \\d+\\); "
                + "nothing of it is acknowledged");
  }

  @Test
  void invariant10NeverQuotesTheAnswerWhenItRefusesIt() {
    assertThatThrownBy(() -> readBoth(quoted("{'events':[{'a':'secret'}'secret'],'secret':")))
        .isInstanceOf(MalformedEventListException.class)
        .hasMessageNotContaining("secret");
  }

  @Test
  void unescapesNamesAndTheAckId() throws Exception {
    EventList list = readBoth(quoted("{'\\u0065vents':[1],'ack\\u0049d':'a\\/b\\u00e9\\n'}"));
    assertThat(texts(list)).containsExactly("1");
    assertThat(list.ackId()).isEqualTo("a/bé\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'evenst':[{'id':'1'}],'ackId':'x'}",
        "{'ackId':'x','Events':[{'id':'1'}]}",
        "{'events':null,'list':{'events':[{'id':'1'}]},'ackId':'x'}",
        "{'\\ud800':[{'id':'1'}],'ackId':'x'}"
      })
  void invariant1TakesNoAckIdOfWhatMayBeEventsUnderAnotherName(String body) throws Exception {
    EventList list = readBoth(quoted(body));
    assertThat(list.events()).isEmpty();
    assertThat(list.ackId()).isNull();
  }

  @Test
  void takesTheAckIdOfAnAnswerThatSaysMoreThanItsEvents() throws Exception {
    assertThat(readBoth(quoted("{'events':[],'new':7,'ackId':'x'}")).ackId()).isEqualTo("x");
  }

  @Test
  void doesNotMistakeWhatStandsDeeperForTheAnswersOwn() throws Exception {
    EventList list =
        readBoth(
            quoted(
                "{'x':{'events':[7],'ackId':'no'},'y':[{'ackId':'no'}],'events':[8],'ackId':'yes'}"));
    assertThat(texts(list)).containsExactly("8");
    assertThat(list.ackId()).isEqualTo("yes");
  }

  @Test
  void losesNothingOfEventsThatStandThereTwice() throws Exception {
    EventList list =
        readBoth(
            quoted(
                "{'events':[{'a':1}],'ackId':'first','events':[{'b':2}],'events':null,'ackId':'last'}"));
    assertThat(texts(list)).containsExactly("{\"a\":1}", "{\"b\":2}");
    assertThat(list.ackId()).isEqualTo("last");
  }

  @Test
  void keepsElementsThatAreNoObjects() throws Exception {
    EventList list = readBoth(quoted("{'events':[ 5 ,'a]b',[1,{}],true , null,nul,-1.5e3,{} ]}"));
    assertThat(texts(list))
        .containsExactly("5", "\"a]b\"", "[1,{}]", "true", "nul", "-1.5e3", "{}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'a':[1}]",
        "{'a' 'b'}",
        "{'a':tru}",
        "{'a':1,}",
        "{,}",
        "{'a':1e}",
        "{'a':'\\q'}",
        "{'a':'\n'}",
        "{'a':NaN}",
        "{/*'a'*/}",
        "{'a':01}"
      })
  void aBrokenEventWithBalancedBracketsDoesNotTakeItsNeighboursAlong(String broken)
      throws Exception {
    String before = "{\"id\":\"before\"}";
    String after = "{\"id\":\"after\"}";
    EventList list =
        readBoth(quoted("{'events':[" + before + "," + broken + " , " + after + "],'ackId':'x'}"));
    assertThat(texts(list)).containsExactly(before, broken.replace('\'', '"'), after);
    MappedEvent event = new EventMapper().map(list.events().get(1));
    assertThat(event.mappingError()).isEqualTo("/");
    assertThat(event.isObject()).isFalse();
    assertThat(event.isReadable()).isFalse();
  }

  @Test
  void invariant12FindsTheEndOfAnEventOfAnyDepth() throws Exception {
    int depth = 1_000_000;
    String deep = "{\"a\":".repeat(depth) + "[]" + "}".repeat(depth);
    EventList list = readBoth(quoted("{'events':[{}," + deep + ",[]],'ackId':'x'}"));
    assertThat(texts(list)).containsExactly("{}", deep, "[]");
  }

  @Test
  void refusesAnAnswerThatIsCutOffAtAnyByte() throws Exception {
    byte[] body = Fixtures.bytes("responses", "events-read.200.batch.json");
    List<String> whole = texts(readBoth(body));
    int end = new String(body, StandardCharsets.ISO_8859_1).lastIndexOf('}') + 1;
    for (int length = 1; length < body.length; length++) {
      List<String> events = read(Arrays.copyOf(body, length));
      if (length < end) {
        assertThat(events).as("cut off at byte %d", length).isNull();
      } else {
        assertThat(events).as("cut off at byte %d", length).isEqualTo(whole);
      }
    }
  }

  @Test
  void findsEveryEventOfRandomAnswersAndNoWrongOneWhenTheyAreCutOff() throws Exception {
    for (long seed = 0; seed < 2_000; seed++) {
      Random random = new Random(seed);
      List<String> expected = new ArrayList<>();
      StringBuilder array = new StringBuilder();
      for (int i = random.nextInt(6); i >= 0; i--) {
        String event = randomValue(random, 0);
        if (!event.equals("null")) {
          expected.add(event);
        }
        array.append(space(random)).append(event).append(space(random)).append(i > 0 ? "," : "");
      }
      String events = "\"events\":" + space(random) + "[" + array + "]";
      String other = "\"o\":" + randomValue(random, 0);
      String ackId = "\"ackId\":\"" + seed + "\"";
      List<String> members = new ArrayList<>(List.of(events, other, ackId));
      Collections.shuffle(members, random);
      String answer =
          "{" + space(random) + String.join(space(random) + "," + space(random), members) + "}";
      byte[] body = answer.getBytes(StandardCharsets.UTF_8);

      EventList list = readBoth(body);
      assertThat(texts(list)).as("seed %d", seed).isEqualTo(expected);
      assertThat(list.ackId()).as("seed %d", seed).isEqualTo(Long.toString(seed));
      int length = 1 + random.nextInt(body.length - 1);
      assertThat(read(Arrays.copyOf(body, length))).as("seed %d, %d bytes", seed, length).isNull();
    }
  }

  private static String randomValue(Random random, int depth) {
    switch (random.nextInt(depth > 6 ? 3 : 5)) {
      case 0:
        String[] tokens = {"null", "true", "false", "0", "-12.5E+3", "\"\""};
        return tokens[random.nextInt(tokens.length)];
      case 1, 2:
        String[] parts = {"{", "}", "[", "]", ",", ":", "\\\"", "\\\\", "\\n", "é", "🚀", " ", "a"};
        StringBuilder string = new StringBuilder("\"");
        for (int i = random.nextInt(12); i > 0; i--) {
          string.append(parts[random.nextInt(parts.length)]);
        }
        return string.append('"').toString();
      case 3:
        StringBuilder array = new StringBuilder("[");
        for (int i = random.nextInt(4); i > 0; i--) {
          array.append(randomValue(random, depth + 1)).append(i > 1 ? "," : "");
        }
        return array.append(space(random)).append(']').toString();
      default:
        StringBuilder object = new StringBuilder("{");
        for (int i = random.nextInt(4); i > 0; i--) {
          object.append("\"events\"").append(space(random)).append(':');
          object.append(randomValue(random, depth + 1)).append(i > 1 ? "," : "");
        }
        return object.append('}').toString();
    }
  }

  private static String space(Random random) {
    return List.of("", "", "", " ", "\r\n", "\t ").get(random.nextInt(6));
  }

  @Test
  void invariant12CountsEventsFromThe10001stOnAs1024BytesAtLeast() throws Exception {
    String large = "\"" + "x".repeat(1_022) + "\"";
    for (boolean identifiers : new boolean[] {false, true}) {
      byte[] many = list("1,".repeat(10_000) + "1,1," + large);
      long counted = many.length + 2 * 1_023L;
      assertThat(readOf(many, counted, identifiers).events()).hasSize(10_003);
      assertThatThrownBy(() -> readOf(many, counted - 1, identifiers))
          .isInstanceOfSatisfying(
              MalformedEventListException.class, e -> assertThat(e.isTooLarge()).isTrue())
          .hasMessageContaining("too many events")
          .hasMessageContaining("10001st")
          .hasMessageContaining(Long.toString(counted - 1));
    }
    byte[] nulls = list("null,".repeat(20_000) + "1");
    assertThat(readOf(nulls, nulls.length, false).events()).hasSize(1);
  }

  @Test
  void invariant12RefusesAnAckIdOfMoreThan8192Characters() throws Exception {
    for (String one : List.of("x", "\u00e9", "\\u00e9", "\\ud83d\\ude80", "\ud83d\ude80")) {
      int length = one.length() == 12 || one.length() == 2 ? 2 : 1;
      String longest = one.repeat(8_192 / length);
      assertThat(readOf(ackId(longest), Long.MAX_VALUE, false).ackId()).hasSize(8_192);
      assertThatThrownBy(() -> readOf(ackId(longest + one), Long.MAX_VALUE, false))
          .isInstanceOfSatisfying(
              MalformedEventListException.class, e -> assertThat(e.isTooLarge()).isFalse())
          .hasMessageContaining("its ackId is longer than 8192 characters");
    }
  }

  private static byte[] ackId(String ackId) {
    return ("{\"events\":[1],\"ackId\":\"" + ackId + "\"}").getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] list(String events) {
    return ("{\"events\":[" + events + "],\"ackId\":\"a\"}").getBytes(StandardCharsets.UTF_8);
  }

  private static EventList readOf(byte[] body, long maxBytes, boolean identifiers)
      throws MalformedEventListException {
    return identifiers ? EventList.readIdentifiers(body, maxBytes) : EventList.read(body, maxBytes);
  }

  /** Reads an answer, after it was seen to be the same whether or not all of it is wanted. */
  private static EventList readBoth(byte[] body) throws MalformedEventListException {
    assertThat(outcome(body, false)).isEqualTo(outcome(body, true));
    return EventList.read(body, Long.MAX_VALUE);
  }

  private static String outcome(byte[] body, boolean identifiers) {
    try {
      EventList list =
          identifiers
              ? EventList.readIdentifiers(body, Long.MAX_VALUE)
              : EventList.read(body, Long.MAX_VALUE);
      return list.ackId() + " " + texts(list);
    } catch (MalformedEventListException refused) {
      return refused.getMessage();
    }
  }

  /** The texts of the events, or null when the answer is refused. */
  private static List<String> read(byte[] body) {
    try {
      return texts(readBoth(body));
    } catch (MalformedEventListException refused) {
      return null;
    }
  }

  private static List<String> texts(EventList list) {
    return list.events().stream().map(EventJson::text).toList();
  }

  private static byte[] quoted(String body) {
    return body.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
  }
}
