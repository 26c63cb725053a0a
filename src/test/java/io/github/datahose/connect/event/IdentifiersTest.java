// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.datahose.connect.event.Identifiers.Part;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/**
 * What is found of an event of which no more is wanted. That it is the same as of one that is
 * mapped, {@link MappingPropertyTest} shows for mutants of all kinds.
 */
class IdentifiersTest {

  @Test
  void findsIdentifiersAtAnyPosition() {
    Identifiers found =
        found(
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
  void placesEachPartInSchema() {
    Set<Part> placed = EnumSet.noneOf(Part.class);
    collect(SchemaLayout.IDENTIFYING, placed);
    assertThat(placed).containsExactlyInAnyOrder(Part.values());
  }

  private static void collect(SchemaLayout layout, Set<Part> placed) {
    for (int i = 0; i < layout.size(); i++) {
      SchemaLayout.Place place = layout.place(i);
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
  void prefersMessageSentOverOtherPayloads() {
    assertThat(EventSchemas.PAYLOAD_TYPES.get(0).property()).isEqualTo("messageSent");
  }

  @Test
  void definesNoPayloadWithStreamAndMessage() {
    for (EventSchemas.PayloadType type : EventSchemas.PAYLOAD_TYPES) {
      assertThat(type.schema().field("stream") != null && type.schema().field("message") != null)
          .as(type.property())
          .isFalse();
    }
  }

  /** A large one or one that is odd in what is skipped as well. */
  @ParameterizedTest
  @CsvFileSource(resources = "/event-rows/odd-events.csv", delimiter = '|', quoteCharacter = '`')
  void returnsIdentifiersOfStructForUnusualEvents(String odd) {
    RawEvent json = Fixtures.json(odd);
    MappedEvent some = Fixtures.identified(json);
    MappedEvent whole = new EventMapper().map(json);
    assertThat(said(some)).isEqualTo(said(whole));
    assertThat(some.isIdentityDoubtful()).isEqualTo(whole.isIdentityDoubtful());
    assertThat(some.isObject()).isEqualTo(whole.isObject());
    assertThat(some.isReadable()).isEqualTo(whole.isReadable());
  }

  private static Map<Part, Object> said(MappedEvent event) {
    Map<Part, Object> said = new EnumMap<>(Part.class);
    for (Part part : Part.values()) {
      if (event.identifiers().has(part)) {
        boolean number = part == Part.TIMESTAMP || part == Part.INITIATOR;
        said.put(
            part,
            part.isFlag()
                ? true
                : number ? event.identifiers().number(part) : event.identifiers().text(part));
      }
    }
    return said;
  }

  @Test
  void prefersFirstPayloadOfSchema() {
    String sent = "'messageSent':{'message':{'messageId':'m','stream':{'streamId':'s'}}}";
    String created = "'roomCreated':{'stream':{'streamId':'r'}}";
    for (String both : List.of(sent + "," + created, created + "," + sent)) {
      Identifiers found = found("{'payload':{" + both + "}}");
      assertThat(found.text(Part.STREAM_ID)).isEqualTo("s");
      assertThat(found.text(Part.INNER_MESSAGE_ID)).isEqualTo("m");
    }
    assertThat(found("{'payload':{'messageSent':{}," + created + "}}").has(Part.STREAM_ID))
        .isFalse();
  }

  @Test
  void createsNoStruct() {
    MappedEvent identified = Fixtures.identified(Fixtures.json("{'id':'a'}"));
    assertThat(identified.id()).isEqualTo("a");
    assertThatThrownBy(identified::struct).isInstanceOf(IllegalStateException.class);
  }

  private Identifiers found(String event) {
    return Fixtures.identified(Fixtures.json(event)).identifiers();
  }
}
