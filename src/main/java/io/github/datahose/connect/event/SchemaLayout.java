// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Timestamp;

/**
 * Layout of a JSON object for the mapper, prepared once from a struct's schema: its fields and
 * their places. Immutable.
 */
final class SchemaLayout {

  /**
   * Fields that identify a message, that show whether a better copy of it might follow, or that
   * lead to these.
   */
  static final Set<String> TELLING =
      Set.of(
          "type",
          "messageId",
          "diagnostic",
          "replacedBy",
          "payload",
          "messageSent",
          "message",
          "sharedMessage");

  /** The layout of a whole event. */
  static final SchemaLayout EVENT = of(EventSchemas.EVENT);

  /**
   * The layout of an event's identifiers only, and of the fields whose type must be right for those
   * to count.
   */
  static final SchemaLayout IDENTIFYING = EVENT.identifying("");

  /** Required kind of a JSON value. */
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
   * A place for a value.
   *
   * @param field field of the value, without its name; null for the elements of an array
   * @param layout layout of a struct; null for other kinds
   * @param element place of an array's elements; null for other kinds
   * @param part the identifier; null for other values, and everywhere in {@link #EVENT}
   */
  record Place(
      Kind kind,
      Schema schema,
      Field field,
      SchemaLayout layout,
      Place element,
      Identifiers.Part part) {

    /**
     * Creates a place. Its field has no name: Kafka needs the name only for errors, which the
     * mapper never causes, and from 3.9 on creates a text from it at each put.
     */
    private static Place of(Kind kind, Schema schema, Field field) {
      return new Place(
          kind,
          schema,
          field == null ? null : new Field(null, field.index(), schema),
          kind == Kind.STRUCT ? SchemaLayout.of(schema) : null,
          kind == Kind.ARRAY ? of(kindOf(schema.valueSchema()), schema.valueSchema(), null) : null,
          null);
    }

    private Place with(SchemaLayout other, Identifiers.Part identifier) {
      return new Place(kind, schema, field, other, element, identifier);
    }
  }

  private final Map<String, Place> places;
  private final Place[] inOrder;

  private SchemaLayout(Map<String, Place> places) {
    this.places = places;
    inOrder = places.values().toArray(new Place[0]);
  }

  private static SchemaLayout of(Schema schema) {
    Map<String, Place> places = new LinkedHashMap<>();
    for (Field field : schema.fields()) {
      if (!EventSchemas.DERIVED.contains(field.name())) {
        places.put(field.name(), Place.of(kindOf(field), field.schema(), field));
      }
    }
    return new SchemaLayout(places);
  }

  private SchemaLayout identifying(String path) {
    Map<String, Place> some = new LinkedHashMap<>();
    places.forEach(
        (name, place) -> {
          String here = path + "/" + name;
          Identifiers.Part part = Identifiers.Part.at(here);
          SchemaLayout inner =
              place.kind() == Kind.STRUCT ? place.layout().identifying(here) : null;
          boolean leads = inner != null && inner.size() > 0;
          if (part != null || leads || (inner == null && TELLING.contains(name))) {
            some.put(name, place.with(inner, part));
          }
        });
    return new SchemaLayout(some);
  }

  /** Returns the number of places. */
  int size() {
    return inOrder.length;
  }

  /**
   * Returns a place by its position in the order of the schema, from 0; this is not the index of
   * its field.
   */
  Place place(int position) {
    return inOrder[position];
  }

  /** Returns the place of a JSON field of this name, or null if it is unknown. */
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
