// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.util.Set;

/** An event of the pod. Immutable, so that a redelivered one has the same bytes. */
interface Event {

  Set<String> SCOPES = Set.of("INTERNAL", "EXTERNAL", "FEDERATED");

  /** The envelope's type; null when it has none, such an event goes to every feed. */
  String type();

  /** INTERNAL, EXTERNAL or FEDERATED; null for an event that belongs to none of them. */
  String scope();

  /** The envelope's messageId; null when it has none. */
  String messageId();

  /** Writes its JSON text. */
  void writeTo(ByteArrayOutputStream out);

  /**
   * As the API describes them: shared wall posts are internal, connection events external, and what
   * comes from the federation gateway federated; all else goes by its stream.
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

  /** An event whose bytes were given; they need not be good JSON. */
  record Given(String type, String scope, String messageId, byte[] json) implements Event {

    static Given of(byte[] json) {
      JsonNode event = Json.parse(json);
      return new Given(
          event.path("type").textValue(),
          scopeOf(event),
          event.path("messageId").textValue(),
          json.clone());
    }

    /** The same, but without a type, so that it goes to every feed. */
    static Given unfiltered(byte[] json) {
      return new Given(null, null, Json.parse(json).path("messageId").textValue(), json.clone());
    }

    @Override
    public void writeTo(ByteArrayOutputStream out) {
      out.write(json, 0, json.length);
    }
  }
}
