// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Date;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every sample event against what it has to become, whole, in {@code events-expected}. */
class FixtureTest {

  @ParameterizedTest
  @MethodSource("io.github.datahose.connect.event.Fixtures#eventNames")
  void mapsEventAsExpected(String name) {
    assertThat(describe(Fixtures.event(name)))
        .isEqualTo(Fixtures.text("events-expected", name + ".txt"));
  }

  @Test
  void hasExpectationForEachEventAndSampleOfEachType() {
    assertThat(Fixtures.fileNames("events-expected"))
        .containsExactlyInAnyOrderElementsOf(
            Fixtures.eventNames().stream().map(name -> name + ".txt").toList());
    assertThat(
            Fixtures.eventNames().stream()
                .map(name -> new EventMapper().map(Fixtures.event(name)).type())
                .collect(Collectors.toSet()))
        .containsAll(EventSchemas.EVENT_TYPES);
  }

  private static String describe(RawEvent json) {
    MappedEvent event = new EventMapper().map(json);
    Identity identity = new Identity.Digest().identityOf(event, json);
    return """
        mapping error: %s
        field of wrong type: %s
        stream key: %s
        message key: %s
        known by: %s

        %s"""
        .formatted(
            event.mappingError(),
            event.hasFieldOfWrongType(),
            RecordKey.STREAM.of(event, identity),
            RecordKey.MESSAGE.of(event, identity),
            identity.equals(identityOfItsBytes(json)) ? "its bytes" : "type and message id",
            StructText.of(event.struct()));
  }

  private static Identity identityOfItsBytes(RawEvent json) {
    MappedEvent nothingMapped = MappedEvent.unreadable(true);
    return new Identity.Digest().identityOf(nothingMapped, json);
  }

  /**
   * Writes a struct for people: a line for each value that is not null, with the schemas' names.
   */
  private static final class StructText {

    private final StringBuilder text = new StringBuilder();

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
}
