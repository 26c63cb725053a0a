// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Changes an event at random places and writes it as JSON that parsers accept: fields added,
 * removed, retyped, made null, nested deeper, given twice, odd Unicode, odd numbers, odd spacing.
 */
public final class EventMutation {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final Map<String, List<String>> ODD = Fixtures.lists("oddities", "events.json");
  private static final List<String> NAMES = ODD.get("names");
  private static final List<String> NUMBERS = ODD.get("numbers");
  private static final List<String> STRINGS = ODD.get("strings");

  private final Random random;
  private final StringBuilder json = new StringBuilder();
  private ObjectNode doubled;
  private boolean duplicateKey;

  private EventMutation(Random random) {
    this.random = random;
  }

  /**
   * A changed event.
   *
   * @param duplicateKey whether some object outside the free ones has a key twice
   */
  public record Mutant(String json, boolean duplicateKey) {}

  /** Changes a copy at up to three places, or only writes it again. */
  public static Mutant of(ObjectNode event, Random random) {
    ObjectNode changed = event.deepCopy();
    EventMutation mutation = new EventMutation(random);
    for (int i = random.nextInt(4); i > 0; i--) {
      mutation.change(changed);
    }
    mutation.write(changed, false);
    return new Mutant(mutation.json.toString(), mutation.duplicateKey);
  }

  private void change(ObjectNode event) {
    List<ObjectNode> objects = new ArrayList<>();
    List<ArrayNode> arrays = new ArrayList<>();
    collect(event, objects, arrays);
    ObjectNode object = pick(objects);
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    String name = names.isEmpty() ? "empty" : pick(names);
    switch (random.nextInt(9)) {
      case 0 -> object.remove(name);
      case 1 -> object.set(pick(NAMES), value(0));
      case 2 -> object.set(name, value(0));
      case 3 -> object.putNull(name);
      case 4 -> object.set(name, nested(object.path(name)));
      case 5 -> object.put(name, pick(STRINGS));
      case 6 -> doubled = object;
      case 7 -> {
        ArrayNode array = arrays.isEmpty() ? NODES.arrayNode() : pick(arrays);
        array.insert(random.nextInt(array.size() + 1), value(0));
      }
      default -> {
        List<ObjectNode> others = objects.stream().filter(other -> other != event).toList();
        if (!others.isEmpty()) {
          object.set(pick(NAMES), pick(others).deepCopy());
        }
      }
    }
  }

  private static void collect(JsonNode node, List<ObjectNode> objects, List<ArrayNode> arrays) {
    if (node instanceof ObjectNode object) {
      objects.add(object);
    } else if (node instanceof ArrayNode array) {
      arrays.add(array);
    }
    node.forEach(child -> collect(child, objects, arrays));
  }

  private JsonNode value(int depth) {
    return switch (random.nextInt(depth > 2 ? 5 : 7)) {
      case 0 -> NODES.nullNode();
      case 1 -> NODES.booleanNode(random.nextBoolean());
      case 2, 3 -> NODES.textNode(pick(STRINGS));
      case 4 -> NODES.rawValueNode(new RawValue(pick(NUMBERS)));
      case 5 -> {
        ArrayNode array = NODES.arrayNode();
        for (int i = random.nextInt(3); i > 0; i--) {
          array.add(value(depth + 1));
        }
        yield array;
      }
      default -> {
        ObjectNode object = NODES.objectNode();
        for (int i = random.nextInt(3); i > 0; i--) {
          object.set(pick(NAMES), value(depth + 1));
        }
        yield object;
      }
    };
  }

  private JsonNode nested(JsonNode value) {
    JsonNode nested = value.isMissingNode() ? NODES.nullNode() : value;
    for (int i = pick(List.of(1, 2, 3, 190, 195, 200, 250)); i > 0; i--) {
      nested =
          random.nextBoolean()
              ? NODES.arrayNode().add(nested)
              : NODES.objectNode().set("n", nested);
    }
    return nested;
  }

  private void write(JsonNode node, boolean free) {
    if (node instanceof ObjectNode object) {
      json.append('{').append(space());
      Iterator<Map.Entry<String, JsonNode>> fields = object.fields();
      while (fields.hasNext()) {
        Map.Entry<String, JsonNode> field = fields.next();
        boolean freeField = free || EventSchemas.FREE_OBJECTS.contains(field.getKey());
        writeField(field.getKey(), field.getValue(), freeField);
        if (object == doubled && random.nextBoolean()) {
          json.append(',').append(space());
          writeField(field.getKey(), NODES.textNode("again"), freeField);
          duplicateKey |= !free;
        }
        json.append(fields.hasNext() ? "," : "").append(space());
      }
      json.append('}');
    } else if (node instanceof ArrayNode array) {
      json.append('[').append(space());
      for (int i = 0; i < array.size(); i++) {
        json.append(i > 0 ? "," : "").append(space());
        write(array.get(i), free);
      }
      json.append(space()).append(']');
    } else if (node.isTextual()) {
      writeString(node.textValue());
    } else {
      json.append(node.isPojo() ? node.toString() : node.asText());
    }
  }

  private void writeField(String name, JsonNode value, boolean free) {
    writeString(name);
    json.append(space()).append(':').append(space());
    write(value, free);
  }

  private void writeString(String string) {
    boolean escapeMore = random.nextInt(20) == 0;
    json.append('"');
    for (int i = 0; i < string.length(); i++) {
      char current = string.charAt(i);
      boolean must = current < ' ' || Character.isSurrogate(current) && !isPaired(string, i);
      if (current == '"' || current == '\\') {
        json.append('\\').append(current);
      } else if (must || escapeMore) {
        json.append(String.format(random.nextBoolean() ? "\\u%04x" : "\\u%04X", (int) current));
      } else {
        json.append(current);
      }
    }
    json.append('"');
  }

  private static boolean isPaired(String string, int i) {
    char current = string.charAt(i);
    return Character.isHighSurrogate(current)
        ? i + 1 < string.length() && Character.isLowSurrogate(string.charAt(i + 1))
        : i > 0 && Character.isHighSurrogate(string.charAt(i - 1));
  }

  private String space() {
    return random.nextInt(10) == 0 ? pick(List.of(" ", "\n", "\r\n\t")) : "";
  }

  private <T> T pick(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
