// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;

/** An event whose bytes were given; they need not be good JSON. */
record GivenEvent(String type, String scope, String messageId, byte[] json) implements Event {

  static GivenEvent of(byte[] json) {
    JsonNode event = Json.parse(json);
    return new GivenEvent(
        event.path("type").textValue(),
        Scopes.of(event),
        event.path("messageId").textValue(),
        json.clone());
  }

  /** The same, but without a type, so that it goes to every feed. */
  static GivenEvent unfiltered(byte[] json) {
    return new GivenEvent(null, null, Json.parse(json).path("messageId").textValue(), json.clone());
  }

  @Override
  public void writeTo(ByteArrayOutputStream out) {
    out.write(json, 0, json.length);
  }
}
