// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.util.Date;
import java.util.List;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;

/** Turns structs back to JSON, and JSON into trees that compare equal when they say the same. */
final class StructTree {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final ObjectMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(2_000)
                          .maxNumberLength(9_000)
                          .build())
                  .build())
          .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private StructTree() {}

  /** A JSON text as a tree, with exact numbers and every null field left out. */
  static JsonNode parse(String json) {
    try {
      return withoutNulls(MAPPER.readTree(json));
    } catch (JsonProcessingException e) {
      throw new AssertionError("The test wrote JSON that does not parse: " + json, e);
    }
  }

  static JsonNode of(Struct struct) {
    ObjectNode object = NODES.objectNode();
    for (Field field : struct.schema().fields()) {
      Object value = struct.get(field);
      if (value != null) {
        boolean free = EventSchemas.FREE_OBJECTS.contains(field.name());
        object.set(field.name(), free ? parse((String) value) : node(value));
      }
    }
    return object;
  }

  private static JsonNode node(Object value) {
    if (value instanceof Struct struct) {
      return of(struct);
    }
    if (value instanceof List<?> list) {
      ArrayNode array = NODES.arrayNode();
      list.forEach(element -> array.add(node(element)));
      return array;
    }
    if (value instanceof Date date) {
      return NODES.numberNode(BigInteger.valueOf(date.getTime()));
    }
    if (value instanceof Long number) {
      return NODES.numberNode(BigInteger.valueOf(number));
    }
    return value instanceof Boolean bool ? NODES.booleanNode(bool) : NODES.textNode((String) value);
  }

  private static JsonNode withoutNulls(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.properties().removeIf(field -> field.getValue().isNull());
    }
    node.forEach(StructTree::withoutNulls);
    return node;
  }
}
