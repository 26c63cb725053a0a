// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event;

import java.util.Arrays;
import java.util.Date;
import java.util.Map;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;

/**
 * Identifiers of an event, for headers, keys, and identities. Not thread-safe; does not change
 * after the event was read.
 */
final class Identifiers {

  /** Places of identifiers in an event. */
  enum Part {
    ID,
    MESSAGE_ID,
    /** A {@code Long}, as {@link #INITIATOR} is; all others except flags are texts. */
    TIMESTAMP,
    TYPE,
    DIAGNOSTIC(true),
    INITIATOR,
    /**
     * The payload's first property in the order of the schema. It contains this and the following
     * parts.
     */
    CONTENT(true),
    CONTENT_MESSAGE_ID,
    STREAM_ID,
    INNER_MESSAGE_ID,
    INNER_INITIAL_MESSAGE_ID,
    /** The message of a MESSAGESENT. */
    SENT_MESSAGE(true),
    /**
     * Mark that another copy of that message might follow: it was not decrypted, or was replaced.
     */
    PROVISIONAL(true);

    /** A star matches any property of the payload; none has both a stream and a message. */
    private static final Map<String, Part> PLACES =
        Map.ofEntries(
            Map.entry("/id", ID),
            Map.entry("/messageId", MESSAGE_ID),
            Map.entry("/timestamp", TIMESTAMP),
            Map.entry("/type", TYPE),
            Map.entry("/diagnostic", DIAGNOSTIC),
            Map.entry("/initiator/user/userId", INITIATOR),
            Map.entry("/payload/*", CONTENT),
            Map.entry("/payload/*/messageId", CONTENT_MESSAGE_ID),
            Map.entry("/payload/*/stream/streamId", STREAM_ID),
            Map.entry("/payload/*/message/stream/streamId", STREAM_ID),
            Map.entry("/payload/*/message/messageId", INNER_MESSAGE_ID),
            Map.entry("/payload/*/message/initialMessageId", INNER_INITIAL_MESSAGE_ID),
            Map.entry("/payload/messageSent/message", SENT_MESSAGE),
            Map.entry("/payload/messageSent/message/diagnostic", PROVISIONAL),
            Map.entry("/payload/messageSent/message/replacedBy", PROVISIONAL),
            Map.entry("/payload/messageSent/message/sharedMessage/diagnostic", PROVISIONAL),
            Map.entry("/payload/messageSent/message/sharedMessage/replacedBy", PROVISIONAL));

    private final boolean flag;

    Part() {
      this(false);
    }

    Part(boolean flag) {
      this.flag = flag;
    }

    /**
     * Returns the part at a path, such as {@code /payload/messageSent/message}; null for other
     * paths.
     */
    static Part at(String path) {
      Part part = PLACES.get(path);
      return part != null ? part : PLACES.get(path.replaceFirst("^/payload/[^/]+", "/payload/*"));
    }

    /** Returns whether only its presence counts, not its value. */
    boolean isFlag() {
      return flag;
    }
  }

  private static final int PARTS = Part.values().length;

  /** Values by the ordinal of the part; null if absent. */
  private final Object[] values = new Object[PARTS];

  /** Returns the identifiers of a mapped event. */
  static Identifiers of(Struct event) {
    Identifiers identifiers = new Identifiers();
    identifiers.collect(SchemaLayout.IDENTIFYING, event);
    return identifiers;
  }

  /**
   * Records a value.
   *
   * @param place the place of a part
   * @param value as the mapper or a struct returns it; any value for a flag, which does not keep it
   */
  void put(SchemaLayout.Place place, Object value) {
    values[at(place.part())] = place.part().isFlag() ? true : plain(value);
  }

  private static Object plain(Object value) {
    return value instanceof Date date ? Timestamp.fromLogical(Timestamp.SCHEMA, date) : value;
  }

  /** Removes the values of a payload, because another one counts. */
  void removeContent() {
    Arrays.fill(values, at(Part.CONTENT), PARTS, null);
  }

  boolean has(Part part) {
    return values[at(part)] != null;
  }

  /** Returns a text, or null. */
  String text(Part part) {
    return (String) values[at(part)];
  }

  /** Returns a number, or null. */
  Long number(Part part) {
    return (Long) values[at(part)];
  }

  /**
   * Returns the index of a part. An EnumMap would be one more object for each event, and larger.
   */
  @SuppressWarnings("EnumOrdinal")
  private static int at(Part part) {
    return part.ordinal();
  }

  private void collect(SchemaLayout layout, Struct struct) {
    for (int i = 0; i < layout.size(); i++) {
      SchemaLayout.Place place = layout.place(i);
      Object value = struct.get(place.field());
      if (value == null || (place.part() == Part.CONTENT && has(Part.CONTENT))) {
        continue;
      }
      if (place.part() != null) {
        put(place, value);
      }
      if (value instanceof Struct child) {
        collect(place.layout(), child);
      }
    }
  }
}
