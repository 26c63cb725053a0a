// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A response.
 *
 * @param status the HTTP status; {@link #NO_ANSWER} closes the connection without a response
 * @param headers the headers without the length
 * @param body the whole body, as the length states
 * @param sent the number of bytes of the body to send before the connection is closed
 */
record Answer(int status, Map<String, String> headers, byte[] body, int sent) {

  static final int NO_ANSWER = 0;

  static final Answer NONE = of(NO_ANSWER, Map.of(), new byte[0]);

  static Answer of(int status, Map<String, String> headers, byte[] body) {
    return new Answer(status, headers, body, body.length);
  }

  static Answer json(int status, byte[] body) {
    return of(status, Map.of("Content-Type", "application/json;charset=UTF-8"), body);
  }

  static Answer json(int status, Object value) {
    return json(status, Json.bytes(value));
  }

  /** Returns an error in the form of all services of the vendor. */
  static Answer error(int status, String message) {
    Map<String, Object> error = new LinkedHashMap<>();
    error.put("code", status);
    error.put("message", message);
    return json(status, error);
  }

  Answer cutAfter(int bytes) {
    return new Answer(status, headers, body, Math.min(bytes, body.length));
  }

  boolean whole() {
    return sent == body.length;
  }

  String text() {
    return new String(body, StandardCharsets.UTF_8);
  }
}
