// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;

/** Generates events in the mix of a typical pod, each with its own identity. */
final class EventGenerator {

  private static final long STREAMS_BEGAN = 1_718_000_000_000L;
  private static final long GOLDEN_RATIO = 0x9e3779b97f4a7c15L;
  private static final List<String> STREAM_TYPES = List.of("ROOM", "IM", "MIM", "POST");

  private final List<EventTemplate> templates = new ArrayList<>();
  private final byte[][] streamIds;
  private final long seed;
  private long count;

  EventGenerator(long seed, int streams) {
    this.seed = Identifiers.mix(seed);
    String lines = new String(resource("chat-lines.txt"), StandardCharsets.US_ASCII);
    EventTemplate.ChatText texts = new EventTemplate.ChatText(lines.lines().toList());
    for (JsonNode template : Json.parse(resource("event-templates.json"))) {
      templates.add(
          new EventTemplate(template.path("event"), template.path("weight").asInt(), texts));
    }
    streamIds = new byte[streams][];
    for (int i = 0; i < streams; i++) {
      streamIds[i] = Identifiers.stream(Identifiers.mix(seed - i), STREAMS_BEGAN);
    }
  }

  /** Returns the types that can be generated, in alphabetical order. */
  List<String> types() {
    return templates.stream().map(template -> template.type).distinct().sorted().toList();
  }

  /**
   * Generates events in the typical mix of the given types.
   *
   * @param types the event types, empty for all
   * @throws IllegalArgumentException if a type cannot be generated
   */
  synchronized List<Event> generate(int howMany, Collection<String> types, long timestamp) {
    int[] choice = choice(types);
    List<Event> events = new ArrayList<>(howMany);
    for (int i = 0; i < howMany; i++) {
      long random = Identifiers.mix(seed + ++count * GOLDEN_RATIO);
      EventTemplate template = templates.get(choice[(int) ((random >>> 33) % choice.length)]);
      byte[] streamId = streamIds[stream(template, random & 0x7fffffff)];
      events.add(template.event(streamId, random, timestamp));
    }
    return events;
  }

  /** Returns the number of each template, repeated by its weight. */
  private int[] choice(Collection<String> types) {
    if (!types().containsAll(types)) {
      throw new IllegalArgumentException("Only these types can be generated: " + types());
    }
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i < templates.size(); i++) {
      if (types.isEmpty() || types.contains(templates.get(i).type)) {
        numbers.addAll(Collections.nCopies(templates.get(i).weight, i));
      }
    }
    return numbers.stream().mapToInt(Integer::intValue).toArray();
  }

  /**
   * Returns a stream of the given type. Streams have one type each, unless there are fewer streams
   * than types.
   */
  private int stream(EventTemplate template, long random) {
    int ofEachType = streamIds.length / STREAM_TYPES.size();
    if (ofEachType == 0) {
      return (int) (random % streamIds.length);
    }
    int type = Math.max(0, STREAM_TYPES.indexOf(template.streamType));
    return (int) (random % ofEachType) * STREAM_TYPES.size() + type;
  }

  private static byte[] resource(String name) {
    try (InputStream in = EventGenerator.class.getResourceAsStream("/simulator/" + name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
