// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.registry;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One way of the sample events from the pod to a consumer.
 *
 * @param name the connector's, and where its topics' names begin
 * @param encoding what the values are in Kafka
 * @param topicPerType whether {@code topic} has {@code ${type}}
 * @param subjects subjects of the schemas in the registry
 * @param registered whether they are registered beforehand, from the shipped files
 * @param options options in addition to those of {@code config/avro.json}; an empty one removes it
 */
record Passage(
    String name,
    Encoding encoding,
    boolean topicPerType,
    Subjects subjects,
    boolean registered,
    Map<String, String> options) {

  /** What the values are in Kafka. */
  enum Encoding {
    AVRO,
    JSON_WITH_SCHEMAS,
    JSON,
    TEXT
  }

  /** Confluent's strategies to name the subject of a record's schema. */
  enum Subjects {
    /** One for each topic: the default, and what most tools look for. */
    TOPIC_NAME("TopicNameStrategy"),
    /** One for each kind of record, whatever the topic. */
    RECORD_NAME("RecordNameStrategy"),
    /** One for each kind of record in each topic. */
    TOPIC_RECORD_NAME("TopicRecordNameStrategy");

    private final String strategy;

    Subjects(String strategy) {
      this.strategy = strategy;
    }

    /** The subject of a schema in a topic. */
    String of(String topic, ShippedSchema schema) {
      String record = schema.schema().getFullName();
      return switch (this) {
        case TOPIC_NAME -> topic + "-value";
        case RECORD_NAME -> record;
        case TOPIC_RECORD_NAME -> topic + "-" + record;
      };
    }
  }

  static final String AVRO_CONVERTER = "io.confluent.connect.avro.AvroConverter";

  private static final String CONVERTER = "value.converter";
  private static final String AUTO_REGISTER = CONVERTER + ".auto.register.schemas";
  private static final Map<String, String> ENHANCED =
      Map.of(CONVERTER + ".enhanced.avro.schema.support", "true");

  /** All that are shown to work. */
  static List<Passage> all() {
    Map<String, String> none = Map.of();
    Map<String, String> avroKeys = Map.of("key.converter", AVRO_CONVERTER);
    String json = "org.apache.kafka.connect.json.JsonConverter";
    String text = "org.apache.kafka.connect.storage.StringConverter";
    String schemas = CONVERTER + ".schemas.enable";
    return List.of(
        // config/avro.json as it is.
        avro("avro", false, Subjects.TOPIC_NAME, true, none),
        avro("avro-by-type", true, Subjects.TOPIC_NAME, false, none),
        avro("avro-by-type-record-name", true, Subjects.RECORD_NAME, false, none),
        avro("avro-by-type-both-names", true, Subjects.TOPIC_RECORD_NAME, false, none),
        avro("avro-enhanced", false, Subjects.TOPIC_NAME, false, ENHANCED),
        avro("avro-enhanced-registered", false, Subjects.TOPIC_NAME, true, ENHANCED),
        avro("avro-key", false, Subjects.TOPIC_NAME, false, avroKeys),
        kafka("json-schemas", Encoding.JSON_WITH_SCHEMAS, json, Map.of(schemas, "true")),
        kafka("json", Encoding.JSON, json, Map.of(schemas, "false")),
        kafka("text", Encoding.TEXT, text, Map.of("record.value", "json")));
  }

  /** As {@code config/avro.json} is, but nobody has registered a schema. */
  static Passage unregistered() {
    return avro("avro-unregistered", false, Subjects.TOPIC_NAME, true, Map.of());
  }

  /** Whether the keys are Avro, too. */
  boolean hasAvroKeys() {
    return AVRO_CONVERTER.equals(options.get("key.converter"));
  }

  /** The value of the option {@code topic}. */
  String topic() {
    return topicPerType ? name + ".${type}" : name;
  }

  /** The topic of the heartbeats; only where the values are Avro. */
  String heartbeats() {
    return name + ".heartbeats";
  }

  /** The topic of the ledger. */
  String ledger() {
    return name + ".ledger";
  }

  private static Passage avro(
      String name,
      boolean topicPerType,
      Subjects subjects,
      boolean registered,
      Map<String, String> options) {
    Map<String, String> all = new HashMap<>(options);
    if (!registered) {
      all.put(AUTO_REGISTER, "true");
    }
    if (subjects != Subjects.TOPIC_NAME) {
      all.put(
          CONVERTER + ".value.subject.name.strategy",
          "io.confluent.kafka.serializers.subject." + subjects.strategy);
    }
    return new Passage(name, Encoding.AVRO, topicPerType, subjects, registered, all);
  }

  private static Passage kafka(
      String name, Encoding encoding, String converter, Map<String, String> options) {
    Map<String, String> all = new HashMap<>(options);
    all.put(CONVERTER, converter);
    all.put(CONVERTER + ".schema.registry.url", "");
    all.put(AUTO_REGISTER, "");
    return new Passage(name, encoding, true, null, false, all);
  }
}
