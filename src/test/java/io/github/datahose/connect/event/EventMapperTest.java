// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import org.apache.kafka.connect.data.Struct;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventMapperTest {

  private final EventMapper mapper = new EventMapper();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'id':5}                                             | /id",
        "{'id':true}                                          | /id",
        "{'id':{'a':1}}                                       | /id",
        "{'id':['a']}                                         | /id",
        "{'type':{}}                                          | /type",
        "{'timestamp':'1718100056673'}                        | /timestamp",
        "{'timestamp':1718100056673.0}                        | /timestamp",
        "{'timestamp':1e3}                                    | /timestamp",
        "{'timestamp':9223372036854775808}                    | /timestamp",
        "{'timestamp':-9223372036854775809}                   | /timestamp",
        "{'timestamp':[1]}                                    | /timestamp",
        "{'initiator':'Avery'}                                | /initiator",
        "{'initiator':[]}                                     | /initiator",
        "{'initiator':{'user':{'userId':1.5}}}                | /initiator/user/userId",
        "{'initiator':{'user':{'userId':false}}}              | /initiator/user/userId",
        "{'payload':[{}]}                                     | /payload",
        "{'payload':{'messageSent':{'message':{'silent':'true'}}}} | /payload/messageSent/message/silent",
        "{'payload':{'messageSent':{'message':{'silent':1}}}}  | /payload/messageSent/message/silent",
        "{'payload':{'messageSent':{'message':{'data':{}}}}}   | /payload/messageSent/message/data",
        "{'payload':{'messageSent':{'message':{'attachments':{}}}}} | /payload/messageSent/message/attachments",
        "{'payload':{'messageSent':{'message':{'attachments':[{},null]}}}} | /payload/messageSent/message/attachments/1",
        "{'payload':{'messageSent':{'message':{'attachments':[{},{'images':[{},{},{'id':7}]}]}}}} | /payload/messageSent/message/attachments/1/images/2/id",
        "{'payload':{'roomCreated':{'stream':{'recipientTenantIds':[1,'2',3]}}}} | /payload/roomCreated/stream/recipientTenantIds/1",
        "{'payload':{'roomCreated':{'stream':{'recipientTenantIds':[null]}}}} | /payload/roomCreated/stream/recipientTenantIds/0",
        "{'payload':{'roomCreated':{'stream':{'members':[[]]}}}} | /payload/roomCreated/stream/members/0",
        "{'payload':{'symphonyElementsAction':{'formValues':'a'}}} | /payload/symphonyElementsAction/formValues",
        "{'payload':{'symphonyElementsAction':{'formValues':[1]}}} | /payload/symphonyElementsAction/formValues",
        "{'payload':{'genericSystemEvent':{'parameters':1}}}   | /payload/genericSystemEvent/parameters",
      })
  void tellsAKnownFieldOfTheWrongType(String json, String pointer) {
    MappedEvent event = map(json);
    assertThat(event.mappingError()).isEqualTo(pointer);
    assertThat(event.hasFieldOfWrongType()).isTrue();
    assertThat(event.isObject()).isTrue();
    assertThat(event.isReadable()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'a':1}                                        | /a",
        "{'a':''}                                       | /a",
        "{'a':{}}                                       | /a",
        "{'a':[null]}                                   | /a",
        "{'ID':'x'}                                     | /ID",
        "{'raw':'x'}                                    | /raw",
        "{'a/b~c':1}                                    | /a~1b~0c",
        "{'':1}                                         | /",
        "{'initiator':{'user':{'userName':'x'}}}        | /initiator/user/userName",
        "{'payload':{'messageSent':{'message':{'text':'x'}}}} | /payload/messageSent/message/text",
        "{'payload':{'messageSent':{'message':{'sharedMessage':{'text':'x'}}}}} | /payload/messageSent/message/sharedMessage/text",
        "{'payload':{'messageSent':{'message':{'sharedMessage':{'sharedMessage':{}}}}}} | /payload/messageSent/message/sharedMessage/sharedMessage",
        "{'payload':{'sharedPost':{'sharedMessage':{'sharedMessage':{}}}}} | /payload/sharedPost/sharedMessage/sharedMessage",
        "{'payload':{'messageReactionAdded':{}}}        | /payload/messageReactionAdded",
        "{'type':'MESSAGEREACTIONADDED'}                | /type",
        "{'type':''}                                    | /type",
        "{'type':'messagesent'}                         | /type",
        "{'type':'MESSAGE_SENT','x':1}                  | /type",
        "{'x':1,'type':'MESSAGE_SENT'}                  | /x",
      })
  void tellsWhatItDoesNotKnow(String json, String pointer) {
    MappedEvent event = map(json);
    assertThat(event.mappingError()).isEqualTo(pointer);
    assertThat(event.hasFieldOfWrongType()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'id':'a','id':'a'}                              | /id",
        "{'id':null,'id':'a'}                             | /id",
        "{'id':'a','\\u0069d':null}                       | /id",
        "{'payload':{'roomCreated':{}},'payload':{'x':1}} | /payload",
        "{'initiator':{'user':{'userId':1,'userId':2}}}   | /initiator/user/userId",
        "{'id':'a\\ud83d'}                                | /id",
        "{'id':'\\udc4d\\ud83d'}                          | /id",
        "{'id':'\\uD83Dx'}                                | /id",
        "{'type':'\\ud83d'}                               | /type",
      })
  void tellsWhatIsAmbiguous(String json, String pointer) {
    MappedEvent event = map(json);
    assertThat(event.mappingError()).isEqualTo(pointer);
    assertThat(event.hasFieldOfWrongType()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        " {}",
        "{'id':null,'a':null,'raw':null,'type':null,'initiator':null}",
        "{'type':'MESSAGESENT','payload':{'roomCreated':{'stream':{}}}}",
        "{'payload':{'messageSent':{'message':{'sharedMessage':{'sharedMessage':null}}}}}",
        "{'payload':{'messageSent':{'message':{'attachments':[]},'stream':null}}}",
        "{'payload':{'symphonyElementsAction':{'formValues':{'a':1,'a':'\\ud83d','b':[null,1e99]}}}}",
        "{'id':'\\ud83d\\udc4d \\\\ud83d \\u0000 \\uFFFF'}",
        "{'timestamp':-9223372036854775808,'initiator':{'user':{'userId':9223372036854775807}}}"
      })
  void hasNothingToTellWhenTheStructSaysItAll(String json) {
    assertThat(map(json).mappingError()).isNull();
  }

  @Test
  void keepsWhatDidMapBesideWhatDidNot() {
    Struct event =
        map("""
            {'id':7,'messageId':'m','type':'NEW','payload':{'x':{'y':[1]},'roomCreated':{'stream':
            {'streamId':'s','recipientTenantIds':[1,'2',null,3],'members':[null,{'userId':9,'email':0}]}}}}
            """)
            .struct();
    assertThat(StructText.of(event))
        .isEqualTo(
            """
            Event
              messageId = "m"
              type = "NEW"
              payload: Payload
                roomCreated: RoomCreated
                  stream: Stream
                    streamId = "s"
                    members: list
                      - User
                        userId = 9
                    recipientTenantIds = [1, 3]
            """);
    event.validate();
  }

  @Test
  void keepsTheFirstOfAFieldThatStandsThereTwice() {
    assertThat(map("{'id':'first','id':'second'}").id()).isEqualTo("first");
  }

  @Test
  void leavesATextWithALoneSurrogateOutRatherThanEmpty() {
    assertThat(map("{'id':'a\\ud83d'}").id()).isNull();
  }

  @Test
  void leavesFreeObjectsAsTheyWereWritten() {
    String form = "{ \"b\" : \"\\u00e9é\",\n\"a\":1.50,\"a\":{\"c\":[1,\t2]} }";
    String answer =
        "{\"events\":[{},{\"payload\":{\"symphonyElementsAction\":{\"formId\":\"é\",\"formValues\": "
            + form
            + " ,\"formMessageId\":\"m\"}}}]}";
    EventJson json = events(answer).events().get(1);
    Struct payload = mapper.map(json).struct().getStruct(EventSchemas.PAYLOAD);
    Struct action = payload.getStruct("symphonyElementsAction");
    assertThat(action.getString("formValues")).isEqualTo(form);
    assertThat(action.getString("formMessageId")).isEqualTo("m");
  }

  @Test
  void says200LevelsButNot201() {
    assertThat(map("{'a':" + "[".repeat(199) + "]".repeat(199) + "}").mappingError())
        .isEqualTo("/a");
    assertThatNothingIsMapped("{'id':'i','a':" + "[".repeat(200) + "]".repeat(200) + "}", true);
  }

  @ParameterizedTest
  @ValueSource(ints = {1_001, 100_000})
  void deliversRawAloneWhenATokenIsOverTheLimits(int length) {
    assertThatNothingIsMapped("{'id':'i','a':" + "1".repeat(length) + "}", true);
    assertThatNothingIsMapped("{'id':'i','" + "n".repeat(length + 100) + "':1}", true);
  }

  @Test
  void deliversRawAloneWhenANameHoldsALoneSurrogate() {
    assertThatNothingIsMapped("{'id':'i','a\\ud83d':1}", false);
  }

  @Test
  void mapsATextOfManyMegabytes() {
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
  void deliversRawAloneWhenItIsNoUtf8(String hex) {
    byte[] bad = HexFormat.of().parseHex(hex);
    for (String place :
        new String[] {"{'id':'@'}", "{'a':'@'}", "{'@':1}", "{'id':'aaaaaaaaaaa@bbbbbbbbbbbb'}"}) {
      int at = place.indexOf('@');
      byte[] before = place.substring(0, at).replace('\'', '"').getBytes(StandardCharsets.UTF_8);
      byte[] after = place.substring(at + 1).replace('\'', '"').getBytes(StandardCharsets.UTF_8);
      byte[] whole = new byte[before.length + bad.length + after.length];
      System.arraycopy(before, 0, whole, 0, before.length);
      System.arraycopy(bad, 0, whole, before.length, bad.length);
      System.arraycopy(after, 0, whole, before.length + bad.length, after.length);
      EventJson json = Fixtures.json(whole);
      assertThatNothingIsMapped(mapper.map(json), true);
      assertThat(json.text()).contains("\uFFFD");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "5",
        "'a'",
        "true",
        "nul",
        "[{}]",
        "null",
        "x",
        "{",
        "{'id':'a'",
        "{} {}",
        "{'id':'a'}}",
        "\uFEFF{}"
      })
  void tellsWhatIsNoJsonObject(String json) {
    MappedEvent event = map(json);
    assertThat(event.isObject()).isFalse();
    assertThat(event.mappingError()).isEqualTo("/");
    assertThat(event.struct()).isEqualTo(new Struct(EventSchemas.EVENT));
  }

  @Test
  void doesNotTakeZeroBytesForAnotherEncoding() {
    for (String json : new String[] {"{\0\0\0", "{\0}\0", "\0{\0}", "\0\0\0{"}) {
      assertThat(map(json).isObject()).isFalse();
    }
  }

  @Test
  void cutsAndCleansNamesInPointers() {
    assertThat(map("{'" + "n".repeat(101) + "':1}").mappingError())
        .isEqualTo("/" + "n".repeat(100) + "…");
    assertThat(map("{'a" + "👍".repeat(50) + "':1}").mappingError())
        .isEqualTo("/a" + "👍".repeat(49) + "\uFFFD…");
    assertThat(map("{'a\\n\\u2028\\u202e\\ud83d\\udc4d':1}").mappingError())
        .isEqualTo("/a\uFFFD\uFFFD\uFFFD👍");
  }

  @Test
  void answersWhatRecordsNeed() {
    MappedEvent event =
        map("{'id':'i','messageId':'m','type':'ROOMCREATED','timestamp':1718100056673}");
    assertThat(event.id()).isEqualTo("i");
    assertThat(event.messageId()).isEqualTo("m");
    assertThat(event.type()).isEqualTo("ROOMCREATED");
    assertThat(event.timestamp()).isEqualTo(1718100056673L);
    assertThat(map("{}").timestamp()).isNull();
  }

  @Test
  void invariant2TheResultDoesNotKeepTheBodyAlive() throws Exception {
    byte[] body = Fixtures.bytes("responses", "events-read.200.batch.json").clone();
    MappedEvent event = mapper.map(EventList.read(body, Long.MAX_VALUE).events().get(0));
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
  void aTextOverTheParsersLimitIsSeenAlsoByWhoWantsIdentifiersOnly() throws Exception {
    String text = "x".repeat(20_000_001);
    EventJson json =
        Fixtures.json(
            "{\"type\":\"MESSAGESENT\",\"payload\":{\"messageSent\":{\"message\":{\"message\":\""
                + text
                + "\"}}}}");
    assertThat(mapper.map(json).isReadable()).isFalse();
    String answer = "{\"events\":[" + json.text() + "]}";
    EventJson scanned =
        EventList.readIdentifiers(answer.getBytes(StandardCharsets.UTF_8), Long.MAX_VALUE)
            .events()
            .get(0);
    assertThat(mapper.map(scanned).isReadable()).isFalse();
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
  void invariant12MapsAnEventToAtMost10000ObjectsAndArrayElements(
      String event, String element, int others) {
    int most = 10_000 - others;
    assertThat(map(many(event, element, most)).mappingError()).isNull();
    assertThatNothingIsMapped(many(event, element, most + 1), true);
    assertThat(map("{'id':'after'}").id()).isEqualTo("after");
  }

  @Test
  void invariant12CountsNothingOfWhatIsSkippedButBoundsItsTokens() {
    String event = "{'type':'ROOMCREATED','unknown':[*]}";
    assertThat(map(many(event, "{}", 400_000)).mappingError()).isEqualTo("/unknown");
    assertThatNothingIsMapped(many(event, "{}", 500_000), true);
  }

  @Test
  void invariant12BoundsWhatTheEventsOfAnAnswerAreMappedToTogether() {
    String event = many("{'payload':{'roomCreated':{'stream':{'members':[*]}}}}", "{}", 9_996);
    mapper.beginAnswer(1);
    for (int i = 0; i < 100; i++) {
      assertThat(map(event).mappingError()).isNull();
    }
    assertThatNothingIsMapped("{'id':'beyond'}", true);
    mapper.beginAnswer(1);
    assertThat(map("{'id':'next answer'}").mappingError()).isNull();
  }

  private static String many(String event, String element, int times) {
    return event.replace("*", (element + ",").repeat(times - 1) + element);
  }

  @Test
  void invariant12DoesNotRememberEveryFieldNameItHasSeen() {
    long before = usedMemory();
    String padding = "n".repeat(900);
    for (int i = 0; i < 1_000; i++) {
      StringBuilder json = new StringBuilder("{");
      for (int j = 0; j < 20; j++) {
        json.append(j > 0 ? "," : "")
            .append("\"")
            .append(i)
            .append('-')
            .append(j)
            .append(padding)
            .append("\":1");
      }
      mapper.map(Fixtures.json(json.append('}').toString()));
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

  private static EventList events(String answer) {
    try {
      return EventList.read(answer.getBytes(StandardCharsets.UTF_8), Long.MAX_VALUE);
    } catch (MalformedEventListException e) {
      throw new AssertionError(e);
    }
  }

  private MappedEvent map(String json) {
    return mapper.map(Fixtures.json(json.replace('\'', '"')));
  }
}
