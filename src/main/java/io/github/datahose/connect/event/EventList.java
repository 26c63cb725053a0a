// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event;

import java.util.ArrayList;
import java.util.List;

/**
 * A 200 answer of the agent's event read, taken apart: the slices of its events and its ackId
 * ({@code V5EventList} in Symphony's API). Only the frame of the answer has to be JSON; what is
 * inside an event may be of any depth and need not even be JSON, as long as its brackets and quotes
 * are balanced. Not thread-safe, as its events are not.
 */
public final class EventList {

  private final List<EventJson> events;
  private final String ackId;

  private EventList(List<EventJson> events, String ackId) {
    this.events = List.copyOf(events);
    this.ackId = ackId;
  }

  /**
   * Takes an answer apart.
   *
   * <p>No body, no {@code events} and {@code events} that are null all mean: no events. Of {@code
   * events} that stand there twice, all count; of several ackIds, the last. Without an array of
   * events the ackId counts only when nothing else is there: what is unknown may be the events
   * under another name, and would be acknowledged unseen.
   *
   * @param body the answer's body after decompression; the events are slices of it
   * @return the events and the ackId
   * @throws MalformedEventListException when the events cannot be told apart: the body is no JSON
   *     object, is cut off or goes on after its end, or {@code events} is no array
   */
  public static EventList read(byte[] body) throws MalformedEventListException {
    return read(body, false);
  }

  /**
   * The same for those who need of an event only what headers, keys and identities are made of: it
   * is found on the way, where nothing in the event is odd, and the mapper does not look again.
   *
   * @param body as in {@link #read}
   * @return the events and the ackId
   * @throws MalformedEventListException as {@link #read}
   */
  public static EventList readIdentifiers(byte[] body) throws MalformedEventListException {
    return read(body, true);
  }

  private static EventList read(byte[] body, boolean identifiers)
      throws MalformedEventListException {
    List<EventJson> events = new ArrayList<>();
    String ackId = null;
    boolean array = false;
    boolean unknown = false;
    JsonCursor cursor = new JsonCursor(body);
    if (cursor.peek() == JsonCursor.END) {
      return new EventList(events, ackId);
    }
    cursor.expect('{', "it is no JSON object");
    if (!cursor.take('}')) {
      do {
        if (cursor.peek() != '"') {
          throw cursor.malformed("a field name is missing");
        }
        String name = cursor.readString();
        cursor.expect(':', "a colon is missing after a field name");
        if ("events".equals(name)) {
          array |= readEvents(cursor, body, identifiers, events);
        } else if ("ackId".equals(name) && cursor.peek() == '"') {
          ackId = cursor.readString();
        } else {
          unknown |= !"ackId".equals(name);
          cursor.skipValue();
        }
      } while (cursor.take(','));
      cursor.expect('}', "a comma or the end of the answer's object is missing");
    }
    if (cursor.peek() != JsonCursor.END) {
      throw cursor.malformed("something follows the end of the answer's object");
    }
    boolean counts = array || !unknown;
    return new EventList(events, counts && !"".equals(ackId) ? ackId : null);
  }

  /** Reads the events, and answers whether they are an array. */
  private static boolean readEvents(
      JsonCursor cursor, byte[] body, boolean identifiers, List<EventJson> events)
      throws MalformedEventListException {
    if (cursor.peek() != '[') {
      int start = cursor.skipValue();
      if (!cursor.isNull(start)) {
        throw cursor.malformed("its events are no array");
      }
      return false;
    }
    cursor.expect('[', "its events are no array");
    if (cursor.take(']')) {
      return true;
    }
    do {
      cursor.peek();
      EventJson scanned = identifiers ? EventScan.eventAt(body, cursor.position()) : null;
      if (scanned != null) {
        cursor.skip(scanned.length());
        events.add(scanned);
        continue;
      }
      int start = cursor.skipValue();
      if (!cursor.isNull(start)) {
        events.add(new EventJson(body, start, cursor.position() - start));
      }
    } while (cursor.take(','));
    cursor.expect(']', "a comma or the end of the array is missing after an event");
    return true;
  }

  /**
   * The events in the order of the answer. Null elements are left out (older agents send them);
   * others that are no objects are kept as they are.
   */
  public List<EventJson> events() {
    return events;
  }

  /**
   * What acknowledges exactly these events, opaque; null when it is absent, null, empty, no valid
   * string, or does not count.
   */
  public String ackId() {
    return ackId;
  }
}
