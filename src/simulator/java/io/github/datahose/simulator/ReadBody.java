// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The body of a read, checked.
 *
 * @param tag of the feed
 * @param eventTypes at least one
 * @param scopes empty for all
 * @param ackId empty on a first read
 */
record ReadBody(
    String tag, Set<String> eventTypes, Set<String> scopes, Optional<Batch.AckId> ackId) {

  private static final Pattern EVENT_TYPE = Pattern.compile("[A-Z]+");

  /** Reads the body; refused with 400 when anything in it is not as documented. */
  static ReadBody of(RecordedRequest request, Agent.Version version) throws Refusal {
    String contentType = request.header("Content-Type");
    require(
        contentType != null && contentType.startsWith("application/json"),
        "The Content-Type must be application/json");
    JsonNode body = request.json();
    require(body.isObject(), "The body must be a JSON object");
    require(body.path("type").asText().equals("datahose"), "The type must be datahose");
    String tag = body.path("tag").asText();
    require(
        body.path("tag").isTextual() && !tag.isEmpty() && tag.length() <= 80,
        "The tag must have 1 to 80 characters");
    // Agent 22.6 took other values under another name, and knew nothing of event types.
    require(version.atLeast(22, 7) || body.has("filters"), "At least one filter is required");
    Set<String> eventTypes = strings(body, "eventTypes");
    require(!eventTypes.isEmpty(), "At least one event type is required");
    for (String eventType : eventTypes) {
      require(EVENT_TYPE.matcher(eventType).matches(), "Unknown event type " + eventType);
    }
    Set<String> scopes = version.atLeast(25, 8) ? strings(body, "scopes") : Set.of();
    require(Event.SCOPES.containsAll(scopes), "Unknown scope among " + scopes);
    JsonNode presence = body.path("updatePresence");
    require(presence.isMissingNode() || presence.isBoolean(), "updatePresence must be a boolean");
    return new ReadBody(tag, eventTypes, scopes, ackId(body.path("ackId")));
  }

  private static Optional<Batch.AckId> ackId(JsonNode ackId) throws Refusal {
    require(ackId.isMissingNode() || ackId.isTextual(), "The ackId must be a string");
    return ackId.asText().isEmpty()
        ? Optional.empty()
        : Optional.of(Batch.AckId.decode(ackId.asText()));
  }

  private static Set<String> strings(JsonNode body, String field) throws Refusal {
    JsonNode list = body.path(field);
    require(list.isMissingNode() || list.isArray(), field + " must be an array");
    Set<String> strings = new TreeSet<>();
    for (JsonNode element : list) {
      require(element.isTextual(), field + " must hold strings only");
      strings.add(element.textValue());
    }
    return strings;
  }

  private static void require(boolean condition, String message) throws Refusal {
    if (!condition) {
      throw new Refusal(400, message);
    }
  }
}
