// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Timestamp;

/**
 * What a JSON object may hold and where it goes: a struct's schema made ready for the mapper, once.
 * Immutable.
 */
final class Shape {

  /** The shape of a whole event. */
  static final Shape EVENT = new Shape(EventSchemas.EVENT);

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
   */
  record Place(Kind kind, Schema schema, Field field, Shape shape, Place element) {

    private static Place of(Kind kind, Schema schema, Field field) {
      return new Place(
          kind,
          schema,
          field,
          kind == Kind.STRUCT ? new Shape(schema) : null,
          kind == Kind.ARRAY ? of(kindOf(schema.valueSchema()), schema.valueSchema(), null) : null);
    }
  }

  private final Map<String, Place> places = new HashMap<>();

  private Shape(Schema schema) {
    for (Field field : schema.fields()) {
      if (!EventSchemas.DERIVED.contains(field.name())) {
        places.put(field.name(), Place.of(kindOf(field), field.schema(), field));
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
