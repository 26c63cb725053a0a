// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Timestamp;

/**
 * What a JSON object may hold and where it goes: a struct's schema made ready for the mapper, once.
 * Immutable.
 */
final class Shape {

  /** What keys and identities are made of. */
  private static final Set<String> IDENTIFIERS =
      Set.of("messageId", "initialMessageId", "replacedBy", "diagnostic", "streamId");

  /** The shape of a whole event. */
  static final Shape EVENT = new Shape(EventSchemas.EVENT, true);

  /** The same, but of the payload's values only those that identify something. */
  static final Shape EVENT_WITH_IDENTIFIERS = new Shape(EventSchemas.EVENT, false);

  /** What a JSON value has to be. */
  enum Kind {
    STRING,
    EVENT_TYPE,
    INT64,
    TIMESTAMP,
    BOOLEAN,
    FREE_OBJECT,
    STRUCT,
    ARRAY
  }

  /**
   * One place for a value.
   *
   * @param field where the value goes; null for the elements of an array
   * @param shape what a struct holds; null for all other kinds
   * @param element what an array holds; null for all other kinds
   * @param kept whether a value that is no struct is wanted; if not, it is only looked at
   */
  record Place(Kind kind, Schema schema, Field field, Shape shape, Place element, boolean kept) {

    private static Place of(Kind kind, Schema schema, Field field, boolean all) {
      return new Place(
          kind,
          schema,
          field,
          kind == Kind.STRUCT ? new Shape(schema, all) : null,
          kind == Kind.ARRAY
              ? of(kindOf(schema.valueSchema()), schema.valueSchema(), null, true)
              : null,
          all || IDENTIFIERS.contains(field.name()));
    }
  }

  private final Map<String, Place> places = new HashMap<>();

  private Shape(Schema schema, boolean all) {
    for (Field field : schema.fields()) {
      if (!EventSchemas.DERIVED.contains(field.name())) {
        boolean envelope =
            schema == EventSchemas.EVENT && !field.name().equals(EventSchemas.PAYLOAD);
        places.put(field.name(), Place.of(kindOf(field), field.schema(), field, all || envelope));
      }
    }
  }

  /** Where a JSON field of this name goes, or null when nothing is known of it. */
  Place place(String name) {
    return places.get(name);
  }

  private static Kind kindOf(Field field) {
    if (EventSchemas.FREE_OBJECTS.contains(field.name())) {
      return Kind.FREE_OBJECT;
    }
    return field.name().equals(EventSchemas.EVENT_TYPE) ? Kind.EVENT_TYPE : kindOf(field.schema());
  }

  private static Kind kindOf(Schema schema) {
    if (Timestamp.LOGICAL_NAME.equals(schema.name())) {
      return Kind.TIMESTAMP;
    }
    return switch (schema.type()) {
      case STRING -> Kind.STRING;
      case INT64 -> Kind.INT64;
      case BOOLEAN -> Kind.BOOLEAN;
      case STRUCT -> Kind.STRUCT;
      case ARRAY -> Kind.ARRAY;
      default -> throw new IllegalStateException("No JSON is mapped to " + schema.type());
    };
  }
}
