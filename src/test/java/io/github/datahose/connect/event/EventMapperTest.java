// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.connect.data.Struct;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventMapperTest {

  private final EventMapper mapper = new EventMapper();

  @ParameterizedTest
  @CsvFileSource(
      resources = "/event-rows/mapping-errors.csv",
      delimiter = '|',
      quoteCharacter = '`')
  void reportsWhatStructOmits(String why, String json, String pointer) {
    MappedEvent event = map(json);
    assertThat(event.mappingError()).isEqualTo(pointer == null ? null : Fixtures.quoted(pointer));
    assertThat(event.hasFieldOfWrongType()).isEqualTo(why.equals("wrong type"));
    assertThat(event.isObject()).isEqualTo(!List.of("no object", "broken").contains(why));
    assertThat(event.isReadable()).isEqualTo(!List.of("broken", "beyond the limits").contains(why));
    if (!event.isObject() || !event.isReadable()) {
      assertThat(event.struct()).isEqualTo(new Struct(EventSchemas.EVENT));
    }
  }

  @Test
  void keepsMappedFieldsBesideUnmappedFields() {
    Struct event =
        map("""
            {'id':7,'messageId':'m','type':'NEW','payload':{'x':{'y':[1]},'roomCreated':{'stream':
            {'streamId':'s','recipientTenantIds':[1,'2',null,3],'members':[null,{'userId':9,'email':0}]}}}}
            """)
            .struct();
    String mapped =
        """
        {'messageId':'m','type':'NEW','payload':{'roomCreated':{'stream':
        {'streamId':'s','recipientTenantIds':[1,3],'members':[{'userId':9}]}}}}
        """;
    assertThat(StructTree.of(event)).isEqualTo(StructTree.parse(Fixtures.quoted(mapped)));
    event.validate();
  }

  @Test
  void keepsFirstOfDuplicateFieldsAndOmitsTextWithLoneSurrogate() {
    assertThat(map("{'id':'first','id':'second'}").id()).isEqualTo("first");
    assertThat(map("{'id':'a\\ud83d'}").id()).isNull();
  }

  @Test
  void keepsFreeObjectsAsWritten() throws Exception {
    String form = "{ \"b\" : \"\\u00e9é\",\n\"a\":1.50,\"a\":{\"c\":[1,\t2]} }";
    byte[] answer =
        Fixtures.utf8(
            "{'events':[{},{'payload':{'symphonyElementsAction':{'formId':'é','formValues': "
                + form
                + " ,'formMessageId':'m'}}}]}");
    MappedEvent event = EventList.read(answer, Long.MAX_VALUE, mapper).mapped().get(1);
    Struct payload = event.struct().getStruct(EventSchemas.PAYLOAD);
    Struct action = payload.getStruct("symphonyElementsAction");
    assertThat(action.getString("formValues")).isEqualTo(form);
    assertThat(action.getString("formMessageId")).isEqualTo("m");
  }

  @Test
  void mapsTextOfManyMegabytes() {
    String text = "é".repeat(5_000_000);
    assertThat(map("{'id':'" + text + "'}").id()).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "C3", // cut off
        "80", // a continuation alone
        "C080", // overlong
        "E08080", // overlong
        "EDA080", // a surrogate
        "F4908080", // above U+10FFFF
        "FF"
      })
  void deliversOnlyRawWhenEventIsNotUtf8(String hex) {
    for (String place :
        List.of("{'id':'@'}", "{'a':'@'}", "{'@':1}", "{'id':'aaaaaaaaaaa@bbbbbbbbbbbb'}")) {
      String whole = HexFormat.of().formatHex(Fixtures.utf8(place)).replace("40", hex);
      RawEvent json = Fixtures.json(HexFormat.of().parseHex(whole));
      assertThatNothingIsMapped(mapper.map(json), true);
      assertThat(json.text()).contains("\uFFFD");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\0\0\0", "{\0}\0", "\0{\0}", "\0\0\0{", "\uFEFF{}"})
  void detectsNoOtherEncodingFromZeroBytesOrMark(String json) {
    assertThatNothingIsMapped(map(json), false);
  }

  @Test
  void findsEndOfEventWhateverFollows() {
    for (String after : List.of("", "x", "{}", ",", "\u00ff", "\0")) {
      byte[] body = Fixtures.quoted("xx{'id':'a'}" + after).getBytes(StandardCharsets.ISO_8859_1);
      for (EventMapper each : List.of(new EventMapper(), EventMapper.ofIdentifiers())) {
        EventMapper.Found found = each.eventAt(body, 2);
        assertThat(found.json().offset()).isEqualTo(2);
        assertThat(found.json().text()).isEqualTo(Fixtures.quoted("{'id':'a'}"));
        assertThat(found.event().id()).isEqualTo("a");
      }
    }
  }

  @Test
  void findsNoEventWhenEndIsMissing() {
    byte[] event = Fixtures.utf8("{'id':'a','b':[1,{'c':null}]}");
    for (int length = 1; length < event.length; length++) {
      assertThat(mapper.eventAt(Arrays.copyOf(event, length), 0)).isNull();
    }
  }

  @Test
  void returnsTimestampOfEvent() {
    assertThat(map("{'timestamp':1718100056673}").timestamp()).isEqualTo(1718100056673L);
    assertThat(map("{}").timestamp()).isNull();
  }

  @Test
  @Tag("invariant-2")
  void invariant2ReleasesBodyAfterMapping() throws Exception {
    byte[] body = Fixtures.bytes("responses", "events-read.200.batch.json").clone();
    MappedEvent event = EventList.read(body, Long.MAX_VALUE, mapper).mapped().get(0);
    WeakReference<byte[]> reference = new WeakReference<>(body);
    body = null;
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              System.gc();
              return reference.get() == null;
            });
    assertThat(event.id()).isEqualTo("0Eyf2e");
  }

  @Test
  void reportsTextBeyondParserLimitWhenMappingOnlyIdentifiers() throws Exception {
    String event =
        "{'type':'MESSAGESENT','payload':{'messageSent':{'message':{'message':'%s'}}}}"
            .formatted("x".repeat(20_000_001));
    assertThat(map(event).isReadable()).isFalse();
    byte[] answer = Fixtures.utf8("{'events':[" + event + "]}");
    EventMapper identifiers = EventMapper.ofIdentifiers();
    MappedEvent identified = EventList.read(answer, Long.MAX_VALUE, identifiers).mapped().get(0);
    assertThat(identified.isReadable()).isFalse();
  }

  @Test
  void keepsNoStructOfLargeEventWhenMappingOnlyIdentifiers() throws Exception {
    byte[] answer =
        Fixtures.utf8(
            "{'events':[{'id':'a','diagnostic':'d','payload':{'messageSent':{}},'unknown':["
                + "1,".repeat(20_000)
                + "1]}]}");
    EventMapper identifiers = EventMapper.ofIdentifiers();
    MappedEvent event = EventList.read(answer, Long.MAX_VALUE, identifiers).mapped().get(0);
    assertThat(event.isReadable()).isTrue();
    assertThat(event.id()).isEqualTo("a");
    assertThat(event.identifiers().has(Identifiers.Part.DIAGNOSTIC)).isTrue();
    assertThatThrownBy(event::struct).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void releasesStructOfEventWithoutStruct() {
    MappedEvent whole = map("{'id':'a','payload':{'messageSent':{'message':{}}}}");
    WeakReference<Struct> payload =
        new WeakReference<>(whole.struct().getStruct(EventSchemas.PAYLOAD));
    MappedEvent event = whole.withoutStruct();
    whole = null;
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              System.gc();
              return payload.get() == null;
            });
    assertThat(event.identifiers().has(Identifiers.Part.SENT_MESSAGE)).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'payload':{'roomCreated':{'stream':{'members':[*]}}}}            | {}  | 4",
        "{'payload':{'roomCreated':{'stream':{'recipientTenantIds':[*]}}}} | 1   | 4",
        "{'payload':{'symphonyElementsAction':{'formValues':{'a':[*]}}}}   | 'x' | 4",
        "{'payload':{'symphonyElementsAction':{'formValues':{'a':[*]}}}}   | {}  | 4",
      })
  @Tag("invariant-12")
  void invariant12MapsEventToAtMost10000ObjectsAndElements(
      String event, String element, int others) {
    int most = 10_000 - others;
    assertThat(map(many(event, element, most)).mappingError()).isNull();
    assertThatNothingIsMapped(many(event, element, most + 1), true);
    assertThat(map("{'id':'after'}").id()).isEqualTo("after");
  }

  @Test
  @Tag("invariant-12")
  void invariant12LimitsTokensOfSkippedFields() {
    String event = "{'type':'ROOMCREATED','unknown':[*]}";
    assertThat(map(many(event, "{}", 400_000)).mappingError()).isEqualTo("/unknown");
    assertThatNothingIsMapped(many(event, "{}", 500_000), true);
  }

  @Test
  @Tag("invariant-12")
  void invariant12LimitsMappedSizeOfResponse() {
    String event = many("{'payload':{'roomCreated':{'stream':{'members':[*]}}}}", "{}", 9_996);
    mapper.beginAnswer(new byte[0], 64L * 1_000_000);
    for (int i = 0; i < 100; i++) {
      assertThat(map(event).mappingError()).isNull();
    }
    assertThatNothingIsMapped("{'id':'beyond'}", true);
    mapper.beginAnswer(new byte[0], 1);
    assertThat(map("{'id':'next answer'}").mappingError()).isNull();
  }

  private static String many(String event, String element, int times) {
    return event.replace("*", (element + ",").repeat(times - 1) + element);
  }

  @Test
  @Tag("invariant-12")
  void invariant12DoesNotKeepEveryFieldName() {
    long before = usedMemory();
    for (int i = 0; i < 1_000; i++) {
      int event = i;
      map(
          IntStream.range(0, 20)
              .mapToObj(name -> "'" + event + "-" + name + "n".repeat(900) + "':1")
              .collect(Collectors.joining(",", "{", "}")));
    }
    // 20,000 names of 900 characters came by: over 35 MB with their hashes, were they kept.
    assertThat(usedMemory() - before).isLessThan(25_000_000);
    assertThat(map("{'id':'i'}").id()).isEqualTo("i");
  }

  private static long usedMemory() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private void assertThatNothingIsMapped(String json, boolean object) {
    assertThatNothingIsMapped(map(json), object);
  }

  private static void assertThatNothingIsMapped(MappedEvent event, boolean object) {
    assertThat(event.mappingError()).isEqualTo("/");
    assertThat(event.isReadable()).isFalse();
    assertThat(event.isObject()).isEqualTo(object);
    assertThat(event.hasFieldOfWrongType()).isFalse();
    assertThat(event.struct()).isEqualTo(new Struct(EventSchemas.EVENT));
  }

  private MappedEvent map(String json) {
    return mapper.map(Fixtures.json(json));
  }
}
