// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

import io.github.datahose.connect.text.Printable;
import java.time.Duration;

/**
 * Failure of a request to Symphony: its kind, the request, and the delay that the server asked for.
 * The message names the request, the host, and the status, and quotes at most the short error text
 * of Symphony's own JSON; never a token, a header, a query, or another body. It is one line ({@link
 * Printable}), whatever the server wrote.
 */
public final class SymphonyException extends Exception {

  private static final long serialVersionUID = 1L;

  private final SymphonyCall call;
  private final FailureKind kind;
  private final int status;
  private final transient Duration retryAfter;
  private final boolean sessionKept;

  private SymphonyException(
      SymphonyCall call,
      FailureKind kind,
      String message,
      int status,
      Duration retryAfter,
      boolean sessionKept,
      Throwable cause) {
    super(Printable.line(message), cause);
    this.call = call;
    this.kind = kind;
    this.status = status;
    this.retryAfter = retryAfter;
    this.sessionKept = sessionKept;
  }

  /**
   * Creates the failure of a request without a response.
   *
   * @param cause the cause, or null
   */
  public SymphonyException(SymphonyCall call, FailureKind kind, String message, Throwable cause) {
    this(call, kind, message, 0, null, false, cause);
  }

  /**
   * Creates the failure of a request with a response.
   *
   * @param status status of the response, or of the proxy's in its place
   * @param retryAfter see {@link #retryAfter}
   */
  public SymphonyException(
      SymphonyCall call, FailureKind kind, String message, int status, Duration retryAfter) {
    this(call, kind, message, status, retryAfter, false, null);
  }

  /** Returns the request that failed. */
  public SymphonyCall call() {
    return call;
  }

  /** Returns the kind of failure. */
  public FailureKind kind() {
    return kind;
  }

  /**
   * Returns the HTTP status, for texts and metrics; 0 without one. The kind decides what follows.
   */
  public int status() {
    return status;
  }

  /** Returns the delay that the server asks for, at most 10 minutes, or null without one. */
  public Duration retryAfter() {
    return retryAfter;
  }

  /**
   * Returns whether the failure concerns one agent, so that another might succeed: a failed read,
   * or a failed login while other agents still accept the previous session. A proxy's 407 concerns
   * all agents.
   */
  public boolean isOfOneAgent() {
    return (call == SymphonyCall.READ || sessionKept) && kind != FailureKind.PROXY_LOGIN;
  }

  /** Returns the same failure, of a login while other agents still accept the previous session. */
  public SymphonyException keepingSession() {
    return new SymphonyException(call, kind, getMessage(), status, retryAfter, true, getCause());
  }

  /** Returns the same failure with another kind and an addition to its message. */
  public SymphonyException as(FailureKind other, String addition) {
    return new SymphonyException(
        call, other, getMessage() + addition, status, retryAfter, sessionKept, getCause());
  }
}
