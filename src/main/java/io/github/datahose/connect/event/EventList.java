// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event;

import java.util.List;

/**
 * A 200 answer of the agent's event read, taken apart: the slices of its events and its ackId
 * ({@code V5EventList} in Symphony's API). Only the frame of the answer is read here; what is
 * inside an event may be of any depth and need not even be JSON, as long as its brackets and quotes
 * are balanced. Immutable.
 */
public final class EventList {

  private final List<EventJson> events;
  private final String ackId;

  EventList(List<EventJson> events, String ackId) {
    this.events = List.copyOf(events);
    this.ackId = ackId;
  }

  /**
   * Takes an answer apart.
   *
   * <p>No body, no {@code events} and {@code events} that are null all mean: no events. Of an
   * {@code events} that stands there twice, all events count; of several ackIds, the last.
   *
   * @param body the answer's body after decompression; the events are slices of it
   * @return the events and the ackId
   * @throws MalformedEventListException when the events cannot be told apart: the body is no JSON
   *     object, is cut off or goes on after its end, or {@code events} is no array
   */
  public static EventList read(byte[] body) throws MalformedEventListException {
    return new EventListScanner(body).scan();
  }

  /**
   * The events in the order of the answer. Null elements are left out (older agents send them);
   * others that are no objects are kept as they are.
   */
  public List<EventJson> events() {
    return events;
  }

  /**
   * What acknowledges exactly these events, opaque; null when it is absent, null, empty, or no
   * string.
   */
  public String ackId() {
    return ackId;
  }
}
