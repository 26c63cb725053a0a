// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.registry;

import io.github.datahose.connect.event.EventSchemas;
import io.github.datahose.connect.event.Fixtures;
import io.github.datahose.simulator.Simulator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A sample event and what its record must be, as {@code events-expected} has it.
 *
 * @param json the event as it is sent
 * @param type its type; null when it has none
 * @param key the record's key
 * @param value the lines of the value
 */
record SampleEvent(String json, String type, String key, String value) {
  private static final Pattern TYPE = Pattern.compile("(?m)^  type = \"(.*)\"$");
  private static final Pattern USER_ID = Pattern.compile("userId\"?( = |: ?)(13056700580915)\\b");

  /** JavaScript's numbers, and others that are floating points, cannot hold this one. */
  static final String LARGE_USER_ID = "9007199254740993";

  /** All of {@code src/test/resources/events}, and one with a large number. */
  static List<SampleEvent> all() {
    List<SampleEvent> events = new ArrayList<>();
    for (String name : Fixtures.eventNames()) {
      events.add(
          of(text("events", name + ".json").strip(), text("events-expected", name + ".txt")));
    }
    String json = text("events", "userjoinedroom.json").strip();
    String expected = text("events-expected", "userjoinedroom.txt");
    events.add(of(withLargeUserId(json), withLargeUserId(expected)));
    return events;
  }

  /** Whether feeds with all known types are to get it. */
  boolean isOfKnownType() {
    return EventSchemas.EVENT_TYPES.contains(type);
  }

  /** Has the pod produce it. */
  void sendTo(Simulator simulator) {
    if (isOfKnownType()) {
      simulator.produce(json);
    } else {
      simulator.produceUnfiltered(json.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** What {@code ${type}} in a topic's name becomes. */
  String topic(String pattern) {
    return pattern.replace("${type}", isOfKnownType() ? type.toLowerCase(Locale.ROOT) : "unknown");
  }

  private static SampleEvent of(String json, String expected) {
    String value = expected.substring(expected.indexOf("\n\n") + 2);
    if (!header(expected, "mapping error").equals("null")) {
      value += "  raw = \"" + json.replace("\n", "\\n") + "\"\n";
    }
    Matcher type = TYPE.matcher(value);
    return new SampleEvent(
        json, type.find() ? type.group(1) : null, header(expected, "stream key"), value);
  }

  private static String header(String expected, String name) {
    String start = name + ": ";
    return expected
        .lines()
        .filter(line -> line.startsWith(start))
        .findFirst()
        .orElseThrow()
        .substring(start.length());
  }

  private static String withLargeUserId(String text) {
    String changed =
        USER_ID
            .matcher(text)
            .replaceAll(match -> match.group().replace(match.group(2), LARGE_USER_ID));
    if (changed.equals(text)) {
      throw new IllegalStateException("The sample has another user id by now: " + text);
    }
    return changed;
  }

  private static String text(String folder, String name) {
    return new String(Fixtures.bytes(folder, name), StandardCharsets.UTF_8);
  }
}
