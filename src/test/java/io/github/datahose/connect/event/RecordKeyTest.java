// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

class RecordKeyTest {

  private static final Identity IDENTITY = Identity.readFrom(new byte[16], 0);
  private static final String HEX = "0".repeat(32);

  @ParameterizedTest
  @CsvFileSource(resources = "/event-rows/record-keys.csv", delimiter = '|', quoteCharacter = '`')
  void usesFirstIdOfEventOrIdentity(RecordKey key, String json, String value) {
    assertThat(key.of(Fixtures.map(json), IDENTITY))
        .isEqualTo(value.equals("identity") ? HEX : Fixtures.quoted(value));
  }

  @Test
  void keepsOriginalIdInValue() {
    MappedEvent event = Fixtures.map("{'messageId':'a+b/c=='}");
    assertThat(RecordKey.MESSAGE.of(event, IDENTITY)).isEqualTo("a-b_c");
    assertThat(event.messageId()).isEqualTo("a+b/c==");
  }

  @Test
  void returnsNullForNone() {
    assertThat(RecordKey.NONE.of(Fixtures.map("{'messageId':'m'}"), IDENTITY)).isNull();
  }
}
