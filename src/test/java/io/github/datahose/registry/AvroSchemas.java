// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.registry;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.JsonProperties;
import org.apache.avro.Schema;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Timestamp;

/**
 * Makes Avro schemas of Connect schemas as {@code io.confluent.connect.avro.AvroData} does with its
 * defaults, for the kinds of schemas that the connector has; {@link RegistryLane} holds its results
 * against what the real one registers. Not for use by several threads at once.
 */
public final class AvroSchemas {
  private final Map<String, Schema> named = new HashMap<>();

  private AvroSchemas() {}

  /** The Avro schema for a Connect schema. */
  public static Schema of(org.apache.kafka.connect.data.Schema schema) {
    return new AvroSchemas().convert(schema);
  }

  private Schema convert(org.apache.kafka.connect.data.Schema schema) {
    Schema converted = converted(schema);
    return schema.isOptional()
        ? Schema.createUnion(Schema.create(Schema.Type.NULL), converted)
        : converted;
  }

  private Schema converted(org.apache.kafka.connect.data.Schema schema) {
    return switch (schema.type()) {
      case STRING -> Schema.create(Schema.Type.STRING);
      case BOOLEAN -> Schema.create(Schema.Type.BOOLEAN);
      case INT64 -> number(schema);
      case ARRAY -> Schema.createArray(convert(schema.valueSchema()));
      case MAP -> Schema.createMap(convert(schema.valueSchema()));
      case STRUCT -> record(schema);
      default -> throw new IllegalArgumentException("The connector has had no " + schema.type());
    };
  }

  private static Schema number(org.apache.kafka.connect.data.Schema schema) {
    Schema number = Schema.create(Schema.Type.LONG);
    tellOfConnect(number, schema);
    if (Timestamp.LOGICAL_NAME.equals(schema.name())) {
      number.addProp("logicalType", "timestamp-millis");
    }
    return number;
  }

  private Schema record(org.apache.kafka.connect.data.Schema schema) {
    Schema known = named.get(schema.name());
    if (known != null) {
      return known;
    }
    int dot = schema.name().lastIndexOf('.');
    Schema record =
        Schema.createRecord(
            schema.name().substring(dot + 1), null, schema.name().substring(0, dot), false);
    named.put(schema.name(), record);
    List<Schema.Field> fields = new ArrayList<>();
    for (Field field : schema.fields()) {
      Object otherwise = field.schema().isOptional() ? JsonProperties.NULL_VALUE : null;
      fields.add(new Schema.Field(field.name(), convert(field.schema()), null, otherwise));
    }
    record.setFields(fields);
    tellOfConnect(record, schema);
    return record;
  }

  private static void tellOfConnect(Schema avro, org.apache.kafka.connect.data.Schema schema) {
    if (schema.version() != null) {
      avro.addProp("connect.version", schema.version());
    }
    if (schema.name() != null) {
      avro.addProp("connect.name", schema.name());
    }
  }
}
