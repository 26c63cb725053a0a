// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * One pass over an answer finds what the code before it found in several. How many answers, and
 * from which seed on: {@code -Donepass.answers=1000000 -Donepass.seed=0}.
 */
class OnePassTest {

  private static final long SEED = Long.getLong("onepass.seed", 0);
  private static final long ANSWERS = Long.getLong("onepass.answers", 2_000);
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
  private final io.github.datahose.connect.event.before.EventMapper before =
      new io.github.datahose.connect.event.before.EventMapper();
  private final Identity.Digest digest = new Identity.Digest();
  private final io.github.datahose.connect.event.before.Identity.Digest digestBefore =
      new io.github.datahose.connect.event.before.Identity.Digest();

  @Test
  void onePassFindsWhatSeveralFound() {
    Map<String, Integer> kinds = new HashMap<>();
    for (long seed = SEED; seed < SEED + ANSWERS; seed++) {
      byte[] body = answer(new Random(seed));
      for (boolean whole : new boolean[] {true, false}) {
        assertThat(after(body, Long.MAX_VALUE, whole, kinds))
            .as("seed %d, whole %s", seed, whole)
            .isEqualTo(before(body, Long.MAX_VALUE, whole));
      }
    }
    System.out.println("onepass: " + ANSWERS + " answers, " + kinds);
    // It says something about all kinds.
    assertThat(kinds).containsKeys("refused", "mapped", "misfit", "unreadable", "no object");
  }

  @Test
  void onePassCountsWhatSeveralCounted() {
    String event =
        Fixtures.quoted("{'payload':{'roomCreated':{'stream':{'members':[<<{},*999>>{}]}}}}");
    String plain = "{\"id\":\"beyond\"}";
    byte[] body =
        ("{\"events\":[" + (event + ",").repeat(998) + plain + ("," + event).repeat(3) + "]}")
            .getBytes(StandardCharsets.UTF_8);
    assertThat(after(body, 64_000_001, true, new HashMap<>()))
        .isEqualTo(before(body, 64_000_001, true));
    byte[] many =
        ("{\"events\":[" + "{},1,".repeat(5_010) + plain + "],\"ackId\":\"x\"}")
            .getBytes(StandardCharsets.UTF_8);
    for (long maxBytes : new long[] {many.length, 50_000, 51_000, 60_000, 100_000}) {
      for (boolean whole : new boolean[] {true, false}) {
        assertThat(after(many, maxBytes, whole, new HashMap<>()))
            .isEqualTo(before(many, maxBytes, whole));
      }
    }
  }

  private List<Object> after(
      byte[] body, long maxBytes, boolean whole, Map<String, Integer> kinds) {
    List<Object> said = new ArrayList<>();
    try {
      EventList list = EventList.read(body, maxBytes, whole ? wholeEvents : identifiers);
      said.add(list.ackId());
      assertThat(list.mapped()).hasSameSizeAs(list.events());
      for (int i = 0; i < list.events().size(); i++) {
        RawEvent json = list.events().get(i);
        MappedEvent event = list.mapped().get(i);
        Identity identity = digest.identityOf(event, json);
        said.add(json.offset() + "+" + json.length());
        said.addAll(
            Arrays.asList(
                event.isObject(),
                event.isReadable(),
                event.isIdentityDoubtful(),
                event.type(),
                event.id(),
                event.messageId(),
                event.timestamp(),
                RecordKey.STREAM.of(event, identity),
                RecordKey.MESSAGE.of(event, identity),
                identity.toString()));
        if (whole) {
          said.addAll(
              Arrays.asList(event.struct(), event.mappingError(), event.hasFieldOfWrongType()));
        }
        String kind =
            !event.isReadable()
                ? "unreadable"
                : !event.isObject()
                    ? "no object"
                    : event.mappingError() != null ? "misfit" : whole ? "mapped" : "identified";
        kinds.merge(kind, 1, Integer::sum);
      }
    } catch (MalformedEventListException refused) {
      kinds.merge("refused", 1, Integer::sum);
      return List.of(refused.getMessage(), refused.isTooLarge());
    }
    return said;
  }

  private List<Object> before(byte[] body, long maxBytes, boolean whole) {
    List<Object> said = new ArrayList<>();
    try {
      io.github.datahose.connect.event.before.EventList list =
          whole
              ? io.github.datahose.connect.event.before.EventList.read(body, maxBytes)
              : io.github.datahose.connect.event.before.EventList.readIdentifiers(body, maxBytes);
      said.add(list.ackId());
      before.beginAnswer(maxBytes);
      for (io.github.datahose.connect.event.before.RawEvent json : list.events()) {
        io.github.datahose.connect.event.before.MappedEvent event = before.map(json);
        if (!whole && json.length() > 10_000) {
          // Reading identifiers counted the parts of what it skipped alone, so a handful less than
          // a struct has: now the limit is the same.
          io.github.datahose.connect.event.before.MappedEvent mapped = before.map(json);
          event = mapped.isReadable() ? event : mapped;
        }
        io.github.datahose.connect.event.before.Identity identity =
            digestBefore.identityOf(event, json);
        said.add(json.offset() + "+" + json.length());
        said.addAll(
            Arrays.asList(
                event.isObject(),
                event.isReadable(),
                event.isIdentityDoubtful(),
                event.type(),
                event.id(),
                event.messageId(),
                event.timestamp(),
                io.github.datahose.connect.event.before.RecordKey.STREAM.of(event, identity),
                io.github.datahose.connect.event.before.RecordKey.MESSAGE.of(event, identity),
                identity.toString()));
        if (whole) {
          said.addAll(
              Arrays.asList(event.struct(), event.mappingError(), event.hasFieldOfWrongType()));
        }
      }
    } catch (io.github.datahose.connect.event.before.EventList.MalformedEventListException e) {
      return List.of(e.getMessage(), e.isTooLarge());
    }
    return said;
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

  @Test
  void onePassFindsWhatSeveralFoundInEachSampleAnswerCutAnywhere() {
    Stream.of("events-read.200.batch.json", "events-read.200.null-event-inside.json")
        .map(name -> Fixtures.bytes("responses", name))
        .forEach(
            body -> {
              for (int length = 1; length <= body.length; length++) {
                byte[] cut = Arrays.copyOf(body, length);
                for (boolean whole : new boolean[] {true, false}) {
                  assertThat(after(cut, Long.MAX_VALUE, whole, new HashMap<>()))
                      .as("cut off at byte %d", length)
                      .isEqualTo(before(cut, Long.MAX_VALUE, whole));
                }
              }
            });
  }
}
