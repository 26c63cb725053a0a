// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event.before;

import com.fasterxml.jackson.core.StreamReadConstraints;
import java.nio.charset.StandardCharsets;

/**
 * Finds where an event ends and what identifies it, and moves over the rest: a record that holds
 * the original text needs no more, and to read all would take longer than whatever else is done to
 * an event.
 *
 * <p>It gives up where something is odd, for {@link EventList} and {@link EventMapper} to judge: an
 * escape in an identifier, or a long one, a field given twice, two payloads, a value of another
 * type than the schema has, and whatever is not plain ({@link PlainCursor}). So what it finds is
 * what they would, only sooner; and an odd event costs both. Whether the bytes are UTF-8 it does
 * not look at.
 */
final class EventScan {

  /** A larger event may hold a text over the parser's limit, which is this in characters. */
  private static final int LENGTH_AT_MOST = StreamReadConstraints.DEFAULT_MAX_STRING_LEN;

  private static final int SURELY_INT64 = 18;

  /** In bytes; real ones have some 30. A long one would be there twice while it waits. */
  private static final int IDENTIFIER_AT_MOST = 1_000;

  private final byte[] body;
  private final PlainCursor cursor;
  private final Identifiers identifiers = new Identifiers();

  private EventScan(byte[] body, int from) {
    this.body = body;
    cursor = new PlainCursor(body, from);
  }

  /** The event that begins at a position, with its identifiers; null if it is odd. */
  static RawEvent eventAt(byte[] body, int from) {
    EventScan scan = new EventScan(body, from);
    if (!scan.readObject(SchemaLayout.IDENTIFYING)) {
      return null;
    }
    int length = scan.cursor.position() - from;
    return length > LENGTH_AT_MOST ? null : new RawEvent(body, from, length, scan.identifiers);
  }

  private boolean readObject(SchemaLayout layout) {
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
      SchemaLayout.Place place = layout.place(body, name, cursor.position() - 1);
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
      if ((seen & bit) != 0 || !readField(place)) {
        return false;
      }
      seen |= bit;
    } while (cursor.take(','));
    return cursor.take('}');
  }

  private boolean readField(SchemaLayout.Place place) {
    if (cursor.peek() == 'n') {
      return cursor.skipNull();
    }
    Identifiers.Part part = place.part();
    if (part == Identifiers.Part.CONTENT && identifiers.has(part)) {
      return false;
    }
    if (part != null && part.isFlag()) {
      identifiers.put(part, true);
    }
    return switch (place.kind()) {
      case STRUCT -> readObject(place.layout());
      case STRING, EVENT_TYPE -> readString(part);
      case INT64, TIMESTAMP -> readInteger(part);
      default -> false;
    };
  }

  private boolean readString(Identifiers.Part part) {
    int start = cursor.position() + 1;
    if (!cursor.skipString()) {
      return false;
    }
    if (part != null && !part.isFlag()) {
      int length = cursor.position() - 1 - start;
      if (cursor.wasEscaped() || length > IDENTIFIER_AT_MOST) {
        return false;
      }
      identifiers.put(part, new String(body, start, length, StandardCharsets.UTF_8));
    }
    return true;
  }

  private boolean readInteger(Identifiers.Part part) {
    int start = cursor.position();
    if (!cursor.skipInteger() || cursor.position() - start > SURELY_INT64) {
      return false;
    }
    int length = cursor.position() - start;
    identifiers.put(part, Long.valueOf(new String(body, start, length, StandardCharsets.US_ASCII)));
    return true;
  }
}
