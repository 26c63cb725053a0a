// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.util.Set;

/** An event of the pod. Immutable, so that a redelivered event has the same bytes. */
interface Event {

  Set<String> SCOPES = Set.of("INTERNAL", "EXTERNAL", "FEDERATED");

  /**
   * Returns the type of the envelope; null for an event without a type, which is added to every
   * feed.
   */
  String type();

  /** Returns INTERNAL, EXTERNAL, or FEDERATED; null for an event without a scope. */
  String scope();

  /** Returns the messageId of the envelope; null if it has none. */
  String messageId();

  /** Writes the JSON text of the event. */
  void writeTo(ByteArrayOutputStream out);

  /**
   * Returns the scope as the API documents it: shared wall posts are internal, connection events
   * external, events of the federation gateway federated; the stream determines all others.
   */
  static String scopeOf(JsonNode event) {
    String type = event.path("type").asText();
    if (type.startsWith("CONNECTION")) {
      return "EXTERNAL";
    }
    JsonNode payload =
        event.path("payload").elements().hasNext()
            ? event.path("payload").elements().next()
            : event.path("payload");
    if (payload.path("sourceSystem").asText().equals("federation")) {
      return "FEDERATED";
    }
    JsonNode message = payload.path("message");
    JsonNode stream = (message.isObject() ? message : payload).path("stream");
    return stream.path("external").asBoolean() ? "EXTERNAL" : "INTERNAL";
  }

  /** An event with given bytes, which need not be valid JSON. */
  record Given(String type, String scope, String messageId, byte[] json) implements Event {

    static Given of(byte[] json) {
      JsonNode event = Json.parse(json);
      return new Given(
          event.path("type").textValue(),
          scopeOf(event),
          event.path("messageId").textValue(),
          json.clone());
    }

    /** Returns the same event without a type, so that it is added to every feed. */
    static Given unfiltered(byte[] json) {
      return new Given(null, null, Json.parse(json).path("messageId").textValue(), json.clone());
    }

    @Override
    public void writeTo(ByteArrayOutputStream out) {
      out.write(json, 0, json.length);
    }
  }
}
