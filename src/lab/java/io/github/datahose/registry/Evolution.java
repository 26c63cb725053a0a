// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.apache.avro.JsonProperties;
import org.apache.avro.Schema;

/**
 * Whether a registry that keeps schemas compatible takes today's after the released ones, and
 * refuses one that is not compatible. Nothing but the subject's own level may be set.
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

  /** Runs it and answers what was found wrong; empty when all is well. */
  List<String> run() {
    for (ShippedSchema shipped : ShippedSchema.values()) {
      String subject = "evolution-" + level.toLowerCase(Locale.ROOT) + "-" + shipped;
      for (int i = 0; i < shipped.released().size(); i++) {
        String release = ShippedSchema.releases().get(i);
        expect(OK, subject, release, shipped.released().get(i));
        registry.setCompatibility(subject, level);
      }
      Schema today = shipped.schema();
      expect(OK, subject, "today's", today);
      boolean keeps = !level.equals("NONE");
      int refused = keeps ? INCOMPATIBLE : OK;
      expect(refused, subject, "another type for a field", changed(today, Evolution::asBytes));
      expect(refused, subject, "a field that must be there", added(today, false));
      expect(OK, subject, "one more optional field", added(today, true));
      boolean mayGo = !level.equals("FULL") || last(today).hasDefaultValue();
      expect(mayGo ? OK : INCOMPATIBLE, subject, "a field less", withoutLast(today));
    }
    return complaints;
  }

  private void expect(int status, String subject, String what, Schema schema) {
    RegistryRest.Reply reply = registry.register(subject, schema.toString());
    if (reply.status() != status) {
      complaints.add(
          subject
              + ", "
              + what
              + ": "
              + reply.status()
              + " instead of "
              + status
              + " "
              + reply.body());
    }
  }

  /** The same with another last field. */
  private static Schema changed(Schema schema, UnaryOperator<Schema.Field> change) {
    List<Schema.Field> fields = copies(schema);
    fields.add(change.apply(fields.remove(fields.size() - 1)));
    return withFields(schema, fields);
  }

  private static Schema.Field asBytes(Schema.Field field) {
    return new Schema.Field(field.name(), Schema.create(Schema.Type.BYTES));
  }

  private static Schema added(Schema schema, boolean optional) {
    Schema text = Schema.create(Schema.Type.STRING);
    List<Schema.Field> fields = copies(schema);
    fields.add(
        optional
            ? new Schema.Field(
                "oneMore",
                Schema.createUnion(Schema.create(Schema.Type.NULL), text),
                null,
                JsonProperties.NULL_VALUE)
            : new Schema.Field("oneMore", text));
    return withFields(schema, fields);
  }

  private static Schema withoutLast(Schema schema) {
    List<Schema.Field> fields = copies(schema);
    fields.remove(fields.size() - 1);
    return withFields(schema, fields);
  }

  private static Schema.Field last(Schema schema) {
    return schema.getFields().get(schema.getFields().size() - 1);
  }

  private static List<Schema.Field> copies(Schema schema) {
    return new ArrayList<>(
        schema.getFields().stream().map(each -> new Schema.Field(each, each.schema())).toList());
  }

  private static Schema withFields(Schema schema, List<Schema.Field> fields) {
    Schema changed =
        Schema.createRecord(schema.getName(), null, schema.getNamespace(), false, fields);
    schema.getObjectProps().forEach(changed::addProp);
    return changed;
  }
}
