// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.reader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.datahose.connect.delivery.Window;
import io.github.datahose.connect.event.EventSchemas;
import io.github.datahose.launch.Build;
import io.github.datahose.registry.AvroSchemas;
import io.github.datahose.registry.ShippedSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.avro.Schema;
import org.apache.avro.SchemaValidationException;
import org.apache.avro.SchemaValidator;
import org.apache.avro.SchemaValidatorBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Users register these files and generate code of them, so they must not change unnoticed. */
class ShippedSchemasTest {
  private static final SchemaValidator READS_AND_IS_READ =
      new SchemaValidatorBuilder().mutualReadStrategy().validateAll();

  @ParameterizedTest
  @EnumSource
  void matchesConnectSchemas(ShippedSchema shipped) throws IOException {
    String today = AvroSchemas.of(connectSchema(shipped)).toString(true) + "\n";
    Path copy = Build.directory().resolve("schemas").resolve(shipped.path().getFileName());
    Files.createDirectories(copy.getParent());
    Files.writeString(copy, today);

    assertThat(shipped.text())
        .as("If the change is meant, raise the schema's version and copy %s over it", copy)
        .isEqualTo(today);
  }

  @ParameterizedTest
  @EnumSource
  void isCompatibleWithAllReleases(ShippedSchema shipped) {
    assertThat(shipped.released()).hasSize(ShippedSchema.releases().size()).isNotEmpty();
    assertThatCode(() -> READS_AND_IS_READ.validate(shipped.schema(), shipped.released()))
        .doesNotThrowAnyException();
  }

  @Test
  void findsChangedTypeOfField() {
    Schema other =
        ShippedSchema.parse(
            ShippedSchema.HEARTBEAT
                .text()
                .replaceFirst("(\"name\" : \"readAt\",\\s*\"type\" : )\"long\"", "$1\"string\""));
    assertThat(other).isNotEqualTo(ShippedSchema.HEARTBEAT.schema());
    assertThatThrownBy(() -> READS_AND_IS_READ.validate(other, ShippedSchema.HEARTBEAT.released()))
        .isInstanceOf(SchemaValidationException.class);
  }

  @ParameterizedTest
  @EnumSource
  void keepsEachFieldOfAllReleases(ShippedSchema shipped) {
    for (Schema released : shipped.released()) {
      assertThat(fields(shipped.schema(), new TreeSet<>()))
          .containsAll(fields(released, new TreeSet<>()));
    }
  }

  @ParameterizedTest
  @EnumSource
  void hasNewVersionWhenDifferentFromLastRelease(ShippedSchema shipped) {
    List<Schema> released = shipped.released();
    Schema last = released.get(released.size() - 1);

    assertThat(shipped.schema().equals(last))
        .isEqualTo(version(shipped.schema()).equals(version(last)));
  }

  /** A line for each field of a record and of all records inside of it. */
  private static Set<String> fields(Schema schema, Set<String> found) {
    switch (schema.getType()) {
      case UNION -> schema.getTypes().forEach(type -> fields(type, found));
      case ARRAY -> fields(schema.getElementType(), found);
      case MAP -> fields(schema.getValueType(), found);
      case RECORD -> {
        for (Schema.Field field : schema.getFields()) {
          found.add(schema.getFullName() + "." + field.name() + " is " + kind(field.schema()));
          fields(field.schema(), found);
        }
      }
      default -> {}
    }
    return found;
  }

  private static String kind(Schema schema) {
    return switch (schema.getType()) {
      case UNION -> schema.getTypes().stream().map(ShippedSchemasTest::kind).toList().toString();
      case ARRAY -> "array of " + kind(schema.getElementType());
      case MAP -> "map of " + kind(schema.getValueType());
      default -> schema.getFullName() + " " + schema.getProp("logicalType");
    };
  }

  private static Object version(Schema schema) {
    return schema.getObjectProp("connect.version");
  }

  private static org.apache.kafka.connect.data.Schema connectSchema(ShippedSchema shipped) {
    return switch (shipped) {
      case EVENT -> EventSchemas.EVENT;
      case HEARTBEAT -> Heartbeats.SCHEMA;
      case WINDOW -> Window.SCHEMA;
    };
  }
}
