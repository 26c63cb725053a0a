// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class AnswerTest {

  private static final String MESSAGE =
      "{\"id\":\"a\",\"timestamp\":7,\"type\":\"MESSAGESENT\",\"initiator\":{\"user\":{\"userId\":3}},"
          + "\"payload\":{\"messageSent\":{\"message\":{\"stream\":{\"streamId\":\"s\"}}}}}";
  private static final String CONNECTION =
      "{\"id\":\"b\",\"type\":\"CONNECTIONREQUESTED\",\"initiator\":{\"user\":{\"userId\":3}},"
          + "\"payload\":{\"connectionRequested\":{\"toUser\":{\"userId\":4}}}}";
  private static final byte[] BODY =
      ("{\"events\":[" + MESSAGE + "," + CONNECTION + "],\"ackId\":\"x\"}")
          .getBytes(StandardCharsets.UTF_8);

  @Test
  void eventsAreCutOutOfTheBody() throws Exception {
    Answer answer = Answer.parse(BODY);
    assertThat(answer.events())
        .extracting(event -> new String(event.json(), StandardCharsets.UTF_8))
        .containsExactly(MESSAGE, CONNECTION);
    assertThat(answer.ackId()).isEqualTo("x");
    assertThat(Answer.ackIdAtTheEndOf(BODY)).isEqualTo("x");
  }

  @Test
  void theKeyIsTheStreamElseWhoDidIt() throws Exception {
    assertThat(Answer.parse(BODY).events())
        .extracting(Answer.EventByHand::key)
        .containsExactly("s", "3");
  }
}
