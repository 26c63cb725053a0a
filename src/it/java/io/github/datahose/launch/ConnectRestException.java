// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.launch;

/** An answer of Connect's REST interface other than success. */
public final class ConnectRestException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String body;

  ConnectRestException(String request, int status, String body) {
    super(request + " was answered with " + status + ": " + body);
    this.status = status;
    this.body = body;
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  /**
   * The body as it came: JSON with {@code error_code} and {@code message} when the worker itself
   * answered.
   */
  public String body() {
    return body;
  }
}
