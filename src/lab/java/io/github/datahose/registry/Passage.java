// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.registry;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One way of the sample events from the pod to a consumer.
 *
 * @param name the connector's, and where its topics' names begin
 * @param encoding what the values are in Kafka
 * @param topicPerType whether {@code topic} has {@code ${type}}
 * @param subjects where the schemas stand in the registry
 * @param registered whether they are registered beforehand, from the shipped files
 * @param options options besides those of {@code config/avro.json}; an empty one takes it out
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

  static final String AVRO_CONVERTER = "io.confluent.connect.avro.AvroConverter";

  private static final String CONVERTER = "value.converter";
  private static final String AUTO_REGISTER = CONVERTER + ".auto.register.schemas";
  private static final String ENHANCED = CONVERTER + ".enhanced.avro.schema.support";

  /** All that are shown to work. */
  static List<Passage> all() {
    List<Passage> all = new ArrayList<>();
    // config/avro.json as it is.
    all.add(avro("avro", false, Subjects.TOPIC_NAME, true, Map.of()));
    all.add(avro("avro-by-type", true, Subjects.TOPIC_NAME, false, Map.of()));
    all.add(avro("avro-by-type-record-name", true, Subjects.RECORD_NAME, false, Map.of()));
    all.add(avro("avro-by-type-both-names", true, Subjects.TOPIC_RECORD_NAME, false, Map.of()));
    all.add(avro("avro-enhanced", false, Subjects.TOPIC_NAME, false, Map.of(ENHANCED, "true")));
    all.add(
        avro(
            "avro-enhanced-registered",
            false,
            Subjects.TOPIC_NAME,
            true,
            Map.of(ENHANCED, "true")));
    all.add(
        avro(
            "avro-key",
            false,
            Subjects.TOPIC_NAME,
            false,
            Map.of("key.converter", AVRO_CONVERTER)));
    String json = "org.apache.kafka.connect.json.JsonConverter";
    String schemas = CONVERTER + ".schemas.enable";
    all.add(
        kafka(
            "json-schemas", Encoding.JSON_WITH_SCHEMAS, Map.of(CONVERTER, json, schemas, "true")));
    all.add(kafka("json", Encoding.JSON, Map.of(CONVERTER, json, schemas, "false")));
    String text = "org.apache.kafka.connect.storage.StringConverter";
    all.add(kafka("text", Encoding.TEXT, Map.of(CONVERTER, text, "record.value", "json")));
    return all;
  }

  /** As {@code config/avro.json} is, but nobody has registered a schema. */
  static Passage unregistered() {
    return new Passage(
        "avro-unregistered", Encoding.AVRO, false, Subjects.TOPIC_NAME, false, Map.of());
  }

  /** Whether the keys are Avro, too. */
  boolean hasAvroKeys() {
    return AVRO_CONVERTER.equals(options.get("key.converter"));
  }

  /** The value of the option {@code topic}. */
  String topic() {
    return topicPerType ? name + ".${type}" : name;
  }

  /** The topic of the heartbeats. */
  String heartbeats() {
    return name + ".heartbeats";
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
      all.put(CONVERTER + ".value.subject.name.strategy", subjects.strategyClass());
    }
    return new Passage(name, Encoding.AVRO, topicPerType, subjects, registered, all);
  }

  private static Passage kafka(String name, Encoding encoding, Map<String, String> options) {
    Map<String, String> all = new HashMap<>(options);
    all.put(CONVERTER + ".schema.registry.url", "");
    all.put(AUTO_REGISTER, "");
    return new Passage(name, encoding, true, null, false, all);
  }
}
