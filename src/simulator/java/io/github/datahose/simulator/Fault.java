// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Something that goes wrong with the next requests of a path. Immutable; each method that takes a
 * value returns a changed copy. Unless told otherwise it strikes the read call, once.
 *
 * @param kind what happens
 * @param path which requests it strikes
 * @param times how many of them; {@link Integer#MAX_VALUE} for all
 * @param lasting how long it lasts from when it was added; null for as long as it takes
 * @param delay waited before anything else
 * @param status of an answer made up
 * @param headers of an answer made up
 * @param body of an answer made up
 * @param bytes how much of a truncated body is sent
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

  /** What happens. */
  public enum Kind {
    /** An answer made up, the request is not looked at. */
    ANSWER,
    /** The ordinary answer, whose body ends too soon. */
    TRUNCATED,
    /** The ordinary answer without its ackId. */
    WITHOUT_ACK_ID,
    /** The connection is closed, the request is not looked at. */
    CLOSED,
    /** The request is done (it acknowledges), but the connection is closed before the answer. */
    LOST_ANSWER,
    /** The ordinary answer; only the delay counts. */
    DELAYED
  }

  /** An answer with this status and an error body as the API has. */
  public static Fault status(int status) {
    Answer answer = Answer.error(status, "Simulated fault");
    return of(Kind.ANSWER).answer(status, answer.headers(), answer.body());
  }

  /** Status 200 and a page of HTML, as proxies and login pages give. */
  public static Fault htmlPage() {
    return status(200)
        .header("Content-Type", "text/html")
        .body("<html><body>Sign in</body></html>");
  }

  /** Status 200 and JSON that ends in the middle, with a length to match. */
  public static Fault malformedJson() {
    return status(200).body("{\"events\":[{\"id\":");
  }

  /** A redirect. */
  public static Fault redirect(String location) {
    return status(302).header("Location", location).body("");
  }

  /** The ordinary answer, cut off after some bytes of the body that its length announced. */
  public static Fault truncated(int bytes) {
    Fault fault = of(Kind.TRUNCATED);
    return new Fault(
        fault.kind, fault.path, fault.times, null, fault.delay, 0, Map.of(), fault.body, bytes);
  }

  /** The ordinary answer without its ackId. */
  public static Fault withoutAckId() {
    return of(Kind.WITHOUT_ACK_ID);
  }

  /** The connection is closed without an answer, and nothing was done. */
  public static Fault closed() {
    return of(Kind.CLOSED);
  }

  /** The request is done, but its answer never arrives. */
  public static Fault lostAnswer() {
    return of(Kind.LOST_ANSWER);
  }

  /** The ordinary answer, later. */
  public static Fault delayed(Duration delay) {
    return of(Kind.DELAYED).delay(delay);
  }

  /** A fault of a kind, with nothing else said. */
  static Fault of(Kind kind) {
    return new Fault(kind, Requests.READ, 1, null, Duration.ZERO, 0, Map.of(), new byte[0], 0);
  }

  /** Strikes requests to this path instead of reads. */
  public Fault at(String value) {
    return new Fault(kind, value, times, lasting, delay, status, headers, body, bytes);
  }

  /** Strikes so many requests. */
  public Fault times(int value) {
    return new Fault(kind, path, value, lasting, delay, status, headers, body, bytes);
  }

  /** Strikes all requests for a time that begins when the fault is added. */
  public Fault lasting(Duration value) {
    return new Fault(kind, path, Integer.MAX_VALUE, value, delay, status, headers, body, bytes);
  }

  /** Waits before it does anything. */
  public Fault delay(Duration value) {
    return new Fault(kind, path, times, lasting, value, status, headers, body, bytes);
  }

  /** Sets a header of the answer made up. */
  public Fault header(String name, String value) {
    return headers(Map.of(name, value));
  }

  /** Sets these headers of the answer made up. */
  Fault headers(Map<String, String> values) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.putAll(values);
    return answer(status, Map.copyOf(more), body);
  }

  /** Sets the body of the answer made up, as text. */
  public Fault body(String text) {
    return body(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Sets the body of the answer made up. */
  public Fault body(byte[] value) {
    return answer(status, headers, value);
  }

  private Fault answer(int newStatus, Map<String, String> newHeaders, byte[] newBody) {
    return new Fault(kind, path, times, lasting, delay, newStatus, newHeaders, newBody, bytes);
  }
}
