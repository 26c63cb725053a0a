// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.it;

import java.util.List;
import java.util.stream.IntStream;

/** Events for tests that say what each of them is. */
final class Events {
  private Events() {}

  /** Messages with these numbers in their text and messageId. */
  static List<String> messages(int from, int to) {
    return IntStream.range(from, to).mapToObj(Events::message).toList();
  }

  /** A message with this number in its text and messageId. */
  static String message(int number) {
    return message(
        number,
        "<div data-format=\\\"PresentationML\\\" data-version=\\\"2.0\\\">Text %d</div>"
            .formatted(number),
        "");
  }

  /** The same with another text, and with more fields at its end: JSON that begins with a comma. */
  static String message(int number, String text, String more) {
    return """
        {"id":"e%1$d","messageId":"message-%1$d","timestamp":1764000000000,"type":"MESSAGESENT",\
        "payload":{"messageSent":{"message":{"messageId":"message-%1$d","message":"%2$s",\
        "stream":{"streamId":"streamA","streamType":"ROOM"}}}}%3$s}"""
        .formatted(number, text, more);
  }

  /** Somebody joined a room; the number is in its messageId. */
  static String userJoinedRoom(int number) {
    return """
        {"id":"e%1$d","messageId":"joined-%1$d","timestamp":1764000000000,"type":"USERJOINEDROOM",\
        "payload":{"userJoinedRoom":{"stream":{"streamId":"streamA","streamType":"ROOM"},\
        "affectedUser":{"userId":%1$d}}}}"""
        .formatted(number);
  }
}
