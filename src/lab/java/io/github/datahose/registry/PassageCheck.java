// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.registry;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.datahose.launch.TopicReader;
import io.github.datahose.simulator.LedgerSnapshot;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.avro.Schema;

/** Holds what a consumer decoded, and what the registry has, against what was sent. */
final class PassageCheck {
  private final Passage passage;
  private final List<SampleEvent> events;
  private final List<String> complaints = new ArrayList<>();

  PassageCheck(Passage passage, List<SampleEvent> events) {
    this.passage = passage;
    this.events = events;
  }

  /** Returns the problems; empty if there are none. */
  List<String> complaints() {
    return complaints;
  }

  /** Each event must have been for the feed, and acknowledged. */
  void ledger(LedgerSnapshot totals) {
    expect("events for the feed", (long) events.size(), totals.expected());
    expect("events acknowledged", (long) events.size(), totals.acknowledged());
  }

  /** Each event must be there once, field by field, and nothing else. */
  void records(List<RecordReader.Decoded> records) {
    List<String> missing = new ArrayList<>();
    events.forEach(event -> missing.add(expected(event)));
    List<String> unexpected = new ArrayList<>();
    for (RecordReader.Decoded record : records) {
      String actual = actual(record);
      if (!missing.remove(actual)) {
        unexpected.add(actual);
      }
    }
    missing.forEach(text -> complaints.add("missing:\n" + text));
    unexpected.forEach(text -> complaints.add("unexpected:\n" + text));
    checkSchemas(records, ShippedSchema.EVENT);
  }

  /** Heartbeats have numbers that nobody foresees, so these are held against their schema. */
  void heartbeats(List<RecordReader.Decoded> heartbeats) {
    checkSchemas(heartbeats, ShippedSchema.HEARTBEAT);
    for (RecordReader.Decoded heartbeat : heartbeats) {
      expect("reader of a heartbeat", heartbeat.key(), heartbeat.value().path("reader").asText());
      String text = RecordText.of(heartbeat.value(), ShippedSchema.HEARTBEAT.schema());
      String numbers = text.replaceAll("(readAt|reads|events|records|duplicates) = \\d+\n", "$1 ");
      expect(
          "heartbeat",
          "Heartbeat\n  reader = \""
              + heartbeat.key()
              + "\"\n  readAt   reads   events   records   duplicates ",
          numbers);
    }
  }

  /** The windows of the ledger must count each event once, and say where its record is. */
  void windows(List<RecordReader.Decoded> windows) {
    checkSchemas(windows, ShippedSchema.WINDOW);
    Map<String, Long> expected = new TreeMap<>();
    events.forEach(event -> expected.merge(event.topic(passage.topic()), 1L, Long::sum));
    Map<String, Long> records = new TreeMap<>();
    long sequence = 0;
    for (RecordReader.Decoded window : windows) {
      sequence++;
      JsonNode fields = fields(window);
      expect("reader of a window", window.key(), fields.path("reader").asText());
      expect("number of a window", sequence, fields.path("sequence").asLong());
      for (Map.Entry<String, JsonNode> topic : fields.path("records").properties()) {
        records.merge(topic.getKey(), topic.getValue().asLong(), Long::sum);
      }
    }
    expect("records by the ledger", expected, records);
    expect("events of the ledger", (long) events.size(), eventsIn(windows));
  }

  /** The number of events that windows of the ledger count. */
  long eventsIn(List<RecordReader.Decoded> windows) {
    return windows.stream().mapToLong(each -> fields(each).path("events").asLong()).sum();
  }

  private JsonNode fields(RecordReader.Decoded window) {
    return switch (passage.encoding()) {
      case AVRO, JSON -> window.value();
      case JSON_WITH_SCHEMAS -> window.value().path("payload");
      case TEXT -> TopicReader.json(window.value().textValue().getBytes(StandardCharsets.UTF_8));
    };
  }

  /**
   * The registry must have got the passage's subjects, with the shipped schemas and nothing else.
   *
   * @param added subjects that it has got
   */
  void subjects(RegistryRest registry, Set<String> added) {
    Map<String, ShippedSchema> expected = expectedSubjects();
    Set<String> names = new TreeSet<>(expected.keySet());
    if (passage.hasAvroKeys()) {
      names.add(passage.name() + "-key");
      names.add(passage.heartbeats() + "-key");
      names.add(passage.ledger() + "-key");
    }
    expect("subjects", names, added);
    names.retainAll(added);
    for (String name : names) {
      String text = registry.latest(name);
      expect("versions of " + name, 1, registry.versions(name));
      ShippedSchema shipped = expected.get(name);
      // As the converter writes it, byte for byte.
      expect(
          "schema of " + name, shipped == null ? "\"string\"" : shipped.schema().toString(), text);
    }
  }

  /** The subjects that the passage's strategy makes, with their schemas. */
  Map<String, ShippedSchema> expectedSubjects() {
    Map<String, ShippedSchema> subjects = new LinkedHashMap<>();
    if (passage.encoding() == Passage.Encoding.AVRO) {
      for (SampleEvent event : events) {
        subjects.put(
            passage.subjects().of(event.topic(passage.topic()), ShippedSchema.EVENT),
            ShippedSchema.EVENT);
      }
      subjects.put(
          passage.subjects().of(passage.heartbeats(), ShippedSchema.HEARTBEAT),
          ShippedSchema.HEARTBEAT);
      subjects.put(
          passage.subjects().of(passage.ledger(), ShippedSchema.WINDOW), ShippedSchema.WINDOW);
    }
    return subjects;
  }

  private void checkSchemas(List<RecordReader.Decoded> records, ShippedSchema shipped) {
    if (passage.encoding() == Passage.Encoding.AVRO) {
      String schema = shipped.schema().toString();
      if (records.isEmpty() || !records.stream().allMatch(each -> schema.equals(each.schema()))) {
        complaints.add("not all of " + records.size() + " records have the schema of " + shipped);
      }
    }
  }

  private String expected(SampleEvent event) {
    return place(event.topic(passage.topic()), event.key())
        + (passage.encoding() == Passage.Encoding.TEXT ? event.json() : event.value());
  }

  private String actual(RecordReader.Decoded record) {
    String place = place(record.topic(), record.key());
    Schema schema = ShippedSchema.EVENT.schema();
    return switch (passage.encoding()) {
      case AVRO, JSON -> place + RecordText.of(record.value(), schema);
      case JSON_WITH_SCHEMAS -> {
        JsonNode connect = record.value().path("schema");
        expect("name of the schema", schema.getFullName(), connect.path("name").asText());
        expect("version", schema.getObjectProp("connect.version"), connect.path("version").asInt());
        yield place + RecordText.of(record.value().path("payload"), schema);
      }
      case TEXT -> place + record.value().textValue();
    };
  }

  private static String place(String topic, String key) {
    return "topic " + topic + ", key " + key + "\n";
  }

  private void expect(String what, Object expected, Object actual) {
    if (!expected.equals(actual)) {
      complaints.add(what + ": expected " + expected + ", was " + actual);
    }
  }
}
