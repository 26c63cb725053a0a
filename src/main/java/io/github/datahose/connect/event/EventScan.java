// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event;

import com.fasterxml.jackson.core.StreamReadConstraints;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;

/**
 * Finds what identifies an event and moves over the rest: a record that holds the original text
 * needs no more, and to read all would take longer than whatever else is done to an event.
 *
 * <p>It gives up where something is odd, for {@link EventReader} to judge: an escape in an
 * identifier, a field given twice, a value of another type than the schema has, and whatever is not
 * plain ({@link PlainCursor}). So what it finds is what {@link EventReader} would, only sooner; and
 * an odd event costs both.
 */
final class EventScan {

  /** A larger event may hold a text over the parser's limit, which is this in characters. */
  private static final int LENGTH_AT_MOST = StreamReadConstraints.DEFAULT_MAX_STRING_LEN;

  private static final int SURELY_INT64 = 18;

  private final byte[] body;
  private final PlainCursor cursor;

  private EventScan(EventJson json) {
    body = json.body();
    cursor = new PlainCursor(body, json.offset(), json.length());
  }

  /** A struct of {@link EventSchemas#EVENT} with {@link Shape#IDENTIFYING}, or null. */
  static Struct identifiersOf(EventJson json) {
    if (json.length() > LENGTH_AT_MOST) {
      return null;
    }
    EventScan scan = new EventScan(json);
    Struct event = new Struct(EventSchemas.EVENT);
    boolean found =
        scan.readObject(Shape.IDENTIFYING, event) && scan.cursor.peek() == PlainCursor.END;
    return found ? event : null;
  }

  private boolean readObject(Shape shape, Struct struct) {
    if (!cursor.take('{')) {
      return false;
    }
    if (cursor.take('}')) {
      return true;
    }
    long seen = 0;
    do {
      cursor.peek();
      int name = cursor.position() + 1;
      if (!cursor.skipName() || cursor.wasEscaped()) {
        return false;
      }
      Shape.Place place = shape.place(body, name, cursor.position() - 1);
      if (!cursor.take(':')) {
        return false;
      }
      if (place == null) {
        if (!cursor.skipValue()) {
          return false;
        }
        continue;
      }
      long bit = 1L << place.field().index();
      if ((seen & bit) != 0 || !readField(place, struct)) {
        return false;
      }
      seen |= bit;
    } while (cursor.take(','));
    return cursor.take('}');
  }

  /** Puts a struct while it is empty: a put checks again all that is in its value. */
  private boolean readField(Shape.Place place, Struct struct) {
    if (cursor.peek() == 'n') {
      return cursor.skipNull();
    }
    return switch (place.kind()) {
      case STRUCT -> {
        Struct child = new Struct(place.schema());
        struct.put(place.field(), child);
        yield readObject(place.shape(), child);
      }
      case STRING, EVENT_TYPE -> readString(place, struct);
      case INT64, TIMESTAMP -> readInteger(place, struct);
      default -> false;
    };
  }

  private boolean readString(Shape.Place place, Struct struct) {
    int start = cursor.position() + 1;
    if (!cursor.skipString()) {
      return false;
    }
    if (place.kept()) {
      if (cursor.wasEscaped()) {
        return false;
      }
      int length = cursor.position() - 1 - start;
      struct.put(place.field(), new String(body, start, length, StandardCharsets.UTF_8));
    }
    return true;
  }

  private boolean readInteger(Shape.Place place, Struct struct) {
    int start = cursor.position();
    if (!cursor.skipInteger() || cursor.position() - start > SURELY_INT64) {
      return false;
    }
    int length = cursor.position() - start;
    long value = Long.parseLong(new String(body, start, length, StandardCharsets.US_ASCII));
    boolean time = place.kind() == Shape.Kind.TIMESTAMP;
    struct.put(place.field(), time ? Timestamp.toLogical(place.schema(), value) : (Object) value);
    return true;
  }
}
