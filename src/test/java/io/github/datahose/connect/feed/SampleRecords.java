// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.feed;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.datahose.connect.config.DatahoseConfig;
import io.github.datahose.connect.event.EventJson;
import io.github.datahose.connect.event.EventMapper;
import io.github.datahose.connect.event.EventSchemas;
import io.github.datahose.connect.event.Fixtures;
import io.github.datahose.connect.event.IdentityDigest;
import io.github.datahose.connect.event.MappedEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.source.SourceRecord;

/** Records as the connector makes them of the sample events, to be shown in a document. */
final class SampleRecords {
  private static final Map<String, String> PARTITION =
      SourcePartition.of("mycompany.symphony.com", "datahose-service-account", "symphony.all", 0);

  private static final ObjectMapper JSON = new ObjectMapper();

  private SampleRecords() {}

  /**
   * The record of a sample event.
   *
   * @param fixture name of the event
   * @param options besides those that each config has, by name and value in turn
   */
  static SourceRecord of(String fixture, String... options) {
    DatahoseConfig config = config(options);
    EventRecords records =
        new EventRecords(
            context(FeedClock.SYSTEM), config, config.feeds().get(0), PARTITION, new HashSet<>());
    String text = new String(Fixtures.bytes("events", fixture + ".json"), StandardCharsets.UTF_8);
    EventJson json = AnsweredEvent.of(records, text);
    MappedEvent event = new EventMapper().map(json);
    return records.record(
        null, json, event, new IdentityDigest().identityOf(event, json), Map.of());
  }

  /** A heartbeat of a quiet hour. */
  static SourceRecord heartbeat() {
    ManualClock clock = new ManualClock();
    ReaderContext context = context(clock);
    context.metrics().add(Counter.READS, 182);
    context.metrics().add(Counter.EVENTS, 29);
    context.metrics().add(Counter.RECORDS, 28);
    context.metrics().add(Counter.DUPLICATES, 1);
    HandOver handOver = new HandOver(clock);
    new Heartbeats(
            context,
            config("heartbeat.topic", "symphony.heartbeats"),
            PARTITION,
            new FeedActivity(clock),
            handOver)
        .beat(new BatchOffsets("", "", 0, "", new byte[0], List.of(), 0));
    try {
      return handOver.poll(Duration.ZERO).get(0);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A record's value as the JsonConverter writes it without schemas, but indented. */
  static String json(SourceRecord record) {
    return indented(converted(record));
  }

  /** The same without the fields that are null. */
  static String jsonWithoutNulls(SourceRecord record) {
    return indented(withoutNulls(converted(record)));
  }

  /** JSON text, indented. */
  static String indented(String json) {
    try {
      return indented(JSON.readTree(json));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode converted(SourceRecord record) {
    try (JsonConverter converter = new JsonConverter()) {
      converter.configure(Map.of("schemas.enable", "false"), false);
      return JSON.readTree(
          converter.fromConnectData(record.topic(), record.valueSchema(), record.value()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode withoutNulls(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.removeIf(JsonNode::isNull);
    }
    node.forEach(SampleRecords::withoutNulls);
    return node;
  }

  private static String indented(JsonNode node) {
    DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter(
            Separators.createDefaultInstance()
                .withObjectFieldValueSpacing(Separators.Spacing.AFTER));
    printer.indentObjectsWith(indenter);
    try {
      return JSON.writer(printer).writeValueAsString(node);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static DatahoseConfig config(String... options) {
    Map<String, String> properties =
        new HashMap<>(
            Map.of(
                "name", "symphony",
                "symphony.pod.url", "https://mycompany.symphony.com",
                "symphony.username", "datahose-service-account",
                "symphony.private.key.path", "/secrets/key.pem",
                "datahose.event.types", String.join(",", EventSchemas.EVENT_TYPES),
                "topic", "symphony.${type}"));
    for (int i = 0; i < options.length; i += 2) {
      properties.put(options[i], options[i + 1]);
    }
    return new DatahoseConfig(properties);
  }

  private static ReaderContext context(FeedClock clock) {
    return new ReaderContext("Reader", clock, new ReaderSignal(clock), new FeedMetrics(clock));
  }
}
