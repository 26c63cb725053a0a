// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A fault that affects the next requests to a path. Immutable; each method that takes a value
 * returns a changed copy. By default, it affects one read.
 *
 * @param kind the effect
 * @param path the path of affected requests
 * @param times the number of affected requests; {@link Integer#MAX_VALUE} for all
 * @param lasting the duration from when the fault is added; null for no limit
 * @param delay the delay before any other effect
 * @param status the status of a generated response
 * @param headers the headers of a generated response
 * @param body the body of a generated response
 * @param bytes the number of bytes of a truncated body to send
 */
public record Fault(
    Kind kind,
    String path,
    int times,
    Duration lasting,
    Duration delay,
    int status,
    Map<String, String> headers,
    byte[] body,
    int bytes) {

  /** The effect of a fault. */
  public enum Kind {
    /** A generated response; the request is not processed. */
    ANSWER,
    /** The normal response with a truncated body. */
    TRUNCATED,
    /** The normal response without its ackId. */
    WITHOUT_ACK_ID,
    /** The connection is closed; the request is not processed. */
    CLOSED,
    /**
     * The request is processed (it acknowledges), but the connection is closed before the response.
     */
    LOST_ANSWER,
    /** The normal response after the delay. */
    DELAYED
  }

  /** Returns a response with this status and an error body of the API. */
  public static Fault status(int status) {
    Answer answer = Answer.error(status, "Simulated fault");
    return of(Kind.ANSWER).answer(status, answer.headers(), answer.body());
  }

  /** Returns HTTP 200 and an HTML page, like proxies and login pages. */
  public static Fault htmlPage() {
    return status(200)
        .header("Content-Type", "text/html")
        .body("<html><body>Sign in</body></html>");
  }

  /** Returns HTTP 200 and truncated JSON, with the length of the truncated text. */
  public static Fault malformedJson() {
    return status(200).body("{\"events\":[{\"id\":");
  }

  /** Returns a redirect. */
  public static Fault redirect(String location) {
    return status(302).header("Location", location).body("");
  }

  /** Returns the normal response, truncated after some bytes of the announced length. */
  public static Fault truncated(int bytes) {
    Fault fault = of(Kind.TRUNCATED);
    return new Fault(
        fault.kind, fault.path, fault.times, null, fault.delay, 0, Map.of(), fault.body, bytes);
  }

  /** Returns the normal response without its ackId. */
  public static Fault withoutAckId() {
    return of(Kind.WITHOUT_ACK_ID);
  }

  /** Closes the connection without a response and without processing the request. */
  public static Fault closed() {
    return of(Kind.CLOSED);
  }

  /** Processes the request, but sends no response. */
  public static Fault lostAnswer() {
    return of(Kind.LOST_ANSWER);
  }

  /** Returns the normal response after a delay. */
  public static Fault delayed(Duration delay) {
    return of(Kind.DELAYED).delay(delay);
  }

  /** Returns a fault of a kind, with defaults for everything else. */
  static Fault of(Kind kind) {
    return new Fault(kind, Requests.READ, 1, null, Duration.ZERO, 0, Map.of(), new byte[0], 0);
  }

  /** Returns a fault for requests to this path instead of reads. */
  public Fault at(String value) {
    return new Fault(kind, value, times, lasting, delay, status, headers, body, bytes);
  }

  /** Returns a fault for this number of requests. */
  public Fault times(int value) {
    return new Fault(kind, path, value, lasting, delay, status, headers, body, bytes);
  }

  /** Returns a fault for all requests in a period that begins when the fault is added. */
  public Fault lasting(Duration value) {
    return new Fault(kind, path, Integer.MAX_VALUE, value, delay, status, headers, body, bytes);
  }

  /** Returns a fault that waits before any other effect. */
  public Fault delay(Duration value) {
    return new Fault(kind, path, times, lasting, value, status, headers, body, bytes);
  }

  /** Sets a header of the generated response. */
  public Fault header(String name, String value) {
    return headers(Map.of(name, value));
  }

  /** Sets headers of the generated response. */
  Fault headers(Map<String, String> values) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.putAll(values);
    return answer(status, Map.copyOf(more), body);
  }

  /** Sets the body of the generated response, as text. */
  public Fault body(String text) {
    return body(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Sets the body of the generated response. */
  public Fault body(byte[] value) {
    return answer(status, headers, value);
  }

  private Fault answer(int newStatus, Map<String, String> newHeaders, byte[] newBody) {
    return new Fault(kind, path, times, lasting, delay, newStatus, newHeaders, newBody, bytes);
  }
}
