// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.fuzz;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * By what the run knows an event again, found without the connector's own code.
 *
 * @param text a fingerprint of its text
 * @param message its messageId, if that alone tells which message it is: of two copies with
 *     different texts one is enough then; else null
 */
record Event(String text, String message) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String REPLACEMENT = "\uFFFD";

  /** The event that is written so; bytes that are no UTF-8 as Java replaces them. */
  static Event of(String text) {
    return new Event(fingerprint(text), message(text));
  }

  static Event of(byte[] utf8) {
    return of(new String(utf8, StandardCharsets.UTF_8));
  }

  private static String fingerprint(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 12);
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private static String message(String text) {
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
