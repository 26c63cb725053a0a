// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityTest {

  private static final String MESSAGE =
      "{'type':'MESSAGESENT','messageId':'m','payload':{'messageSent':{'message':{'messageId':'m'}}}}";

  private final EventMapper mapper = new EventMapper();
  private final IdentityDigest digest = new IdentityDigest();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'id':'other','type':'MESSAGESENT','messageId':'m','payload':{'messageSent':{'message':{'messageId':'m'}}}}",
        "{'type':'MESSAGESENT','payload':{'messageSent':{'message':{'messageId':'m'}}}}",
        "{'type':'MESSAGESENT','messageId':'m','payload':{'messageSent':{'message':{}}}}",
        "{'type':'MESSAGESENT','messageId':'\\u006d','payload':{'messageSent':{'message':{'message':'x'}}}}",
        "{'type':'MESSAGESENT','messageId':'m','payload':{'messageSent':{'message':{'diagnostic':null}}},'new':1}",
        "{'type':'MESSAGESENT','messageId':'m','payload':{'messageSent':{'message':{}},'new':{'a':1}}}",
        "{'type':'MESSAGESENT','messageId':'m','payload':{'messageSent':{'message':{'silent':'true','attachments':[null]}}}}",
        "{'type':'MESSAGESENT','messageId':'m','payload':{'messageSent':{'message':{}},'roomCreated':{}}}",
        "{'type':'MESSAGESENT','messageId':'m','id':'a','id':'b','payload':{'messageSent':{'message':{}}}}"
      })
  void invariant6KnowsASentMessageByTypeAndMessageId(String json) {
    assertThat(identity(json)).isEqualTo(identity(MESSAGE));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // Other types.
        "{'type':'SHAREDPOST','messageId':'m','payload':{'sharedPost':{'message':{'messageId':'m'}}}}",
        "{'type':'ROOMCREATED','messageId':'m'}",
        "{'type':'messagesent','messageId':'m','payload':{'messageSent':{'message':{'messageId':'m'}}}}",
        "{'messageId':'m','payload':{'messageSent':{'message':{'messageId':'m'}}}}",
        // A better copy may follow.
        "{'type':'MESSAGESENT','diagnostic':'','messageId':'m','payload':{'messageSent':{'message':{}}}}",
        "{'type':'MESSAGESENT','messageId':'m','payload':{'messageSent':{'message':{'diagnostic':'d'}}}}",
        "{'type':'MESSAGESENT','messageId':'m','payload':{'messageSent':{'message':{'sharedMessage':{'diagnostic':'d'}}}}}",
        "{'type':'MESSAGESENT','messageId':'m','payload':{'messageSent':{'message':{'replacedBy':'n'}}}}",
        "{'type':'MESSAGESENT','messageId':'m','payload':{'messageSent':{'message':{'sharedMessage':{'replacedBy':'n'}}}}}",
        "{'type':'MESSAGESENT','messageId':'m','payload':{'messageSent':{}}}",
        "{'type':'MESSAGESENT','messageId':'m'}",
        // In doubt.
        "{'type':'MESSAGESENT','messageId':'m','payload':{'messageSent':{'message':{'messageId':'n'}}}}",
        "{'type':'MESSAGESENT','messageId':'m','payload':{'messageSent':{'message':{'messageId':5}}}}",
        "{'type':'MESSAGESENT','messageId':'m','payload':{'messageSent':{'message':{'diagnostic':{}}}}}",
        "{'type':'MESSAGESENT','messageId':'m','payload':{'messageSent':{'message':{'replacedBy':1}}}}",
        "{'type':'MESSAGESENT','messageId':'m','payload':{'messageSent':{'message':{}}},'payload':{}}",
        "{'type':'MESSAGESENT','messageId':'m','messageId':'m','payload':{'messageSent':{'message':{}}}}",
        "{'type':'MESSAGESENT','messageId':'m','payload':{'messageSent':{'message':{'message':'\\ud83d'}}}}",
        "{'type':'MESSAGESENT','messageId':'','payload':{'messageSent':{'message':{}}}}",
        "{'type':'MESSAGESENT','payload':{'messageSent':{'message':{}}}}",
        // Not to be read.
        "{'type':'MESSAGESENT','messageId':'m','payload':{'messageSent':{'message':{}}}",
        "5",
        ""
      })
  void invariant6KnowsEverythingElseByItsBytes(String json) throws Exception {
    Identity identity = identity(json);
    assertThat(identity).isEqualTo(byHand("b" + json.replace('\'', '"')));
    assertThat(identity).isEqualTo(identity(json));
    assertThat(identity).isNotEqualTo(identity(json + " "));
    assertThat(identity).isNotEqualTo(identity(MESSAGE));
  }

  @Test
  void invariant6AnEditIsAnotherEvent() {
    assertThat(identityOf("messagesent.edited")).isNotEqualTo(identityOf("messagesent.replaced"));
    assertThat(Fixtures.eventNames().stream().map(this::identityOf).distinct().count())
        .isEqualTo(Fixtures.eventNames().size());
  }

  @Test
  void invariant6IsTheFirst16BytesOfASha256ThatOutlivesUpgrades() throws Exception {
    assertThat(identity(MESSAGE)).isEqualTo(byHand("iMESSAGESENT\0m"));
    assertThat(identity("{}")).isEqualTo(byHand("b{}"));
  }

  @Test
  void invariant6KnowsASentMessageAlsoByItsIdentifiersAlone() {
    byte[] body = MESSAGE.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    EventJson scanned = EventScan.eventAt(body, 0);
    assertThat(digest.identityOf(mapper.map(scanned), scanned)).isEqualTo(identity(MESSAGE));
  }

  @Test
  void invariant6TheTwoKindsCannotCollide() {
    String bytes = "MESSAGESENT\0m";
    assertThat(identity(bytes)).isNotEqualTo(identity(MESSAGE));
    assertThat(identity("i" + bytes)).isNotEqualTo(identity(MESSAGE));
  }

  @Test
  void readsTheSliceAndNothingBesideIt() {
    byte[] body = "xx{}yy".getBytes(StandardCharsets.UTF_8);
    EventJson slice = new EventJson(body, 2, 2);
    assertThat(digest.identityOf(mapper.map(slice), slice)).isEqualTo(identity("{}"));
  }

  @Test
  void isWrittenAndReadBack() {
    Identity identity = identity(MESSAGE);
    byte[] target = new byte[Identity.BYTES + 5];
    identity.writeTo(target, 3);
    assertThat(Identity.readFrom(target, 3)).isEqualTo(identity).hasSameHashCodeAs(identity);
    assertThat(identity.hex())
        .isEqualTo(HexFormat.of().formatHex(target, 3, 3 + Identity.BYTES))
        .hasSize(32);
    assertThat(identity).hasToString(identity.hex());
    target[3] ^= 1;
    assertThat(Identity.readFrom(target, 3)).isNotEqualTo(identity);
    target[3] ^= 1;
    target[18] ^= 1;
    assertThat(Identity.readFrom(target, 3)).isNotEqualTo(identity);
  }

  private static Identity byHand(String text) throws Exception {
    byte[] hash =
        MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    return Identity.readFrom(Arrays.copyOf(hash, 16), 0);
  }

  /** Of the event read whole, after it was seen to be that of its identifiers alone. */
  private Identity identity(String json) {
    EventJson event = Fixtures.json(json.replace('\'', '"'));
    Identity identity = digest.identityOf(mapper.map(event), event);
    EventJson scanned = EventScan.eventAt(event.body(), 0);
    if (scanned != null && scanned.length() == event.length()) {
      assertThat(digest.identityOf(mapper.map(scanned), scanned)).isEqualTo(identity);
    }
    return identity;
  }

  private Identity identityOf(String fixture) {
    EventJson event = Fixtures.event(fixture);
    return digest.identityOf(mapper.map(event), event);
  }
}
