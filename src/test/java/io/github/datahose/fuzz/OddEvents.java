// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.datahose.connect.event.EventMutation;
import io.github.datahose.connect.event.Fixtures;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/**
 * Events that no agent should send, but that a reader can still separate: brackets and quotes
 * close. Each has its own number, unless a mutation removed it. Not thread-safe.
 */
final class OddEvents {

  private final Random random;
  private final List<ObjectNode> samples = Fixtures.eventTrees();
  private int number;

  OddEvents(Random random) {
    this.random = random;
  }

  byte[] next() {
    number++;
    byte[] event =
        switch (random.nextInt(20)) {
          case 0 -> utf8(noObject());
          case 1 -> utf8(large());
          case 2, 3 -> spoiled(utf8(mutant()));
          default -> utf8(mutant());
        };
    return event;
  }

  private String mutant() {
    ObjectNode event = samples.get(random.nextInt(samples.size())).deepCopy();
    event.put("id", "fuzz-" + number);
    if (event.has("messageId")) {
      event.put("messageId", messageId());
    }
    JsonNode message = event.path("payload").path("messageSent").path("message");
    if (message.has("messageId")) {
      ((ObjectNode) message).put("messageId", messageId());
    }
    return EventMutation.of(event, random).json();
  }

  private String messageId() {
    return "Fuzz" + number + "_-x==";
  }

  private String noObject() {
    return switch (random.nextInt(5)) {
      case 0 -> Integer.toString(number);
      case 1 -> "\"MESSAGESENT " + number + "\"";
      case 2 -> "[{\"id\":\"" + number + "\"}]";
      case 3 -> "-1e" + number;
      default -> "nul" + number;
    };
  }

  /** Beyond one of the limits that parsers have. */
  private String large() {
    String start = "{\"id\":\"fuzz-" + number + "\",\"type\":\"MESSAGESENT\",\"new\":";
    return switch (random.nextInt(5)) {
      case 0 -> start + "[".repeat(3_000) + "]".repeat(3_000) + "}";
      case 1 -> start + "{\"n\":".repeat(1_200) + "1" + "}".repeat(1_200) + "}";
      case 2 -> start + "1" + "0".repeat(3_000) + "}";
      case 3 -> start + "1,\"" + "n".repeat(2_000) + "\":1}";
      default -> start + "\"" + "\uD83D\uDE80".repeat(20_000) + "\"}";
    };
  }

  /**
   * With a byte that is no UTF-8, or none that a JSON string may hold, in the place of a letter.
   */
  private byte[] spoiled(byte[] event) {
    for (int i = random.nextInt(3); i >= 0; i--) {
      int place = random.nextInt(event.length);
      if (Character.isLetterOrDigit(event[place])) {
        event[place] =
            (byte) (random.nextBoolean() ? 1 + random.nextInt(8) : random.nextInt(-128, 0));
      }
    }
    return event;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
