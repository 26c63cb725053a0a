// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.registry;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.io.JsonEncoder;
import org.apache.kafka.connect.data.Struct;

/** Makes Avro records of structs, by the schemas that {@link AvroSchemas} makes of theirs. */
public final class AvroRecords {

  private AvroRecords() {}

  /** A struct as a record of this schema. */
  public static GenericRecord of(Struct struct, Schema schema) {
    GenericRecord record = new GenericData.Record(schema);
    for (Schema.Field field : schema.getFields()) {
      record.put(field.name(), value(struct.get(field.name()), field.schema()));
    }
    return record;
  }

  /** A record in Avro's encoding as JSON, on one line. */
  public static String json(GenericRecord record) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      JsonEncoder encoder = EncoderFactory.get().jsonEncoder(record.getSchema(), bytes);
      new GenericDatumWriter<GenericRecord>(record.getSchema()).write(record, encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  /** Reads what {@link #json} wrote. */
  public static GenericRecord read(String json, Schema schema) {
    try {
      return new GenericDatumReader<GenericRecord>(schema)
          .read(null, DecoderFactory.get().jsonDecoder(schema, json));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Object value(Object value, Schema schema) {
    if (value == null) {
      return null;
    }
    Schema present = schema.isUnion() ? schema.getTypes().get(1) : schema;
    if (value instanceof Struct struct) {
      return of(struct, present);
    }
    if (value instanceof List<?> list) {
      return list.stream().map(element -> value(element, present.getElementType())).toList();
    }
    return value instanceof Date date ? (Object) date.getTime() : value;
  }
}
