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
  void isTheFirstIdThatTheEventHasElseItsIdentity(RecordKey key, String json, String value) {
    assertThat(key.of(Fixtures.map(json), IDENTITY))
        .isEqualTo("identity".equals(value) ? HEX : value);
  }

  @Test
  void anEndlessIdIsNone() {
    String json = "{'messageId':'" + "m".repeat(1_001) + "'}";
    assertThat(RecordKey.MESSAGE.of(Fixtures.map(json), IDENTITY)).isEqualTo(HEX);
    assertThat(RecordKey.MESSAGE.of(Fixtures.map(json.replace("mm'", "m'")), IDENTITY))
        .hasSize(1_000);
  }

  @Test
  void theValueKeepsTheIdAsItCame() {
    MappedEvent event = Fixtures.map("{'messageId':'a+b/c=='}");
    assertThat(RecordKey.MESSAGE.of(event, IDENTITY)).isEqualTo("a-b_c");
    assertThat(event.messageId()).isEqualTo("a+b/c==");
  }
}
