// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The short way finds what the long one would, and leaves to the long one what is odd. That both
 * agree on mutants of all kinds, {@link MappingPropertyTest} shows.
 */
class EventScanTest {

  @Test
  void everySampleTakesTheShortWay() {
    for (String name : Fixtures.eventNames()) {
      assertThat(EventScan.identifiersOf(Fixtures.event(name))).as(name).isNotNull();
    }
  }

  @Test
  void findsIdentifiersWhereverTheyStandAndNothingElse() {
    Struct event =
        scan(
            "{ 'type' : 'MESSAGESENT','id':'i','messageId':'é','timestamp':-5,'new':[{'id':'other'},1.5e-3,true],"
                + "'initiator':{'user':{'userId':12,'email':'a@b'}},'payload':{'messageSent':{'message':{"
                + "'message':'a\\\"b\\u00e9','messageId':null,'stream':{'streamId':'s','roomName':'r'},"
                + "'sharedMessage':{'diagnostic':'d'}}}}}");
    assertThat(StructTree.of(event))
        .isEqualTo(
            StructTree.parse(
                quoted(
                    "{'type':'MESSAGESENT','id':'i','messageId':'é','timestamp':-5,'initiator':{'user':{'userId':12}},"
                        + "'payload':{'messageSent':{'message':{'stream':{'streamId':'s'},'sharedMessage':{'diagnostic':'d'}}}}}")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // No JSON.
        "",
        "{",
        "{'a'}",
        "{'a':}",
        "{'a':1,}",
        "{'a':[1,]}",
        "{'a':01}",
        "{'a':1.}",
        "{'a':.5}",
        "{'a':+1}",
        "{'a':-}",
        "{'a':1e}",
        "{'a':nul}",
        "{'a':truex}",
        "{'a':'\t'}",
        "{'a':'\\x'}",
        "{'a':'\\u12g4'}",
        "{'a':'\\u12",
        "{'a':'b}",
        "{'a':{]}",
        "{'a':1}{}",
        "[]",
        "null",
        // Odd.
        "{'\\u0061':1}",
        "{'id':'\\u0061'}",
        "{'id':'a','id':'a'}",
        "{'id':1}",
        "{'timestamp':1.0}",
        "{'timestamp':1e3}",
        "{'timestamp':1234567890123456789}",
        "{'timestamp':'1'}",
        "{'initiator':[]}",
        "{'initiator':{'user':{'userId':'1'}}}",
        "{'payload':{'messageSent':{'message':'text'}}}",
        "{'payload':{'messageSent':{'message':{'message':{}}}}}",
        "{'payload':{'messageSent':{'message':{'message':'a','message':'b'}}}}",
        "{'payload':{'connectionRequested':1}}",
        "{'a':'\\ud83d\\ude00'}",
      })
  void givesUpAtWhatIsNoJsonOrOdd(String event) {
    assertThat(scan(event)).isNull();
  }

  @Test
  void givesUpAtWhatAParserMayRefuse() {
    assertThat(scan("{'a':" + "1".repeat(101) + "}")).isNull();
    assertThat(scan("{'" + "a".repeat(501) + "':1}")).isNull();
    assertThat(scan("{'a':{'" + "a".repeat(501) + "':1}}")).isNull();
    assertThat(scan("{'a':" + "[".repeat(101) + "]".repeat(101) + "}")).isNull();
    assertThat(scan("{'a':" + "[".repeat(100_000) + "]".repeat(100_000) + "}")).isNull();
    assertThat(scan("{'a':'" + "b".repeat(20_000_000) + "'}")).isNull();
  }

  @Test
  void takesNoByteForTheEnd() {
    byte[] body = quoted("{'id':'a'}x").getBytes(StandardCharsets.UTF_8);
    body[body.length - 1] = (byte) 0xFF;
    assertThat(EventScan.identifiersOf(new EventJson(body, 0, body.length))).isNull();
  }

  @Test
  void staysWithinItsSlice() {
    byte[] body = quoted("{'id':'a'}").getBytes(StandardCharsets.UTF_8);
    for (int length = 0; length < body.length; length++) {
      assertThat(EventScan.identifiersOf(new EventJson(body, 0, length))).isNull();
    }
    assertThat(EventScan.identifiersOf(new EventJson(body, 0, body.length)).getString("id"))
        .isEqualTo("a");
  }

  private static Struct scan(String event) {
    byte[] body = quoted(event).getBytes(StandardCharsets.UTF_8);
    return EventScan.identifiersOf(new EventJson(body, 0, body.length));
  }

  private static String quoted(String json) {
    return json.replace('\'', '"');
  }
}
