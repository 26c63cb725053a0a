// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event;

import java.util.Date;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;

/**
 * What the mapper made of one event. Holds nothing of the answer's body. Immutable but for its
 * struct.
 */
public final class MappedEvent {

  private final Struct struct;
  private final String mappingError;
  private final boolean wrongType;
  private final boolean identityDoubtful;
  private final boolean object;
  private final boolean readable;

  private MappedEvent(
      Struct struct,
      String mappingError,
      boolean wrongType,
      boolean identityDoubtful,
      boolean object,
      boolean readable) {
    this.struct = struct;
    this.mappingError = mappingError;
    this.wrongType = wrongType;
    this.identityDoubtful = identityDoubtful;
    this.object = object;
    this.readable = readable;
  }

  static MappedEvent mapped(
      Struct struct, String mappingError, boolean wrongType, boolean identityDoubtful) {
    return new MappedEvent(struct, mappingError, wrongType, identityDoubtful, true, true);
  }

  static MappedEvent noObject() {
    return nothing(false, true);
  }

  static MappedEvent unreadable(boolean object) {
    return nothing(object, false);
  }

  private static MappedEvent nothing(boolean object, boolean readable) {
    return new MappedEvent(
        new Struct(EventSchemas.EVENT), Pointer.WHOLE_EVENT, false, false, object, readable);
  }

  /** What did map, never null. Its field {@code raw} is the caller's to fill. */
  public Struct struct() {
    return struct;
  }

  /**
   * Where the JSON first says something that the struct does not: a JSON pointer of bounded length,
   * {@code /} when nothing was mapped; null when the struct says it all (absent and null being the
   * same).
   */
  public String mappingError() {
    return mappingError;
  }

  /** Whether a known field anywhere in the event is not of the JSON type that the API gives it. */
  public boolean hasFieldOfWrongType() {
    return wrongType;
  }

  /** Whether the event is a JSON object; if not, it is another value or no JSON at all. */
  public boolean isObject() {
    return object;
  }

  /** Whether the event could be read to its end: well-formed JSON in UTF-8, within the limits. */
  public boolean isReadable() {
    return readable;
  }

  /** Whether a field that tells which message it is stands there twice, or is no proper text. */
  boolean isIdentityDoubtful() {
    return identityDoubtful;
  }

  /** The event's type, or null. */
  public String type() {
    return struct.getString(EventSchemas.EVENT_TYPE);
  }

  /** The envelope's id, which is not unique, or null. */
  public String id() {
    return struct.getString("id");
  }

  /** The envelope's message id, or null. */
  public String messageId() {
    return struct.getString("messageId");
  }

  /** The event's time in milliseconds since 1970, or null. */
  public Long timestamp() {
    Date timestamp = (Date) struct.get("timestamp");
    return timestamp == null ? null : Timestamp.fromLogical(Timestamp.SCHEMA, timestamp);
  }

  /** The property of the payload that is set, the first if there are several, or null. */
  Struct content() {
    Struct payload = child(struct, EventSchemas.PAYLOAD);
    if (payload != null) {
      for (Field property : payload.schema().fields()) {
        Object content = payload.get(property);
        if (content != null) {
          return (Struct) content;
        }
      }
    }
    return null;
  }

  /** A struct within a struct, or null when one of them is not there or has no such field. */
  static Struct child(Struct parent, String name) {
    return (Struct) value(parent, name);
  }

  /** A text within a struct, or null when there is none, or no such field. */
  static String text(Struct parent, String name) {
    return (String) value(parent, name);
  }

  private static Object value(Struct parent, String name) {
    Field field = parent == null ? null : parent.schema().field(name);
    return field == null ? null : parent.get(field);
  }
}
