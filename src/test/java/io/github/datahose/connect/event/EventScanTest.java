// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.datahose.connect.event.Identifiers.Part;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/**
 * The short way finds what the long one would, and leaves to the long one what is odd. That both
 * agree on mutants of all kinds, {@link MappingPropertyTest} shows.
 */
class EventScanTest {

  @Test
  void everySampleTakesTheShortWay() {
    for (String name : Fixtures.eventNames()) {
      RawEvent whole = Fixtures.event(name);
      RawEvent event = EventScan.eventAt(whole.body(), whole.offset());
      assertThat(event).as(name).isNotNull();
      assertThat(event.text()).as(name).isEqualTo(whole.text().strip());
    }
  }

  @Test
  void findsIdentifiersWhereverTheyStand() {
    Identifiers found =
        scan(
            "{ 'type' : 'MESSAGESENT','id':'i','messageId':'é','timestamp':-5,'new':[{'id':'other'},1.5e-3,true],"
                + "'initiator':{'user':{'userId':12,'email':'a@b'}},'payload':{'roomCreated':null,'messageSent':{'message':{"
                + "'message':'a\\\"b\\u00e9','messageId':null,'initialMessageId':'f','stream':{'streamId':'s','roomName':'r'},"
                + "'sharedMessage':{'diagnostic':'\\u0064','messageId':'n'}}}}}");
    assertThat(found.text(Part.TYPE)).isEqualTo("MESSAGESENT");
    assertThat(found.text(Part.ID)).isEqualTo("i");
    assertThat(found.text(Part.MESSAGE_ID)).isEqualTo("é");
    assertThat(found.number(Part.TIMESTAMP)).isEqualTo(-5);
    assertThat(found.number(Part.INITIATOR)).isEqualTo(12);
    assertThat(found.text(Part.STREAM_ID)).isEqualTo("s");
    assertThat(found.text(Part.INNER_INITIAL_MESSAGE_ID)).isEqualTo("f");
    assertThat(List.of(Part.CONTENT, Part.SENT_MESSAGE, Part.PROVISIONAL)).allMatch(found::has);
    assertThat(List.of(Part.DIAGNOSTIC, Part.INNER_MESSAGE_ID, Part.CONTENT_MESSAGE_ID))
        .noneMatch(found::has);
  }

  @Test
  void everyPartHasAPlaceInTheSchema() {
    Set<Part> placed = EnumSet.noneOf(Part.class);
    collect(SchemaLayout.IDENTIFYING, placed);
    assertThat(placed).containsExactlyInAnyOrder(Part.values());
  }

  private static void collect(SchemaLayout layout, Set<Part> placed) {
    for (SchemaLayout.Place place : layout.places()) {
      if (place.part() != null) {
        placed.add(place.part());
      }
      if (place.layout() != null) {
        collect(place.layout(), placed);
      }
    }
  }

  /** Else identities of events with two payloads would not outlive the upgrade. */
  @Test
  void messageSentIsTheFirstOfSeveralPayloads() {
    assertThat(EventSchemas.PAYLOAD_TYPES.get(0).property()).isEqualTo("messageSent");
  }

  @Test
  void noPayloadHasBothAStreamAndAMessage() {
    for (EventSchemas.PayloadType type : EventSchemas.PAYLOAD_TYPES) {
      assertThat(type.schema().field("stream") != null && type.schema().field("message") != null)
          .as(type.property())
          .isFalse();
    }
  }

  @ParameterizedTest
  @CsvFileSource(
      resources = "/event-rows/events-of-the-long-way.csv",
      delimiter = '|',
      quoteCharacter = '`')
  void givesUpAtWhatIsNoJsonOrOddOrLarge(String event) {
    assertThat(scan(event)).isNull();
  }

  @Test
  void keepsAnIdentifierOfAThousandCharacters() {
    String id = "a".repeat(1_000);
    assertThat(scan("{'id':'" + id + "'}").text(Part.ID)).isEqualTo(id);
  }

  @Test
  void handsItsFindingsOverOnce() {
    RawEvent event = EventScan.eventAt(Fixtures.utf8("{'id':'a'}"), 0);
    EventMapper mapper = new EventMapper();
    MappedEvent identified = mapper.map(event);
    assertThat(identified.id()).isEqualTo("a");
    assertThatThrownBy(identified::struct).isInstanceOf(IllegalStateException.class);
    assertThat(mapper.map(event).struct().getString("id")).isEqualTo("a");
  }

  @Test
  void endsWithTheEventWhateverFollows() {
    for (String after : List.of("", "x", "{}", ",", "\u00ff")) {
      byte[] body = Fixtures.quoted("xx{'id':'a'}" + after).getBytes(StandardCharsets.ISO_8859_1);
      assertThat(EventScan.eventAt(body, 2).text()).isEqualTo(Fixtures.quoted("{'id':'a'}"));
    }
  }

  @Test
  void isNoEventWhenItsEndIsMissing() {
    byte[] event = Fixtures.utf8("{'id':'a','b':[1,{'c':null}]}");
    for (int length = 0; length < event.length; length++) {
      assertThat(EventScan.eventAt(Arrays.copyOf(event, length), 0)).isNull();
    }
  }

  private static Identifiers scan(String event) {
    RawEvent found = EventScan.eventAt(Fixtures.utf8(event), 0);
    return found == null ? null : found.takeIdentifiers();
  }
}
