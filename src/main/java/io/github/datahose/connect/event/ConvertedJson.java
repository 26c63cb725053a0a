// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;

/**
 * The output of Kafka's JSON converter for a record's value, without the schema: a struct with all
 * its null fields, a text in quotes and escaped. Like the converter, it uses Jackson with its
 * defaults: a character outside the BMP takes 12 bytes, and an empty object in a list grows to all
 * its fields as nulls, 30 times its size. The output of other converters is smaller.
 */
public final class ConvertedJson {

  private static final JsonFactory FACTORY = new JsonFactory();

  private ConvertedJson() {}

  /**
   * Returns the size of a value.
   *
   * @param value a struct of {@link EventSchemas#EVENT} or a text
   * @return bytes
   */
  public static long sizeOf(Object value) {
    return sizeOf(value, true);
  }

  /** Returns the size of {@link #textOf} in bytes. */
  static long sizeOfText(Struct struct) {
    return sizeOf(struct, false);
  }

  private static long sizeOf(Object value, boolean nulls) {
    CountingStream stream = new CountingStream();
    write(value, nulls, stream);
    return stream.count;
  }

  /** Returns the struct as JSON without its null fields. */
  public static String textOf(Struct struct) {
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    write(struct, false, stream);
    return stream.toString(StandardCharsets.UTF_8);
  }

  private static void write(Object value, boolean nulls, OutputStream stream) {
    try (JsonGenerator json = FACTORY.createGenerator(stream)) {
      write(value, nulls, json);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private static void write(Object value, boolean nulls, JsonGenerator json) throws IOException {
    if (value == null) {
      json.writeNull();
    } else if (value instanceof Struct struct) {
      json.writeStartObject();
      for (Field field : struct.schema().fields()) {
        Object child = struct.get(field);
        if (nulls || child != null) {
          json.writeFieldName(field.name());
          write(child, nulls, json);
        }
      }
      json.writeEndObject();
    } else if (value instanceof List<?> list) {
      json.writeStartArray();
      for (Object element : list) {
        write(element, nulls, json);
      }
      json.writeEndArray();
    } else if (value instanceof Map<?, ?> map) {
      json.writeStartObject();
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        json.writeFieldName((String) entry.getKey());
        write(entry.getValue(), nulls, json);
      }
      json.writeEndObject();
    } else if (value instanceof Date date) {
      json.writeNumber(Timestamp.fromLogical(Timestamp.SCHEMA, date));
    } else if (value instanceof Long number) {
      json.writeNumber(number);
    } else if (value instanceof Boolean bool) {
      json.writeBoolean(bool);
    } else {
      json.writeString((String) value);
    }
  }

  private static final class CountingStream extends OutputStream {

    private long count;

    @Override
    public void write(int single) {
      count++;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      count += length;
    }
  }
}
