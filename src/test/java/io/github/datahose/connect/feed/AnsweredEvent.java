// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.feed;

import io.github.datahose.connect.event.EventJson;
import io.github.datahose.connect.event.EventList;
import io.github.datahose.connect.event.MalformedEventListException;
import java.nio.charset.StandardCharsets;

/** An event as a reader gets it: cut out of an answer, in the way that its records want. */
final class AnsweredEvent {

  private AnsweredEvent() {}

  /** The event of an answer that has no other; the text alone when an answer cannot have it. */
  static EventJson of(EventRecords records, String text) {
    byte[] answer = ("{\"events\":[" + text + "]}").getBytes(StandardCharsets.UTF_8);
    try {
      EventList list =
          records.needIdentifiersOnly()
              ? EventList.readIdentifiers(answer, Long.MAX_VALUE)
              : EventList.read(answer, Long.MAX_VALUE);
      return list.events().get(0);
    } catch (MalformedEventListException noEvent) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      return new EventJson(bytes, 0, bytes.length);
    }
  }
}
