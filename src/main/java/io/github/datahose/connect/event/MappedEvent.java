// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event;

import io.github.datahose.connect.event.Identifiers.Part;
import org.apache.kafka.connect.data.Struct;

/** Mapped event, without a reference to the response's body. Immutable except for its struct. */
public final class MappedEvent {

  /** Mapping error of an event of which nothing was mapped. */
  private static final String WHOLE_EVENT = "/";

  /** Null if only the identifiers were read. */
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

  /** Returns this event without its struct, which might be large. */
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
   * Returns the mapped values, never null. The caller fills its field {@code raw}.
   *
   * @throws IllegalStateException if only the identifiers were read
   */
  public Struct struct() {
    if (struct == null) {
      throw new IllegalStateException("Only the identifiers of this event were read");
    }
    return struct;
  }

  /**
   * Returns the place of the first JSON value that the struct lacks: a JSON pointer of bounded
   * length, {@code /} if nothing was mapped; null if the struct is complete (absent and null are
   * the same).
   */
  public String mappingError() {
    return mappingError;
  }

  /** Returns whether a known field anywhere in the event does not have its JSON type in the API. */
  public boolean hasFieldOfWrongType() {
    return wrongType;
  }

  /** Returns whether the event is a JSON object; if not, it is another value or not JSON. */
  public boolean isObject() {
    return object;
  }

  /**
   * Returns whether the event could be read completely: well-formed JSON in UTF-8, within the
   * limits.
   */
  public boolean isReadable() {
    return readable;
  }

  /** Returns whether a field that identifies the message is duplicated, or is not a valid text. */
  boolean isIdentityDoubtful() {
    return identityDoubtful;
  }

  /** Returns the identifiers for keys and identities. */
  Identifiers identifiers() {
    return identifiers;
  }

  /** Returns the event's type, or null. */
  public String type() {
    return identifiers.text(Part.TYPE);
  }

  /** Returns the envelope's id, which is not unique, or null. */
  public String id() {
    return identifiers.text(Part.ID);
  }

  /** Returns the envelope's message id, or null. */
  public String messageId() {
    return identifiers.text(Part.MESSAGE_ID);
  }

  /** Returns the event's time in epoch milliseconds, or null. */
  public Long timestamp() {
    return identifiers.number(Part.TIMESTAMP);
  }
}
