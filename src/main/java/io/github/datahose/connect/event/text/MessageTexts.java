// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event.text;

import io.github.datahose.connect.event.EventSchemas;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;

/**
 * Plain texts of the messages in an event, in the field {@link EventSchemas#TEXT}. Not thread-safe.
 */
public final class MessageTexts {

  private static final String MESSAGE = "message";

  private static final Place EVENT = Place.of(null, EventSchemas.EVENT);

  private final PresentationMl presentationMl = new PresentationMl();

  /**
   * Places of messages in a struct.
   *
   * @param field the struct's own field in another one; null for the event
   * @param message field of its PresentationML if it is a message, otherwise null
   * @param text field of its text if it is a message, otherwise null
   * @param within the structs in it that are or contain messages
   */
  private record Place(Field field, Field message, Field text, List<Place> within) {

    private static Place of(Field field, Schema schema) {
      List<Place> within = new ArrayList<>();
      for (Field child : schema.fields()) {
        if (child.schema().type() == Schema.Type.STRUCT) {
          Place place = of(child, child.schema());
          if (place.text != null || !place.within.isEmpty()) {
            within.add(place);
          }
        }
      }
      Field text = schema.field(EventSchemas.TEXT);
      return new Place(field, text == null ? null : schema.field(MESSAGE), text, within);
    }
  }

  /** Sets the text of each message; null if its markup cannot be parsed. */
  public void fill(Struct event) {
    fill(EVENT, event);
  }

  /**
   * Removes the texts.
   *
   * @return whether there was one
   */
  public static boolean clear(Struct event) {
    return clear(EVENT, event);
  }

  private void fill(Place place, Struct struct) {
    if (place.text != null && struct.get(place.message) instanceof String message) {
      struct.put(place.text, presentationMl.textOf(message));
    }
    for (Place each : place.within) {
      if (struct.get(each.field) instanceof Struct child) {
        fill(each, child);
      }
    }
  }

  private static boolean clear(Place place, Struct struct) {
    boolean cleared = place.text != null && struct.get(place.text) != null;
    if (cleared) {
      struct.put(place.text, null);
    }
    for (Place each : place.within) {
      if (struct.get(each.field) instanceof Struct child) {
        cleared |= clear(each, child);
      }
    }
    return cleared;
  }
}
