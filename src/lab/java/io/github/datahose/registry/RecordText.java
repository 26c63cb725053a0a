// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.registry;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Map;
import org.apache.avro.Schema;

/**
 * Writes a decoded value as the files of {@code events-expected} are written: a line for each field
 * that is not null. What does not fit the schema is a line of its own, so that it is found.
 */
final class RecordText {
  private final StringBuilder text = new StringBuilder();

  private RecordText() {}

  /**
   * Writes a value.
   *
   * @param value objects as objects, whatever the reader's language made of them
   * @param schema of a record
   */
  static String of(JsonNode value, Schema schema) {
    RecordText writer = new RecordText();
    writer.line(0, schema.getName());
    writer.fields(1, value, schema);
    return writer.text.toString();
  }

  private void fields(int level, JsonNode record, Schema schema) {
    if (!record.isObject()) {
      line(level, "no record of " + schema.getName() + ": " + record);
      return;
    }
    for (Schema.Field field : schema.getFields()) {
      JsonNode value = record.path(field.name());
      if (!value.isMissingNode() && !value.isNull()) {
        field(level, field.name(), value, present(field.schema()));
      }
    }
    for (Map.Entry<String, JsonNode> field : record.properties()) {
      if (schema.getField(field.getKey()) == null) {
        line(level, field.getKey() + " is not in the schema");
      }
    }
  }

  private void field(int level, String name, JsonNode value, Schema schema) {
    if (schema.getType() == Schema.Type.RECORD) {
      line(level, name + ": " + schema.getName());
      fields(level + 1, value, schema);
    } else if (isListOfRecords(schema) && value.size() > 0) {
      line(level, name + ": list");
      for (JsonNode element : value) {
        line(level + 1, "- " + schema.getElementType().getName());
        fields(level + 2, element, schema.getElementType());
      }
    } else {
      line(level, name + " = " + scalar(value, schema));
    }
  }

  private static String scalar(JsonNode value, Schema schema) {
    String wrong = "of the wrong type: " + value;
    return switch (schema.getType()) {
      case STRING ->
          value.isTextual() ? "\"" + value.textValue().replace("\n", "\\n") + "\"" : wrong;
      case BOOLEAN -> value.isBoolean() ? value.asText() : wrong;
      case LONG -> {
        if (!value.canConvertToLong() || !value.isIntegralNumber()) {
          yield wrong;
        }
        yield "timestamp-millis".equals(schema.getProp("logicalType"))
            ? Instant.ofEpochMilli(value.longValue()).toString()
            : value.asText();
      }
      case ARRAY -> {
        StringBuilder list = new StringBuilder();
        for (JsonNode element : value) {
          list.append(list.isEmpty() ? "" : ", ").append(scalar(element, schema.getElementType()));
        }
        yield value.isArray() ? "[" + list + "]" : wrong;
      }
      default -> wrong;
    };
  }

  private static boolean isListOfRecords(Schema schema) {
    return schema.getType() == Schema.Type.ARRAY
        && schema.getElementType().getType() == Schema.Type.RECORD;
  }

  /** The schema of a value that is there. */
  private static Schema present(Schema schema) {
    return schema.isUnion()
        ? schema.getTypes().stream()
            .filter(type -> type.getType() != Schema.Type.NULL)
            .findFirst()
            .orElseThrow()
        : schema;
  }

  private void line(int level, String content) {
    text.append("  ".repeat(level)).append(content).append('\n');
  }
}
