// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordKeyTest {

  private static final Identity IDENTITY = Identity.readFrom(new byte[16], 0);
  private static final String HEX = "0".repeat(32);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'payload':{'messageSent':{'message':{'stream':{'streamId':'s'}}}},'initiator':{'user':{'userId':7}}} | s",
        "{'payload':{'sharedPost':{'message':{'stream':{'streamId':'s'}},'sharedMessage':{'stream':{'streamId':'t'}}}}} | s",
        "{'payload':{'roomCreated':{'stream':{'streamId':'s'}}}} | s",
        "{'payload':{'messageSuppressed':{'messageId':'m','stream':{'streamId':'s'}}}} | s",
        "{'payload':{'roomCreated':{'stream':{'streamId':'a+b/c=='}}}} | a-b_c",
        "{'payload':{'roomCreated':{'stream':{'streamId':'a+b/c==1'}}}} | a-b_c1",
        "{'payload':{'roomCreated':{'stream':{'streamId':'r'}},'messageSent':{'message':{'stream':{'streamId':'s'}}}}} | s",
        "{'payload':{'roomCreated':{'stream':{'streamId':''}}},'initiator':{'user':{'userId':7}}} | 7",
        "{'payload':{'connectionRequested':{'toUser':{'userId':8}}},'initiator':{'user':{'userId':7}}} | 7",
        "{'payload':{'new':{'stream':{'streamId':'s'}}},'initiator':{'user':{'userId':-7}}} | -7",
      })
  void theStreamElseTheInitiator(String json, String key) {
    assertThat(RecordKey.STREAM.of(map(json), IDENTITY)).isEqualTo(key);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'messageId':'e','payload':{'messageSent':{'message':{'messageId':'m','initialMessageId':'i'}}}} | i",
        "{'messageId':'e','payload':{'messageSent':{'message':{'messageId':'m','initialMessageId':''}}}} | m",
        "{'messageId':'e','payload':{'messageSent':{'message':{}}}} | e",
        "{'messageId':'e','payload':{'sharedPost':{'message':{'messageId':'m'},'sharedMessage':{'messageId':'n'}}}} | m",
        "{'messageId':'e','payload':{'messageSuppressed':{'messageId':'m+/='}}} | m-_",
        "{'messageId':'e','payload':{'messageSuppressed':{}}} | e",
        "{'messageId':'e','payload':{'roomCreated':{}}} | e",
        "{'messageId':'e'} | e",
      })
  void theFirstVersionOfTheMessage(String json, String key) {
    assertThat(RecordKey.MESSAGE.of(map(json), IDENTITY)).isEqualTo(key);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "{'messageId':'==','payload':{'roomCreated':{'stream':{'streamId':'='}}}}"
      })
  void theIdentityWhenThereIsNoId(String json) {
    assertThat(RecordKey.STREAM.of(map(json), IDENTITY)).isEqualTo(HEX);
    assertThat(RecordKey.MESSAGE.of(map(json), IDENTITY)).isEqualTo(HEX);
  }

  @Test
  void anEndlessIdIsNone() {
    String json = "{'messageId':'" + "m".repeat(1_001) + "'}";
    assertThat(RecordKey.MESSAGE.of(map(json), IDENTITY)).isEqualTo(HEX);
    assertThat(RecordKey.MESSAGE.of(map(json.replace("mm'", "m'")), IDENTITY)).hasSize(1_000);
  }

  @Test
  void theValueKeepsTheIdAsItCame() {
    MappedEvent event = map("{'messageId':'a+b/c=='}");
    assertThat(RecordKey.MESSAGE.of(event, IDENTITY)).isEqualTo("a-b_c");
    assertThat(event.messageId()).isEqualTo("a+b/c==");
  }

  @Test
  void noneIsNull() {
    assertThat(RecordKey.NONE.of(map("{'messageId':'m'}"), IDENTITY)).isNull();
  }

  private static MappedEvent map(String json) {
    return new EventMapper().map(Fixtures.json(json.replace('\'', '"')));
  }
}
