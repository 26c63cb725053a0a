// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event;

import java.util.Date;
import java.util.List;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;

/** Writes a struct for people: a line for each value that is not null, with the schemas' names. */
final class StructText {

  private final StringBuilder text = new StringBuilder();

  private StructText() {}

  static String of(Struct struct) {
    StructText writer = new StructText();
    writer.line(0, simpleName(struct));
    writer.fields(1, struct);
    return writer.text.toString();
  }

  private void fields(int level, Struct struct) {
    for (Field field : struct.schema().fields()) {
      Object value = struct.get(field);
      if (value instanceof Struct child) {
        line(level, field.name() + ": " + simpleName(child));
        fields(level + 1, child);
      } else if (value instanceof List<?> elements && holdsStructs(elements)) {
        line(level, field.name() + ": list");
        for (Object element : elements) {
          line(level + 1, "- " + simpleName((Struct) element));
          fields(level + 2, (Struct) element);
        }
      } else if (value != null) {
        line(level, field.name() + " = " + scalar(value));
      }
    }
  }

  private void line(int level, String content) {
    text.append("  ".repeat(level)).append(content).append('\n');
  }

  private static boolean holdsStructs(List<?> elements) {
    return !elements.isEmpty() && elements.get(0) instanceof Struct;
  }

  private static String simpleName(Struct struct) {
    return struct.schema().name().replace("io.github.datahose.connect.", "");
  }

  private static String scalar(Object value) {
    if (value instanceof String string) {
      return "\"" + string.replace("\n", "\\n") + "\"";
    }
    return value instanceof Date date ? date.toInstant().toString() : value.toString();
  }
}
