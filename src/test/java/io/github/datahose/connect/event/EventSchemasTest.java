// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.junit.jupiter.api.Test;

/**
 * What the shipped Avro schema does not say. {@code ShippedSchemasTest} holds names, order, types,
 * versions and defaults against it.
 */
class EventSchemasTest {

  private static final String NAMESPACE = "io.github.datahose.connect.";
  private static final List<Schema> SCHEMAS = schemas(EventSchemas.EVENT, new ArrayList<>());
  private static final List<Schema> STRUCTS =
      SCHEMAS.stream().filter(schema -> schema.type() == Schema.Type.STRUCT).toList();

  @Test
  void usesOneSchemaForEachName() {
    Map<String, List<Field>> shapes = new HashMap<>();
    for (Schema struct : STRUCTS) {
      assertThat(struct.fields())
          .as(struct.name())
          .isEqualTo(shapes.computeIfAbsent(struct.name(), name -> struct.fields()));
    }
  }

  @Test
  void definesVersionOnlyAtTopAndNoDocOrParameters() {
    assertThat(SCHEMAS).allMatch(schema -> schema.doc() == null && schema.parameters() == null);
    assertThat(STRUCTS)
        .filteredOn(struct -> struct.version() != null)
        .containsExactly(EventSchemas.EVENT);
  }

  @Test
  void definesTypeOfEachPayload() {
    Schema payload = EventSchemas.EVENT.field("payload").schema();
    assertThat(EventSchemas.PAYLOAD_TYPES)
        .hasSize(17)
        .allMatch(type -> payload.field(type.property()).schema() == type.schema())
        .allMatch(type -> type.eventType().equalsIgnoreCase(type.property()))
        .allMatch(type -> type.schema().name().equalsIgnoreCase(NAMESPACE + type.property()));
  }

  @Test
  void defines16DatahoseEventTypes() {
    assertThat(EventSchemas.DATAHOSE_EVENT_TYPES)
        .hasSize(16)
        .doesNotContain("GENERICSYSTEMEVENT")
        .isSubsetOf(EventSchemas.EVENT_TYPES);
    assertThat(EventSchemas.EVENT_TYPES).hasSize(17).contains("GENERICSYSTEMEVENT");
  }

  @Test
  void definesAtMost64FieldsPerStruct() {
    assertThat(STRUCTS).allMatch(struct -> struct.fields().size() <= Long.SIZE);
  }

  private static List<Schema> schemas(Schema schema, List<Schema> found) {
    found.add(schema);
    if (schema.type() == Schema.Type.STRUCT) {
      schema.fields().forEach(field -> schemas(field.schema(), found));
    } else if (schema.type() == Schema.Type.ARRAY) {
      schemas(schema.valueSchema(), found);
    }
    return found;
  }
}
