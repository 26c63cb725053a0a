// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.datahose.connect.event.EventList.MalformedEventListException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventListTest {

  /** Among them one with the null that older agents put among the events. */
  @ParameterizedTest
  @CsvSource({
    "events-read.200.batch.json, 0Eyf2e GFrFNW l8sBY9",
    "events-read.200.null-event-inside.json, tP4eIL",
    "events-read.200.empty.json, ''",
    "events-read.200.no-events-field.json, ''"
  })
  void readsEventsAndAckIdOfSampleResponse(String name, String ids) throws Exception {
    EventList list = readBoth(Fixtures.bytes("responses", name));
    List<MappedEvent> events = list.mapped();
    assertThat(String.join(" ", events.stream().map(MappedEvent::id).toList())).isEqualTo(ids);
    assertThat(events).allMatch(event -> event.mappingError() == null);
    assertThat(list.ackId()).startsWith("MXxh").endsWith("==");
  }

  @Test
  void findsNoEventsInOtherSampleResponses() {
    for (String name : Fixtures.fileNames("responses")) {
      byte[] body = Fixtures.bytes("responses", name);
      if (name.endsWith(".html")) {
        assertThatThrownBy(() -> readBoth(body))
            .isInstanceOf(MalformedEventListException.class)
            .hasMessageContaining("not a JSON object")
            .hasMessageContaining("byte 0 of 122");
      } else if (!name.startsWith("events-read")) {
        assertThat(read(body)).as(name).isEqualTo(List.of());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " \r\n\t", "\uFEFF", "\uFEFF {}"})
  void readsEmptyResponse(String body) throws Exception {
    readsEventsAndAckIdOfResponse("empty", body, "", null);
  }

  @ParameterizedTest
  @CsvFileSource(resources = "/event-rows/answers.csv", delimiter = '|', quoteCharacter = '`')
  void readsEventsAndAckIdOfResponse(String what, String body, String events, String ackId)
      throws Exception {
    EventList list = readBoth(Fixtures.utf8(body));
    assertThat(String.join(" ", texts(list))).as(what).isEqualTo(Fixtures.quoted(events));
    assertThat(list.ackId()).as(what).isEqualTo(ackId);
  }

  @ParameterizedTest
  @CsvFileSource(
      resources = "/event-rows/refused-answers.csv",
      delimiter = '|',
      quoteCharacter = '`')
  void rejectsResponseWhoseEventsCannotBeSeparated(String body) {
    assertThatThrownBy(() -> readBoth(Fixtures.utf8(body)))
        .isInstanceOf(MalformedEventListException.class)
        .hasNoCause()
        .hasMessageMatching(
            "[a-zA-Z,' ]+ \\(byte \\d+ of \\d+\\), so the reader acknowledges nothing of it");
  }

  @Test
  @Tag("invariant-10")
  void invariant10DoesNotQuoteRejectedResponse() {
    assertThatThrownBy(
            () -> readBoth(Fixtures.utf8("{'events':[{'a':'secret'}'secret'],'secret':")))
        .isInstanceOf(MalformedEventListException.class)
        .hasMessageNotContaining("secret");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'evenst':[{'id':'1'}],'ackId':'x'}",
        "{'ackId':'x','Events':[{'id':'1'}]}",
        "{'events':null,'list':{'events':[{'id':'1'}]},'ackId':'x'}",
        "{'\\ud800':[{'id':'1'}],'ackId':'x'}"
      })
  @Tag("invariant-1")
  void invariant1IgnoresAckIdOfUnknownContent(String body) throws Exception {
    readsEventsAndAckIdOfResponse("with unknown members alone", body, "", null);
  }

  @ParameterizedTest
  @CsvFileSource(resources = "/event-rows/broken-events.csv", delimiter = '|', quoteCharacter = '`')
  void readsNeighborsOfInvalidEventWithBalancedBrackets(String broken) throws Exception {
    String before = "{\"id\":\"before\"}";
    String after = "{\"id\":\"after\"}";
    EventList list = readBoth(list(before + "," + broken + " , " + after));
    assertThat(texts(list)).containsExactly(before, Fixtures.quoted(broken), after);
    assertThat(list.mapped().get(0).id()).isEqualTo("before");
    assertThat(list.mapped().get(2).id()).isEqualTo("after");
    MappedEvent event = list.mapped().get(1);
    assertThat(event.mappingError()).isEqualTo("/");
    assertThat(event.isObject()).isFalse();
    assertThat(event.isReadable()).isFalse();
  }

  @Test
  void readsNeighborsOfEventThatIsNotUtf8() throws Exception {
    byte[] body =
        Fixtures.quoted("{'events':[{'id':'é'},{'id':'\u00c3'},{'id':'é'}],'ackId':'a'}")
            .replace("é", "\u00c3\u00a9")
            .getBytes(StandardCharsets.ISO_8859_1);
    List<MappedEvent> events = readBoth(body).mapped();
    assertThat(events.stream().map(MappedEvent::id)).containsExactly("é", null, "é");
    assertThat(events.stream().map(MappedEvent::isReadable)).containsExactly(true, false, true);
  }

  @Test
  void detectsLoneSurrogateInAnyEvent() throws Exception {
    for (int at = 0; at < 3; at++) {
      List<String> events = new ArrayList<>(Collections.nCopies(3, "{'id':'a'}"));
      events.set(at, "{'id':'a\\ud83d'}");
      List<MappedEvent> mapped = readBoth(list(String.join(",", events))).mapped();
      for (int i = 0; i < 3; i++) {
        assertThat(mapped.get(i).id()).isEqualTo(i == at ? null : "a");
        assertThat(mapped.get(i).mappingError()).isEqualTo(i == at ? "/id" : null);
      }
    }
  }

  /** As deep as an event may be, so in a list it is too deep for a parser that began before. */
  private static final String DEEPEST =
      Fixtures.quoted(
          "{'unknown':"
              + "[".repeat(EventMapper.MAX_DEPTH - 1)
              + "]".repeat(EventMapper.MAX_DEPTH - 1)
              + "}");

  /**
   * An event that is extracted and then mapped reports a mismatch; one that is found on the way
   * does not.
   */
  @ParameterizedTest
  @CsvSource({"events-read.200.batch.json, 3", "events-read.200.null-event-inside.json, 1"})
  void findsEachEventOfSampleResponseWithOneParser(String name, int events) throws Exception {
    String unknown = "\"unknown\": 1, \"payload\": {";
    StringBuilder answer =
        new StringBuilder(Fixtures.text("responses", name).replace("\"payload\": {", unknown));
    answer.insert(answer.lastIndexOf("]"), "," + DEEPEST);
    List<String> found = new ArrayList<>(Collections.nCopies(events, null));
    found.add("/unknown");
    for (String mark : List.of("", "\uFEFF")) {
      byte[] body = (mark + answer).getBytes(StandardCharsets.UTF_8);
      assertThat(misfits(body, new EventMapper())).hasSize(events + 1).containsOnly("/unknown");
      assertThat(misfits(body, EventMapper.ofIdentifiers())).isEqualTo(found);
    }
  }

  private static List<String> misfits(byte[] body, EventMapper mapper)
      throws MalformedEventListException {
    return EventList.read(body, Long.MAX_VALUE, mapper).mapped().stream()
        .map(MappedEvent::mappingError)
        .toList();
  }

  @ParameterizedTest
  @CsvSource({"90000, /unknown", "101000,"})
  @Tag("invariant-12")
  void invariant12LimitsTokensOfParserThatKeepsNames(int tokens, String toldOfTheDeepest)
      throws Exception {
    String events =
        IntStream.range(0, tokens / 100)
            .mapToObj(EventListTest::eventOf100Tokens)
            .collect(Collectors.joining(","));
    List<String> misfits = misfits(list(events + "," + DEEPEST), EventMapper.ofIdentifiers());
    assertThat(misfits.subList(0, tokens / 100)).containsOnlyNulls();
    assertThat(misfits.get(tokens / 100)).isEqualTo(toldOfTheDeepest);
  }

  /** Each of its names is long, and no other event has it. */
  private static String eventOf100Tokens(int number) {
    return IntStream.range(0, 49)
        .mapToObj(name -> "'" + number + "-" + name + "n".repeat(100) + "':1")
        .collect(Collectors.joining(",", "{", "}"));
  }

  @Test
  @Tag("invariant-12")
  void invariant12ReadsNeighborsOfEventWithCollidingNames() throws Exception {
    String colliding =
        collidingNames(700).stream()
            .map(name -> "'" + name + "':1")
            .collect(Collectors.joining(",", "{", "}"));
    byte[] body = list("{'id':'before'}," + colliding + ",{'id':'after'}");
    List<MappedEvent> events = readBoth(body).mapped();
    assertThat(events.stream().map(MappedEvent::id)).containsExactly("before", null, "after");
    assertThat(events.stream().map(MappedEvent::isReadable)).containsExactly(true, false, true);
  }

  /** Names with one place in Jackson's table of names, whatever seed that has. */
  private static List<String> collidingNames(int many) {
    int inverse = BigInteger.valueOf(33).modInverse(BigInteger.ONE.shiftLeft(32)).intValue();
    List<String> names = new ArrayList<>();
    for (int i = 36 * 36 * 36; names.size() < many; i++) {
      String first = Integer.toString(i, 36);
      int hash = ByteBuffer.wrap(first.getBytes(StandardCharsets.US_ASCII)).getInt();
      hash += hash >>> 15;
      hash ^= hash >>> 9;
      byte[] second = ByteBuffer.allocate(4).putInt(-hash * inverse).array();
      String name = first + new String(second, StandardCharsets.ISO_8859_1);
      if (name.matches("[a-zA-Z0-9]{8}")) {
        names.add(name);
      }
    }
    return names;
  }

  @Test
  void returnsEachMappedEventOnce() throws Exception {
    byte[] body = list("{'id':'a'},{'id':'b'}");
    EventList list = readBoth(body);
    List<MappedEvent> mapped = list.mapped();
    assertThat(list.takeMapped(0).id()).isEqualTo("a");
    EventList cut = EventList.read(body, Long.MAX_VALUE);
    List<ThrowingCallable> secondUses =
        List.of(() -> list.takeMapped(0), () -> mapped.get(0), () -> cut.takeMapped(0));
    for (ThrowingCallable second : secondUses) {
      assertThatThrownBy(second)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("Event 0");
    }
    assertThatThrownBy(() -> mapped.remove(1)).isInstanceOf(UnsupportedOperationException.class);
    assertThat(mapped.get(1).id()).isEqualTo("b");
  }

  /** One parser reads all events, until it exceeds its limits or cannot continue. */
  @Test
  void appliesLimitsToEachEventSeparately() throws Exception {
    String large = "{'id':'a','unknown':[" + "1,".repeat(EventMapper.MAX_TOKENS / 25) + "1]}";
    String deepest = "[".repeat(EventMapper.MAX_DEPTH - 1) + "]".repeat(EventMapper.MAX_DEPTH - 1);
    List<String> events = new ArrayList<>(Collections.nCopies(30, large));
    events.set(2, "{'id':'a','unknown':" + deepest + "}");
    for (String beside : List.of("null", "1", "{'id':}")) {
      byte[] body = list(String.join(",", events) + "," + beside + "," + large);
      List<MappedEvent> mapped = readBoth(body).mapped();
      assertThat(mapped)
          .filteredOn(event -> event.isReadable() && event.isObject())
          .hasSize(31)
          .allMatch(event -> event.mappingError().equals("/unknown"));
    }
  }

  @Test
  void sharesRepeatedShortTextsBetweenEvents() throws Exception {
    String event = "{'id':'%s','messageId':'%s','type':'ROOMCREATED'}";
    String longest = "é".repeat(64);
    String first = event.formatted(longest, longest + "x");
    List<MappedEvent> events = readBoth(list(first + "," + first)).mapped();
    MappedEvent one = events.get(0);
    MappedEvent other = events.get(1);
    assertThat(one.id()).isEqualTo(longest).isSameAs(other.id());
    assertThat(one.messageId()).isEqualTo(other.messageId()).isNotSameAs(other.messageId());
    int type = EventSchemas.EVENT_TYPES.indexOf("ROOMCREATED");
    assertThat(one.type()).isSameAs(EventSchemas.EVENT_TYPES.get(type));
  }

  @Test
  void distinguishesSimilarTexts() throws Exception {
    List<String> ids = new ArrayList<>();
    for (int length = 0; length <= 66; length++) {
      ids.add("x".repeat(length));
      for (int i = 0; i < length; i++) {
        ids.add("x".repeat(i) + "y" + "x".repeat(length - i - 1));
      }
    }
    ids.addAll(List.copyOf(ids));
    String events = ids.stream().map(id -> "{'id':'" + id + "'}").collect(Collectors.joining(","));
    assertThat(readBoth(list(events)).mapped().stream().map(MappedEvent::id))
        .containsExactlyElementsOf(ids);
  }

  @Test
  @Tag("invariant-12")
  void invariant12FindsEndOfEventOfAnyDepth() throws Exception {
    int depth = 1_000_000;
    String deep = "{\"a\":".repeat(depth) + "[]" + "}".repeat(depth);
    EventList list = readBoth(list("{}," + deep + ",[]"));
    assertThat(texts(list)).containsExactly("{}", deep, "[]");
  }

  @Test
  void rejectsResponseTruncatedAtAnyByte() throws Exception {
    byte[] body = Fixtures.bytes("responses", "events-read.200.batch.json");
    List<String> whole = texts(readBoth(body));
    int end = new String(body, StandardCharsets.ISO_8859_1).lastIndexOf('}') + 1;
    for (int length = 1; length < body.length; length++) {
      assertThat(read(Arrays.copyOf(body, length)))
          .as("cut off at byte %d", length)
          .isEqualTo(length < end ? null : whole);
    }
  }

  @Test
  void findsOnlyActualEventsOfRandomResponses() throws Exception {
    List<ObjectNode> samples = Fixtures.eventTrees();
    for (long seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      List<String> expected = new ArrayList<>();
      List<String> elements = new ArrayList<>();
      for (int i = random.nextInt(6); i >= 0; i--) {
        expected.add(mutant(samples, random));
        elements.add(expected.get(expected.size() - 1));
        elements.addAll(Collections.nCopies(random.nextInt(2), "null"));
      }
      List<String> members =
          Arrays.asList(
              "\"events\":[" + spaced(elements, random) + "]",
              "\"o\": " + mutant(samples, random),
              "\"ackId\":\"" + seed + "\"");
      Collections.shuffle(members, random);
      byte[] body = ("{" + spaced(members, random) + "}").getBytes(StandardCharsets.UTF_8);

      EventList list = readBoth(body);
      assertThat(texts(list)).as("seed %d", seed).isEqualTo(expected);
      assertThat(list.ackId()).as("seed %d", seed).isEqualTo(Long.toString(seed));
      int length = 1 + random.nextInt(body.length - 1);
      assertThat(read(Arrays.copyOf(body, length))).as("seed %d, %d bytes", seed, length).isNull();
    }
  }

  private static String mutant(List<ObjectNode> samples, Random random) {
    return EventMutation.of(samples.get(random.nextInt(samples.size())), random).json();
  }

  private static String spaced(List<String> parts, Random random) {
    return parts.stream()
        .map(part -> space(random) + part + space(random))
        .collect(Collectors.joining(","));
  }

  private static String space(Random random) {
    return List.of("", "", "", " ", "\r\n", "\t ").get(random.nextInt(6));
  }

  @Test
  @Tag("invariant-12")
  void invariant12CountsAtLeast1024BytesPerEventAfter10000Events() throws Exception {
    String large = "\"" + "x".repeat(1_022) + "\"";
    byte[] many = list("1,".repeat(10_000) + "1,1," + large);
    long counted = many.length + 2 * 1_023L;
    assertThat(EventList.read(many, counted).events()).hasSize(10_003);
    assertThat(readOf(many, counted, false).events()).hasSize(10_003);
    assertThat(readOf(many, counted, true).events()).hasSize(10_003);
    List<Reading> tooMany =
        List.of(
            () -> EventList.read(many, counted - 1),
            () -> readOf(many, counted - 1, false),
            () -> readOf(many, counted - 1, true));
    for (Reading reading : tooMany) {
      assertThatThrownBy(reading::read)
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
  @Tag("invariant-12")
  void invariant12LimitsMappedSizeOfResponse() throws Exception {
    String most =
        "{'payload':{'roomCreated':{'stream':{'recipientTenantIds':["
            + "1,".repeat(9_995)
            + "1]}}}}";
    String events = (most + ",").repeat(100);
    EventMapper mapper = new EventMapper();
    byte[] within = list(events.substring(0, events.length() - 1));
    assertThat(misfits(within, mapper)).hasSize(100).containsOnlyNulls();
    byte[] beyond = list(events + "{'id':'beyond'}");
    List<MappedEvent> mapped = EventList.read(beyond, beyond.length, mapper).mapped();
    assertThat(mapped.subList(0, 100)).allMatch(event -> event.mappingError() == null);
    assertThat(mapped.get(100).isReadable()).isFalse();
    byte[] next = list("{'id':'next'}");
    assertThat(EventList.read(next, next.length, mapper).mapped().get(0).id()).isEqualTo("next");
    // Where no struct is kept, there is nothing to bound.
    byte[] kept = list(events + most);
    assertThat(EventList.read(kept, kept.length, EventMapper.ofIdentifiers()).mapped())
        .hasSize(101)
        .allMatch(MappedEvent::isReadable);
  }

  @Test
  @Tag("invariant-12")
  void invariant12RejectsAckIdOfMoreThan8192Characters() throws Exception {
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
    return Fixtures.utf8("{'events':[1],'ackId':'" + ackId + "'}");
  }

  private static byte[] list(String events) {
    return Fixtures.utf8("{'events':[" + events + "],'ackId':'a'}");
  }

  private static EventList readOf(byte[] body, long maxBytes, boolean identifiers)
      throws MalformedEventListException {
    return EventList.read(
        body, maxBytes, identifiers ? EventMapper.ofIdentifiers() : new EventMapper());
  }

  private interface Reading {
    EventList read() throws MalformedEventListException;
  }

  /** Reads an answer, after it was seen to be the same whether or not all of it is wanted. */
  private static EventList readBoth(byte[] body) throws MalformedEventListException {
    assertThat(outcome(body, false)).isEqualTo(outcome(body, true));
    assertThat(outcome(() -> EventList.read(body, Long.MAX_VALUE)))
        .isEqualTo(outcome(() -> readOf(body, Long.MAX_VALUE, false)));
    return EventList.read(body, Long.MAX_VALUE, new EventMapper());
  }

  private static String outcome(byte[] body, boolean identifiers) {
    try {
      EventList list = readOf(body, Long.MAX_VALUE, identifiers);
      return list.ackId()
          + " "
          + texts(list)
          + list.mapped().stream().map(event -> event.id() + event.isReadable()).toList();
    } catch (MalformedEventListException refused) {
      return refused.getMessage();
    }
  }

  private static String outcome(Reading reading) {
    try {
      EventList list = reading.read();
      return list.ackId() + " " + texts(list);
    } catch (MalformedEventListException refused) {
      return refused.getMessage();
    }
  }

  /** Returns the texts of the events, or null if the response is rejected. */
  private static List<String> read(byte[] body) {
    try {
      return texts(readBoth(body));
    } catch (MalformedEventListException refused) {
      return null;
    }
  }

  private static List<String> texts(EventList list) {
    return list.events().stream().map(RawEvent::text).toList();
  }
}
