// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

import io.github.datahose.connect.text.Printable;
import java.time.Duration;

/**
 * A call to Symphony that did not work: what kind of failure, of which call, and the server's own
 * wishes. The message names the call, the host and the status, and quotes at most the short error
 * text of Symphony's own JSON; never a token, a header, a query or another body. It is one line
 * ({@link Printable}), whatever the server wrote.
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
   * A call without an answer.
   *
   * @param cause why, or null
   */
  public SymphonyException(SymphonyCall call, FailureKind kind, String message, Throwable cause) {
    this(call, kind, message, 0, null, false, cause);
  }

  /**
   * A call that was answered.
   *
   * @param status of the answer, or of the proxy's in its place
   * @param retryAfter see {@link #retryAfter}
   */
  public SymphonyException(
      SymphonyCall call, FailureKind kind, String message, int status, Duration retryAfter) {
    this(call, kind, message, status, retryAfter, false, null);
  }

  /** The call that failed. */
  public SymphonyCall call() {
    return call;
  }

  /** What kind of failure it was. */
  public FailureKind kind() {
    return kind;
  }

  /** The HTTP status, for texts and metrics: what to do is decided by the kind. 0 without one. */
  public int status() {
    return status;
  }

  /** How long the server asks to wait, at most 10 minutes, or null when it asks nothing. */
  public Duration retryAfter() {
    return retryAfter;
  }

  /**
   * Whether it is of one agent, so that another might do better: a failed read, or the login for
   * one while other agents still take the session that there was. A proxy's 407 is of all agents.
   */
  public boolean isOfOneAgent() {
    return (call == SymphonyCall.READ || sessionKept) && kind != FailureKind.PROXY_LOGIN;
  }

  /** The same failure, of a login while other agents still take the session that there was. */
  public SymphonyException keepingSession() {
    return new SymphonyException(call, kind, getMessage(), status, retryAfter, true, getCause());
  }

  /** The same failure as another kind, with an addition to its message. */
  public SymphonyException as(FailureKind other, String addition) {
    return new SymphonyException(
        call, other, getMessage() + addition, status, retryAfter, sessionKept, getCause());
  }
}
