// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * That the fuzz run would see what is wrong. That it takes nothing else for it, it shows itself.
 */
class JudgeTest {

  private static final String ONE = "{\"id\":\"1\"}";
  private static final String TWO = "{\"id\":\"2\"}";

  private final Evidence evidence = new Evidence();

  @Test
  void distinguishesBugsFromExceptionsOfOkHttp() {
    String error =
        "ERROR x - read failed unexpectedly. The reader retries, and so on\nx: java.lang.E\n";
    String java = "\tat java.base/java.util.Objects.check(Objects.java:1)\n";
    String ofOkHttp = "\tat okhttp3.Response.build(Response.kt:1)\n";
    String ofOurs = "\tat io.github.datahose.X.y(X.java:1)\n";
    assertThat(FuzzRound.bugs(error + java + ofOkHttp + ofOurs)).isEmpty();
    assertThat(FuzzRound.bugs(ofOurs + error + ofOkHttp + error + java + ofOurs + ofOkHttp))
        .containsExactly(ofOurs.strip());
  }

  @Test
  void findsEarlyAcknowledgmentAndLostEvent() {
    evidence.produced(event(ONE));
    evidence.produced(event(TWO));
    give(list("a", ONE, TWO));
    evidence.inKafka(ONE);
    evidence.acknowledged("a");
    assertThat(evidence.complaints()).hasSize(1).first().asString().contains("ackId a ");
    assertThat(evidence.lost()).containsExactly(event(TWO));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"events\":[%s],\"ackId\":\"a\"",
        "{\"events\":[%s,],\"ackId\":\"a\"}",
        "{\"events\":{\"e\":%s},\"ackId\":\"a\"}",
        "{\"list\":[%s],\"ackId\":\"a\"}",
        "{\"events\":[%s],\"ackId\":\"a\"}}",
        "[{\"events\":[%s],\"ackId\":\"a\"}]"
      })
  void findsAcknowledgmentOfInvalidEventList(String body) {
    evidence.given(bytes(list("a", ONE)));
    evidence.sent(bytes(body.formatted(ONE)));
    evidence.inKafka(ONE);
    evidence.acknowledged("a");
    assertThat(evidence.complaints()).hasSize(1).first().asString().contains("no answer");
  }

  @Test
  void findsDuplicateOnlyWithinOneTask() {
    evidence.inKafka(ONE);
    evidence.taskStarts();
    evidence.inKafka(ONE);
    assertThat(evidence.complaints()).isEmpty();
    evidence.inKafka(ONE);
    assertThat(evidence.complaints()).hasSize(1).first().asString().contains("twice");
  }

  @Test
  void distinguishesCopiesOfSameMessage() {
    String copy =
        "{\"type\":\"MESSAGESENT\",\"diagnostic\":\"no key\",\"payload\":{\"messageSent\":{\"message\":{\"messageId\":\"m\",\"n\":%d}}}}";
    give(list("a", copy.formatted(1)));
    evidence.inKafka(copy.formatted(2));
    evidence.acknowledged("a");
    assertThat(evidence.complaints()).hasSize(1);
  }

  @Test
  void separatesUnusualEventsFromNeighbors() {
    OddEvents events = new OddEvents(new Random(1));
    for (int i = 0; i < 2_000; i++) {
      byte[] odd = events.next();
      String text = new String(odd, StandardCharsets.ISO_8859_1);
      byte[] body = list("a", ONE, text, TWO).getBytes(StandardCharsets.ISO_8859_1);
      assertThat(AnswerReading.of(body))
          .as("event %d", i)
          .contains(
              new AnswerReading(List.of(event(ONE), Evidence.Event.of(odd), event(TWO)), "a"));
    }
  }

  @Test
  void separatesEventEndingWithBackslashFromNext() {
    String backslash = "{\"id\":\"x\\\\\"}";
    assertThat(AnswerReading.of(bytes(list("a", backslash, TWO))))
        .contains(new AnswerReading(List.of(event(backslash), event(TWO)), "a"));
  }

  private void give(String body) {
    evidence.given(bytes(body));
    evidence.sent(bytes(body));
  }

  private static Evidence.Event event(String text) {
    return Evidence.Event.of(bytes(text));
  }

  private static String list(String ackId, String... events) {
    return "{\"events\":[" + String.join(",", events) + "],\"ackId\":\"" + ackId + "\"}";
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
