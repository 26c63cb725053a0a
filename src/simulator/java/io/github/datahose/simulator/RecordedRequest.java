// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A request as it came, and its answer once there is one. Thread-safe.
 *
 * @param method HTTP method, in capitals
 * @param path without the context path of the simulator and without the query
 * @param query as sent, without the question mark; empty when there is none
 * @param headers all; names without regard to case
 * @param body as sent; do not change it
 * @param clientCertificate that the client presented on the connection, null when it did not
 * @param receivedAt when the whole request was there
 * @param outcome what became of it
 */
public record RecordedRequest(
    String method,
    String path,
    String query,
    Map<String, List<String>> headers,
    byte[] body,
    X509Certificate clientCertificate,
    Instant receivedAt,
    Outcome outcome) {

  /** What became of a request so far; {@link RecordedRequest} has methods that tell it. */
  public static final class Outcome {

    volatile Answer answer;
    volatile Instant answeredAt;
    volatile boolean faulted;

    /** Whether the log forgot it; guarded by the log. */
    boolean dropped;

    Outcome() {}
  }

  /** First value of a header, null when it was not sent; names without regard to case. */
  public String header(String name) {
    List<String> values = headers.get(name);
    return values == null || values.isEmpty() ? null : values.get(0);
  }

  /** Body as text. */
  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  /** Body as JSON; a missing node when it is none. */
  public JsonNode json() {
    return Json.parse(body);
  }

  /** The ackId in the body of a read; empty when there is none. */
  public String ackId() {
    return json().path("ackId").asText();
  }

  /** When the answer was ready, just before it was sent; null until then. */
  public Instant answeredAt() {
    return outcome.answeredAt;
  }

  /** Status of the answer: -1 until there is one, 0 when the connection was closed instead. */
  public int status() {
    Answer given = outcome.answer;
    return given == null ? -1 : given.status();
  }

  /** Whether a {@link Fault} struck it. */
  public boolean faulted() {
    return outcome.faulted;
  }

  /** Headers of the answer; empty until there is one. */
  public Map<String, String> answerHeaders() {
    Answer given = outcome.answer;
    return given == null ? Map.of() : given.headers();
  }

  /** Body of the answer (whole, even when only a part was sent); empty until there is one. */
  public byte[] answerBody() {
    Answer given = outcome.answer;
    return given == null ? new byte[0] : given.body();
  }

  /** Body of the answer as JSON; a missing node until there is one, or when it is none. */
  public JsonNode answerJson() {
    return Json.parse(answerBody());
  }

  @Override
  public String toString() {
    return method + " " + path + " -> " + status();
  }
}
