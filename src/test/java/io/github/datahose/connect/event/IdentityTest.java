// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

class IdentityTest {

  private static final String MESSAGE =
      "{'type':'MESSAGESENT','messageId':'m','payload':{'messageSent':{'message':{'messageId':'m'}}}}";

  private final EventMapper mapper = new EventMapper();
  private final Identity.Digest digest = new Identity.Digest();

  @ParameterizedTest
  @CsvFileSource(
      resources = "/event-rows/events-known-by-message.csv",
      delimiter = '|',
      quoteCharacter = '`')
  @Tag("invariant-6")
  void invariant6IdentifiesSentMessageByTypeAndMessageId(String json) {
    assertThat(identity(json)).isEqualTo(identity(MESSAGE));
  }

  @ParameterizedTest
  @CsvFileSource(
      resources = "/event-rows/events-known-by-bytes.csv",
      delimiter = '|',
      quoteCharacter = '`')
  @Tag("invariant-6")
  void invariant6IdentifiesOtherEventsByTheirBytes(String json) throws Exception {
    Identity identity = identity(json);
    assertThat(identity).isEqualTo(byHand("b" + Fixtures.quoted(json)));
    assertThat(identity).isEqualTo(identity(json));
    assertThat(identity).isNotEqualTo(identity(json + " "));
    assertThat(identity).isNotEqualTo(identity(MESSAGE));
  }

  @Test
  @Tag("invariant-6")
  void invariant6DistinguishesEditFromMessage() {
    assertThat(identityOf("messagesent.edited")).isNotEqualTo(identityOf("messagesent.replaced"));
    assertThat(Fixtures.eventNames().stream().map(this::identityOf).distinct().count())
        .isEqualTo(Fixtures.eventNames().size());
  }

  @Test
  @Tag("invariant-6")
  void invariant6UsesFirst16BytesOfSha256() throws Exception {
    assertThat(identity(MESSAGE)).isEqualTo(byHand("iMESSAGESENT\0m"));
    assertThat(identity("{}")).isEqualTo(byHand("b{}"));
  }

  @Test
  @Tag("invariant-6")
  void invariant6IdentifiesSentMessageByIdentifiersAlone() {
    RawEvent event = Fixtures.json(MESSAGE);
    assertThat(digest.identityOf(Fixtures.identified(event), event)).isEqualTo(identity(MESSAGE));
  }

  @Test
  @Tag("invariant-6")
  void invariant6SeparatesBothKindsOfIdentities() {
    String bytes = "MESSAGESENT\0m";
    assertThat(identity(bytes)).isNotEqualTo(identity(MESSAGE));
    assertThat(identity("i" + bytes)).isNotEqualTo(identity(MESSAGE));
  }

  @Test
  void readsOnlyItsSlice() {
    byte[] body = "xx{}yy".getBytes(StandardCharsets.UTF_8);
    RawEvent slice = new RawEvent(body, 2, 2);
    assertThat(digest.identityOf(mapper.map(slice), slice)).isEqualTo(identity("{}"));
  }

  @Test
  void readsWrittenIdentity() {
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
    RawEvent event = Fixtures.json(json);
    Identity identity = digest.identityOf(mapper.map(event), event);
    assertThat(digest.identityOf(Fixtures.identified(event), event)).isEqualTo(identity);
    return identity;
  }

  private Identity identityOf(String fixture) {
    RawEvent event = Fixtures.event(fixture);
    return digest.identityOf(mapper.map(event), event);
  }
}
