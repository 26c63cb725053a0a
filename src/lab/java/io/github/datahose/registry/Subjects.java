// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.registry;

import java.util.function.BiFunction;

/** Confluent's strategies to name the subject of a record's schema. */
enum Subjects {
  /** One for each topic: the default, and what most tools look for. */
  TOPIC_NAME("TopicNameStrategy", (topic, record) -> topic + "-value"),

  /** One for each kind of record, whatever the topic. */
  RECORD_NAME("RecordNameStrategy", (topic, record) -> record),

  /** One for each kind of record in each topic. */
  TOPIC_RECORD_NAME("TopicRecordNameStrategy", (topic, record) -> topic + "-" + record);

  private final String strategy;
  private final BiFunction<String, String, String> name;

  Subjects(String strategy, BiFunction<String, String, String> name) {
    this.strategy = strategy;
    this.name = name;
  }

  /** The class, as a converter's option takes it. */
  String strategyClass() {
    return "io.confluent.kafka.serializers.subject." + strategy;
  }

  /** The subject of a schema in a topic. */
  String of(String topic, ShippedSchema schema) {
    return name.apply(topic, schema.schema().getFullName());
  }
}
