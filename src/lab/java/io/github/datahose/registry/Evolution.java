// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.registry;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.datahose.launch.TopicReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Whether a registry that keeps schemas compatible accepts the current ones after the released
 * ones, and rejects an incompatible one. Only the level of the subject itself may be set.
 */
final class Evolution {
  private static final int OK = 200;
  private static final int INCOMPATIBLE = 409;

  private final RegistryRest registry;
  private final String level;
  private final List<String> complaints = new ArrayList<>();

  /** Prepares the test of a level of compatibility, as Confluent's API spells it. */
  Evolution(RegistryRest registry, String level) {
    this.registry = registry;
    this.level = level;
  }

  /** Runs it and returns the problems; empty if there are none. */
  List<String> run() {
    for (ShippedSchema shipped : ShippedSchema.values()) {
      String subject = "evolution-" + level.toLowerCase(Locale.ROOT) + "-" + shipped;
      for (int i = 0; i < shipped.released().size(); i++) {
        String release = ShippedSchema.releases().get(i);
        expect(OK, subject, release, shipped.released().get(i).toString());
        registry.setCompatibility(subject, level);
      }
      String today = shipped.schema().toString();
      expect(OK, subject, "today's", today);
      int refused = level.equals("NONE") ? OK : INCOMPATIBLE;
      expect(refused, subject, "another type for a field", changed(today, Evolution::setBoolean));
      expect(
          refused, subject, "a field that must be there", changed(today, Evolution::addRequired));
      expect(OK, subject, "one more optional field", changed(today, Evolution::addOptional));
      ArrayNode fields = json(today).withArray("fields");
      boolean mayGo = !level.equals("FULL") || fields.get(fields.size() - 1).has("default");
      expect(
          mayGo ? OK : INCOMPATIBLE,
          subject,
          "a field less",
          changed(today, all -> all.remove(all.size() - 1)));
    }
    return complaints;
  }

  private void expect(int status, String subject, String what, String schema) {
    RegistryRest.Reply reply = registry.register(subject, schema);
    if (reply.status() != status) {
      complaints.add(subject + ", " + what + ": not " + status + " but " + reply);
    }
  }

  private static String changed(String schema, Consumer<ArrayNode> change) {
    ObjectNode changed = json(schema);
    change.accept(changed.withArray("fields"));
    return changed.toString();
  }

  private static ObjectNode json(String schema) {
    return (ObjectNode) TopicReader.json(schema.getBytes(StandardCharsets.UTF_8));
  }

  /** Not bytes: Avro reads texts as such. */
  private static void setBoolean(ArrayNode fields) {
    ((ObjectNode) fields.get(fields.size() - 1)).put("type", "boolean").remove("default");
  }

  private static void addRequired(ArrayNode fields) {
    fields.addObject().put("name", "oneMore").put("type", "string");
  }

  private static void addOptional(ArrayNode fields) {
    ObjectNode field = fields.addObject().put("name", "oneMore").putNull("default");
    field.putArray("type").add("null").add("string");
  }
}
