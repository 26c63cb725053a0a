// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.datahose.connect.event.EventList.MalformedEventListException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * One parser for all events of a response finds the same as a parser for each event alone, whatever
 * its neighbors are.
 */
class AnswerPropertyTest {

  private static final int ANSWERS = 2_000;
  private static final String TELLING = "{}[]\",:\\u0 dntf1-.e";
  private static final byte[] BAD = {
    (byte) 0x80, (byte) 0xC0, (byte) 0xC3, (byte) 0xE0, (byte) 0xED, (byte) 0xF4, (byte) 0xFF, 0
  };
  private static final List<String> ESCAPES =
      List.of("\\ud83d", "\\uD83D\\uDE00", "\\u0061", "\\n", "\\x", "\\u12", "é", "🚀", "\t");
  private static final List<String> OTHERS =
      List.of(
          "null",
          "1",
          "-0",
          "01",
          "1.",
          "true",
          "tru",
          "nul",
          "''",
          "'a'",
          "'a\\x'",
          "'\\ud800'",
          "[]",
          "[1,{'id':'x'}]",
          "[}",
          "{]",
          "{'id':'a'}}{",
          "{'id':'a' 'b'}",
          "{'id':a}",
          "{}",
          "{'id':'a',}",
          "{,}",
          "{{}}",
          "{'a':[1,2,}",
          "{'a':[1,2}]",
          "{'a':{'b':[}]}}",
          "é",
          "'é'",
          "{'id':'a','id':'b'}",
          "{'id':1,'id':'b'}",
          "{'type':'MESSAGESENT','type':'X'}",
          "{'timestamp':12345678901234567890}",
          "{'timestamp':1e3,'timestamp':5}",
          "{'\\u0069d':'a'}",
          "{'payload':null,'payload':{}}",
          "{'payload':[{}]}",
          "{'type':'MESSAGESENT','payload':{'messageSent':{'message':{'message':'\\ud83d','messageId':'m'}}}}",
          "{'type':'MESSAGESENT','payload':{'messageSent':{'message':{'message':{},'messageId':'m'}}}}",
          "{'payload':{'roomCreated':{'stream':{'streamId':'r'}},'messageSent':{'message':{'stream':{'streamId':'m'}}}}}",
          "{'payload':{'messageSent':{},'roomCreated':{'stream':{'streamId':'r'}}}}",
          "{'payload':{'roomCreated':1,'roomUpdated':{'stream':{'streamId':'r'}}}}",
          "{'payload':{'roomUpdated':{'stream':{'streamId':'u'}},'roomCreated':{}}}",
          "{'id':'<<a*1500>>'}",
          "{'<<a*999>>':1}",
          "{'<<a*1001>>':1}",
          "{'a':<<1*1001>>}",
          "{'a':<<[*199>><<]*199>>}",
          "{'a':<<[*200>><<]*200>>}",
          "{'a':<<[*300>><<]*300>>}",
          "{'payload':{'messageSent':{'message':{'messageId':'m','sharedMessage':{'diagnostic':'\\ud800'}}}}}",
          "{'payload':{'symphonyElementsAction':{'formValues':{'a':[1,{'b':'\\ud800'}]},'formMessageId':3}}}");
  private static final List<String> LARGE =
      List.of(
          "{'id':'i','a':[<<1,*9990>>1]}",
          "{'id':'i','a':[<<1,*10010>>1]}",
          "{'type':'MESSAGESENT','payload':{'roomCreated':{'stream':{'streamId':'s','members':[<<{},*9995>>{}]}}}}",
          "{'type':'MESSAGESENT','payload':{'roomCreated':{'stream':{'streamId':'s','members':[<<{},*9996>>{}]}}}}",
          "{'id':'i','payload':{'roomCreated':{'stream':{'streamId':'s','recipientTenantIds':[<<1,*9996>>1]}}}}");

  private final List<ObjectNode> samples = Fixtures.eventTrees();
  private final EventMapper wholeEvents = new EventMapper();
  private final EventMapper identifiers = EventMapper.ofIdentifiers();
  private final EventMapper alone = new EventMapper();
  private final Map<String, Integer> kinds = new HashMap<>();

  @Test
  void mapsEventOfRandomResponseAsAlone() {
    for (long seed = 0; seed < ANSWERS; seed++) {
      assertEventsAreWhatTheyAreAlone(answer(new Random(seed)), "seed " + seed);
    }
    // It says something about all kinds.
    assertThat(kinds).containsOnlyKeys("refused", "mapped", "misfit", "unreadable", "no object");
  }

  @Test
  void mapsEventOfTruncatedSampleResponseAsAlone() {
    for (String name : List.of("batch", "null-event-inside")) {
      byte[] body = Fixtures.bytes("responses", "events-read.200." + name + ".json");
      for (int length = 1; length <= body.length; length++) {
        assertEventsAreWhatTheyAreAlone(Arrays.copyOf(body, length), "cut at byte " + length);
      }
    }
  }

  private void assertEventsAreWhatTheyAreAlone(byte[] body, String what) {
    EventList list;
    EventList found;
    try {
      list = EventList.read(body, Long.MAX_VALUE, wholeEvents);
    } catch (MalformedEventListException refused) {
      kinds.merge("refused", 1, Integer::sum);
      assertThatThrownBy(() -> EventList.read(body, Long.MAX_VALUE, identifiers))
          .as(what)
          .hasMessage(refused.getMessage());
      return;
    }
    try {
      found = EventList.read(body, Long.MAX_VALUE, identifiers);
    } catch (MalformedEventListException refused) {
      throw new AssertionError(what + " is refused when only identifiers are wanted", refused);
    }
    assertThat(found.ackId()).as(what).isEqualTo(list.ackId());
    assertThat(list.mapped()).as(what).hasSameSizeAs(list.events());
    assertThat(found.mapped()).as(what).hasSameSizeAs(list.events());
    for (int i = 0; i < list.events().size(); i++) {
      RawEvent json = list.events().get(i);
      RawEvent other = found.events().get(i);
      MappedEvent event = list.mapped().get(i);
      MappedEvent expected = alone.map(json);
      assertThat(other.offset()).as(what).isEqualTo(json.offset());
      assertThat(other.length()).as(what).isEqualTo(json.length());
      assertThat(Fixtures.told(event, json)).as(what).isEqualTo(Fixtures.told(expected, json));
      assertThat(Fixtures.told(found.mapped().get(i), json))
          .as(what)
          .isEqualTo(Fixtures.told(expected, json));
      assertThat(event.struct()).as(what).isEqualTo(expected.struct());
      assertThat(event.mappingError()).as(what).isEqualTo(expected.mappingError());
      assertThat(event.hasFieldOfWrongType()).as(what).isEqualTo(expected.hasFieldOfWrongType());
      kinds.merge(kind(event), 1, Integer::sum);
    }
  }

  private static String kind(MappedEvent event) {
    if (!event.isReadable()) {
      return "unreadable";
    }
    if (!event.isObject()) {
      return "no object";
    }
    return event.mappingError() == null ? "mapped" : "misfit";
  }

  private byte[] answer(Random random) {
    List<String> members = new ArrayList<>();
    members.add("\"events\":" + events(random));
    if (random.nextInt(10) > 0) {
      members.add(
          "\"ackId\":"
              + pick(random, List.of("\"a\"", "\"\\u0061\"", "null", "\"\"", "7", "\"a\"")));
    }
    if (random.nextInt(5) == 0) {
      members.add("\"o\":" + event(random));
    }
    if (random.nextInt(20) == 0) {
      members.add("\"events\":" + (random.nextBoolean() ? "null" : events(random)));
    }
    Collections.shuffle(members, random);
    String joined = String.join(space(random) + "," + space(random), members);
    String text =
        space(random) + "{" + space(random) + joined + space(random) + "}" + space(random);
    byte[] body =
        (random.nextInt(30) == 0 ? "\uFEFF" + text : text).getBytes(StandardCharsets.UTF_8);
    if (random.nextInt(3) == 0) {
      for (int i = random.nextInt(3); i >= 0; i--) {
        body = spoiled(body, random);
      }
    }
    return body;
  }

  private static byte[] spoiled(byte[] body, Random random) {
    int at = random.nextInt(body.length);
    byte other =
        switch (random.nextInt(3)) {
          case 0 -> (byte) random.nextInt();
          case 1 -> (byte) TELLING.charAt(random.nextInt(TELLING.length()));
          default -> BAD[random.nextInt(BAD.length)];
        };
    if (random.nextInt(10) == 0) {
      return Arrays.copyOf(body, Math.max(1, at));
    }
    int removed = random.nextInt(3) == 0 ? 0 : 1;
    int inserted = random.nextInt(4) == 0 ? 0 : 1;
    byte[] spoiled = new byte[Math.max(1, body.length - removed + inserted)];
    System.arraycopy(body, 0, spoiled, 0, at);
    if (inserted > 0) {
      spoiled[at] = other;
    }
    System.arraycopy(
        body, at + removed, spoiled, at + inserted, Math.max(0, body.length - at - removed));
    return spoiled;
  }

  private String events(Random random) {
    List<String> elements = new ArrayList<>();
    for (int i = random.nextInt(5); i > 0; i--) {
      elements.add(space(random) + event(random) + space(random));
    }
    return "[" + String.join(",", elements) + "]";
  }

  private String event(Random random) {
    if (random.nextInt(5) == 0) {
      return Fixtures.quoted(pick(random, OTHERS));
    }
    if (random.nextInt(500) == 0) {
      return Fixtures.quoted(pick(random, LARGE));
    }
    ObjectNode event = pick(random, samples).deepCopy();
    if (random.nextInt(4) == 0 && event.path("payload") instanceof ObjectNode payload) {
      ObjectNode both = payload.objectNode();
      List<ObjectNode> payloads = new ArrayList<>(List.of(payload));
      if (pick(random, samples).path("payload") instanceof ObjectNode other) {
        payloads.add(other.deepCopy());
      }
      Collections.shuffle(payloads, random);
      payloads.forEach(both::setAll);
      event.set("payload", both);
    }
    String text = EventMutation.of(event, random).json();
    for (int i = random.nextInt(4) - 1; i > 0; i--) {
      text = oddText(text, random);
    }
    return text;
  }

  /** With something odd at the beginning of some string. */
  private static String oddText(String text, Random random) {
    int quote = text.indexOf('"', random.nextInt(text.length()));
    return quote < 0 || random.nextInt(3) == 0
        ? text
        : text.substring(0, quote + 1) + pick(random, ESCAPES) + text.substring(quote + 1);
  }

  private static String space(Random random) {
    return pick(random, List.of("", "", "", "", " ", "\r\n", "\t "));
  }

  private static <T> T pick(Random random, List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
