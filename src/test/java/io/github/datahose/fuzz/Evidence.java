// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.fuzz;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * What was seen of a run, and what is wrong with it. An acknowledgement is right when an answer
 * that brought its ackId was a list of events all of which Kafka had by then. Thread-safe.
 */
final class Evidence {

  private static final int COMPLAINTS_AT_MOST = 20;

  /**
   * The identity of an event in the run, found without the connector's own code.
   *
   * @param text a fingerprint of its text
   * @param message its messageId, if it alone identifies the message, so that one of two copies
   *     with different texts is enough; otherwise null
   */
  record Event(UUID text, String message) {

    /** The event that is written so. */
    static Event of(String text) {
      return new Event(
          UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8)), messageId(text));
    }

    /** Bytes that are no UTF-8 as Java replaces them. */
    static Event of(byte[] utf8) {
      return of(new String(utf8, StandardCharsets.UTF_8));
    }

    private static String messageId(String text) {
      if (text.contains(REPLACEMENT)) {
        return null;
      }
      try {
        JsonNode event = JSON.readTree(text);
        JsonNode message = event.path("payload").path("messageSent").path("message");
        boolean sent = event.path("type").asText().equals("MESSAGESENT");
        if (!sent || isProvisional(event) || isProvisional(message) || !message.isObject()) {
          return null;
        }
        String inner = message.path("messageId").asText("");
        String outer = event.path("messageId").asText("");
        boolean differ = !inner.isEmpty() && !outer.isEmpty() && !inner.equals(outer);
        String messageId = inner.isEmpty() ? outer : inner;
        return differ || messageId.isEmpty() ? null : messageId;
      } catch (JsonProcessingException noJson) {
        return null;
      }
    }

    private static boolean isProvisional(JsonNode node) {
      return node.hasNonNull("diagnostic")
          || node.hasNonNull("replacedBy")
          || (node.has("sharedMessage") && isProvisional(node.path("sharedMessage")));
    }
  }

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String REPLACEMENT = "\uFFFD";

  private final Set<Event> produced = new LinkedHashSet<>();
  private final Map<String, List<Event>> trueAnswers = new HashMap<>();
  private final Map<String, List<List<Event>>> sentAnswers = new HashMap<>();
  private final Set<UUID> textsInKafka = new HashSet<>();
  private final Set<String> messagesInKafka = new HashSet<>();
  private final Set<Event> textsOfThisTask = new HashSet<>();
  private final Set<Event> altered = new HashSet<>();
  private final List<String> complaints = new ArrayList<>();
  private String lastAckId = "";

  /** An event is in the feed. */
  synchronized void produced(Event event) {
    produced.add(event);
  }

  /** The agent gave an answer. */
  synchronized void given(byte[] trueBody) {
    AnswerReading.of(trueBody)
        .filter(answer -> answer.ackId() != null && answer.brings())
        .ifPresent(answer -> trueAnswers.put(answer.ackId(), answer.events()));
  }

  /** The connector was sent this in its place, if it could read it to its end. */
  synchronized void sent(byte[] body) {
    AnswerReading.of(body)
        .filter(answer -> answer.ackId() != null)
        .ifPresent(
            answer ->
                sentAnswers
                    .computeIfAbsent(answer.ackId(), ackId -> new ArrayList<>())
                    .add(answer.events()));
  }

  /** A task begins, which knows what the one before had in Kafka only as far as it has to. */
  synchronized void taskStarts() {
    textsOfThisTask.clear();
  }

  /** Kafka has a record, and nobody has told the connector yet. */
  synchronized void inKafka(String text) {
    Event event = Event.of(text);
    textsInKafka.add(event.text());
    if (event.message() != null) {
      messagesInKafka.add(event.message());
    }
    // Different bytes that are no UTF-8 may look the same here.
    if (!textsOfThisTask.add(event) && !text.contains(REPLACEMENT)) {
      complain("a task delivered an event twice: " + text);
    }
  }

  /** The connector acknowledges. */
  synchronized void acknowledged(String ackId) {
    if (ackId.isEmpty() || ackId.equals(lastAckId)) {
      return;
    }
    lastAckId = ackId;
    List<List<Event>> sent = sentAnswers.getOrDefault(ackId, List.of());
    if (sent.isEmpty()) {
      complain("ackId " + ackId + " came with no answer that is a list of events");
    } else if (sent.stream().noneMatch(events -> events.stream().allMatch(this::isInKafka))) {
      List<Event> events = sent.get(sent.size() - 1);
      complain(
          "ackId %s is acknowledged, and of its %d events these are not in Kafka: %s"
              .formatted(
                  ackId,
                  events.size(),
                  events.stream().filter(event -> !isInKafka(event)).toList()));
    }
    for (Event event : trueAnswers.getOrDefault(ackId, List.of())) {
      // Of what it was sent nobody could see that this event belongs to it.
      if (!isInKafka(event) && sent.stream().anyMatch(events -> !events.contains(event))) {
        altered.add(event);
      }
    }
  }

  /** How many events a mutation made others of, or took out, so that nobody could know. */
  synchronized int altered() {
    return altered.size();
  }

  synchronized int produced() {
    return produced.size();
  }

  /** What is wrong so far. */
  synchronized List<String> complaints() {
    return List.copyOf(complaints);
  }

  /** The produced events that are in Kafka in no form, though no mutation altered them. */
  synchronized List<Event> lost() {
    return produced.stream()
        .filter(event -> !isInKafka(event) && !altered.contains(event))
        .toList();
  }

  private boolean isInKafka(Event event) {
    return textsInKafka.contains(event.text())
        || (event.message() != null && messagesInKafka.contains(event.message()));
  }

  private void complain(String complaint) {
    if (complaints.size() < COMPLAINTS_AT_MOST) {
      complaints.add(complaint);
    }
  }
}
