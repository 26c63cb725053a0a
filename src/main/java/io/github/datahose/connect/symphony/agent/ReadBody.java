// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.agent;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** The body of a read, {@code V5EventsReadBody} of agent-api-public.yaml. */
final class ReadBody {

  private static final JsonFactory JSON = new JsonFactory();

  private ReadBody() {}

  /**
   * The JSON, in UTF-8.
   *
   * @param scopes left out when empty
   * @param ackId may be empty, never null
   */
  static byte[] of(String tag, List<String> eventTypes, List<String> scopes, String ackId) {
    ByteArrayOutputStream body = new ByteArrayOutputStream(512);
    try (JsonGenerator json = JSON.createGenerator(body)) {
      json.writeStartObject();
      json.writeStringField("type", "datahose");
      json.writeStringField("tag", tag);
      writeArray(json, "eventTypes", eventTypes);
      json.writeStringField("ackId", ackId);
      json.writeBooleanField("updatePresence", false);
      if (!scopes.isEmpty()) {
        writeArray(json, "scopes", scopes);
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return body.toByteArray();
  }

  private static void writeArray(JsonGenerator json, String name, List<String> values)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (String value : values) {
      json.writeString(value);
    }
    json.writeEndArray();
  }
}
