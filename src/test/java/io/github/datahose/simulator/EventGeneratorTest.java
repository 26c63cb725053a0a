// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EventGeneratorTest {

  private static final long NOW = 1_795_000_000_000L;

  private static byte[] bytes(Event event) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    event.writeTo(out);
    return out.toByteArray();
  }

  @Test
  void generatesAll17TypesAndMostlyMessages() {
    List<Event> events = new EventGenerator(1, 100).generate(20_000, List.of(), NOW);
    assertThat(events).extracting(Event::type).contains("MESSAGESENT", "GENERICSYSTEMEVENT");
    assertThat(new HashSet<>(events.stream().map(Event::type).toList())).hasSize(17);
    long messages = events.stream().filter(event -> event.type().equals("MESSAGESENT")).count();
    assertThat(messages).isBetween(16_000L, 19_000L);
    double meanSize = events.stream().mapToInt(event -> bytes(event).length).average().orElse(0);
    assertThat(meanSize).isBetween(1_350.0, 1_650.0);
  }

  @Test
  void writesFieldsOfEventAsJson() {
    for (Event event : new EventGenerator(2, 100).generate(2_000, List.of(), NOW)) {
      JsonNode json = Json.parse(bytes(event));
      assertThat(json.path("type").asText()).isEqualTo(event.type());
      assertThat(json.path("messageId").asText()).isEqualTo(event.messageId());
      assertThat(json.path("timestamp").asLong()).isEqualTo(NOW);
      assertThat(json.path("id").asText()).matches("[0-9A-Za-z]{6}");
      assertThat(Event.scopeOf(json)).isEqualTo(event.scope());
      assertThat(json.toString()).doesNotContain("@ID@", "@MESSAGE_ID@", "@STREAM_ID@", "@TEXT@");
    }
  }

  @Test
  void generatesUniqueUrlSafeMessageIds() {
    List<Event> events = new EventGenerator(3, 100).generate(100_000, List.of(), NOW);
    Set<String> messageIds = new HashSet<>();
    for (Event event : events) {
      assertThat(messageIds.add(event.messageId())).isTrue();
    }
    assertThat(messageIds).allMatch(messageId -> messageId.matches("[0-9A-Za-z_-]{34}"));
  }

  @Test
  void generatesSameEventsForSameSeed() {
    Event[] first = new EventGenerator(4, 10).generate(100, List.of(), NOW).toArray(Event[]::new);
    List<Event> again = new EventGenerator(4, 10).generate(100, List.of(), NOW);
    for (int i = 0; i < first.length; i++) {
      assertThat(bytes(again.get(i))).isEqualTo(bytes(first[i]));
    }
    List<Event> others = new EventGenerator(5, 10).generate(100, List.of(), NOW);
    assertThat(others.get(0).messageId()).isNotEqualTo(first[0].messageId());
  }

  @Test
  void generatesRequestedNumberOfStreamsOfOneTypeEach() {
    Map<String, Set<String>> typesOfStream = new HashMap<>();
    for (Event event : new EventGenerator(6, 40).generate(5_000, List.of(), NOW)) {
      JsonNode stream = Json.parse(bytes(event)).findPath("stream");
      if (stream.has("streamType")) {
        typesOfStream
            .computeIfAbsent(stream.path("streamId").asText(), id -> new HashSet<>())
            .add(stream.path("streamType").asText());
      }
    }
    assertThat(typesOfStream).hasSizeBetween(31, 40);
    assertThat(typesOfStream.values()).allMatch(types -> types.size() == 1);
  }

  @Test
  void generatesSingleStream() {
    Set<String> streams = new HashSet<>();
    for (Event event : new EventGenerator(7, 1).generate(500, List.of("MESSAGESENT"), NOW)) {
      streams.add(Json.parse(bytes(event)).findPath("streamId").asText());
    }
    assertThat(streams).hasSize(1);
  }

  @Test
  void generatesOnlyGivenTypes() {
    List<String> types = List.of("ROOMCREATED", "MESSAGESUPPRESSED");
    assertThat(new EventGenerator(8, 10).generate(200, types, NOW))
        .extracting(Event::type)
        .containsOnly("ROOMCREATED", "MESSAGESUPPRESSED")
        .contains("ROOMCREATED", "MESSAGESUPPRESSED");
    assertThatThrownBy(() -> new EventGenerator(8, 10).generate(1, List.of("NEW"), NOW))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ROOMCREATED");
  }
}
