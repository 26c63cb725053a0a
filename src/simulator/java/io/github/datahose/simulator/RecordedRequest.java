// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** A request as it came, and its answer once there is one. Thread-safe. */
public final class RecordedRequest {

  private final String method;
  private final String path;
  private final String query;
  private final Map<String, List<String>> headers;
  private final byte[] body;
  private final X509Certificate clientCertificate;
  private final Instant receivedAt;
  private volatile Answer answer;
  private volatile Instant answeredAt;
  private volatile boolean faulted;

  /** Whether the log forgot it; guarded by the log. */
  boolean dropped;

  RecordedRequest(
      String method,
      String path,
      String query,
      Map<String, List<String>> headers,
      byte[] body,
      X509Certificate clientCertificate,
      Instant receivedAt) {
    this.method = method;
    this.path = path;
    this.query = query;
    this.headers = headers;
    this.body = body;
    this.clientCertificate = clientCertificate;
    this.receivedAt = receivedAt;
  }

  /** HTTP method, in capitals. */
  public String method() {
    return method;
  }

  /** Path without the context path of the simulator and without the query. */
  public String path() {
    return path;
  }

  /** Query as sent, without the question mark; empty when there is none. */
  public String query() {
    return query;
  }

  /** All headers; names without regard to case. */
  public Map<String, List<String>> headers() {
    return headers;
  }

  /** First value of a header, null when it was not sent; names without regard to case. */
  public String header(String name) {
    List<String> values = headers.get(name);
    return values == null || values.isEmpty() ? null : values.get(0);
  }

  /** Body as sent; do not change it. */
  public byte[] body() {
    return body;
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

  /** The certificate that the client presented on the connection, null when it did not. */
  public X509Certificate clientCertificate() {
    return clientCertificate;
  }

  /** When the whole request was there. */
  public Instant receivedAt() {
    return receivedAt;
  }

  /** When the answer was ready, just before it was sent; null until then. */
  public Instant answeredAt() {
    return answeredAt;
  }

  /** Status of the answer: -1 until there is one, 0 when the connection was closed instead. */
  public int status() {
    Answer given = answer;
    return given == null ? -1 : given.status();
  }

  /** Whether a {@link Fault} struck it. */
  public boolean faulted() {
    return faulted;
  }

  /** Headers of the answer; empty until there is one. */
  public Map<String, String> answerHeaders() {
    Answer given = answer;
    return given == null ? Map.of() : given.headers();
  }

  /** Body of the answer (whole, even when only a part was sent); empty until there is one. */
  public byte[] answerBody() {
    Answer given = answer;
    return given == null ? new byte[0] : given.body();
  }

  /** Body of the answer as JSON; a missing node until there is one, or when it is none. */
  public JsonNode answerJson() {
    return Json.parse(answerBody());
  }

  void struckByFault() {
    faulted = true;
  }

  void answered(Answer given, Instant at) {
    answeredAt = at;
    answer = given;
  }

  @Override
  public String toString() {
    return method + " " + path + " -> " + status();
  }
}
