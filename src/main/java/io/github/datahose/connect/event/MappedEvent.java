// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event;

import io.github.datahose.connect.event.Identifiers.Part;
import org.apache.kafka.connect.data.Struct;

/**
 * What the mapper made of one event. Holds nothing of the answer's body. Immutable but for its
 * struct.
 */
public final class MappedEvent {

  /** The mapping error of an event of which nothing was mapped. */
  private static final String WHOLE_EVENT = "/";

  /** Null when only the identifiers were wanted. */
  private final Struct struct;

  private final Identifiers identifiers;
  private final String mappingError;
  private final boolean wrongType;
  private final boolean identityDoubtful;
  private final boolean object;
  private final boolean readable;

  private MappedEvent(
      Struct struct,
      Identifiers identifiers,
      String mappingError,
      boolean wrongType,
      boolean identityDoubtful,
      boolean object,
      boolean readable) {
    this.struct = struct;
    this.identifiers = identifiers;
    this.mappingError = mappingError;
    this.wrongType = wrongType;
    this.identityDoubtful = identityDoubtful;
    this.object = object;
    this.readable = readable;
  }

  static MappedEvent mapped(
      Struct struct, String mappingError, boolean wrongType, boolean identityDoubtful) {
    return new MappedEvent(
        struct, Identifiers.of(struct), mappingError, wrongType, identityDoubtful, true, true);
  }

  static MappedEvent identified(Identifiers identifiers, boolean identityDoubtful) {
    return new MappedEvent(null, identifiers, null, false, identityDoubtful, true, true);
  }

  /** The same without the struct, which may be large, and is let go. */
  MappedEvent withoutStruct() {
    return new MappedEvent(
        null, identifiers, mappingError, wrongType, identityDoubtful, object, readable);
  }

  static MappedEvent noObject() {
    return nothing(false, true);
  }

  static MappedEvent unreadable(boolean object) {
    return nothing(object, false);
  }

  private static MappedEvent nothing(boolean object, boolean readable) {
    return new MappedEvent(
        new Struct(EventSchemas.EVENT),
        new Identifiers(),
        WHOLE_EVENT,
        false,
        false,
        object,
        readable);
  }

  /**
   * What did map, never null. Its field {@code raw} is the caller's to fill.
   *
   * @throws IllegalStateException when only the identifiers were wanted, so nothing else is there
   */
  public Struct struct() {
    if (struct == null) {
      throw new IllegalStateException("Only the identifiers of this event were read");
    }
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

  /** What keys and identities are made of. */
  Identifiers identifiers() {
    return identifiers;
  }

  /** The event's type, or null. */
  public String type() {
    return identifiers.text(Part.TYPE);
  }

  /** The envelope's id, which is not unique, or null. */
  public String id() {
    return identifiers.text(Part.ID);
  }

  /** The envelope's message id, or null. */
  public String messageId() {
    return identifiers.text(Part.MESSAGE_ID);
  }

  /** The event's time in milliseconds since 1970, or null. */
  public Long timestamp() {
    return identifiers.number(Part.TIMESTAMP);
  }
}
