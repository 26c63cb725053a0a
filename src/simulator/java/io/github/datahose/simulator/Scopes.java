// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;

/** Which of the API's scopes an event belongs to. */
final class Scopes {

  static final Set<String> ALL = Set.of("INTERNAL", "EXTERNAL", "FEDERATED");

  private Scopes() {}

  /**
   * As the API describes them: shared wall posts are internal, connection events external, and what
   * comes from the federation gateway federated; all else goes by its stream.
   */
  static String of(JsonNode event) {
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
}
