// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A received request, and its response if there is one. Thread-safe.
 *
 * @param method the HTTP method, in capitals
 * @param path the path without the context path of the simulator and without the query
 * @param query the query as sent, without the question mark; empty if there is none
 * @param headers all headers; names are case-insensitive
 * @param body the body as sent; do not change it
 * @param clientCertificate the client certificate of the connection, or null
 * @param receivedAt when the whole request had arrived
 * @param outcome the outcome of the request
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

  /** The outcome of a request so far; {@link RecordedRequest} has methods to read it. */
  public static final class Outcome {

    volatile Answer answer;
    volatile Instant answeredAt;
    volatile boolean faulted;

    /** Whether the log dropped the request; guarded by the log. */
    boolean dropped;

    Outcome() {}
  }

  /** Returns the first value of a header, or null; names are case-insensitive. */
  public String header(String name) {
    List<String> values = headers.get(name);
    return values == null || values.isEmpty() ? null : values.get(0);
  }

  /** Returns the body as text. */
  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  /** Returns the body as JSON; a missing node if it is not JSON. */
  public JsonNode json() {
    return Json.parse(body);
  }

  /** Returns the ackId in the body of a read; empty if there is none. */
  public String ackId() {
    return json().path("ackId").asText();
  }

  /** Returns when the response was ready, just before it was sent; null until then. */
  public Instant answeredAt() {
    return outcome.answeredAt;
  }

  /** Returns the status of the response: -1 before it, 0 if the connection was closed instead. */
  public int status() {
    Answer given = outcome.answer;
    return given == null ? -1 : given.status();
  }

  /** Returns whether a {@link Fault} affected the request. */
  public boolean faulted() {
    return outcome.faulted;
  }

  /** Returns the headers of the response; empty before it. */
  public Map<String, String> answerHeaders() {
    Answer given = outcome.answer;
    return given == null ? Map.of() : given.headers();
  }

  /**
   * Returns the whole body of the response, even if it was truncated; empty before the response.
   */
  public byte[] answerBody() {
    Answer given = outcome.answer;
    return given == null ? new byte[0] : given.body();
  }

  /** Returns the body of the response as JSON; a missing node before it, or if it is not JSON. */
  public JsonNode answerJson() {
    return Json.parse(answerBody());
  }

  @Override
  public String toString() {
    return method + " " + path + " -> " + status();
  }
}
