// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

/** The kinds of failure that metrics count and that decide what happens next. */
public enum FailureKind {
  /** Status 401. */
  UNAUTHORIZED,
  /** Status 403. */
  FORBIDDEN,
  /**
   * Status 429, or 400 with {@code Retry-After} (agents from 20.12 rewrite a 429 of the pod so).
   */
  THROTTLED,
  /** Any other 4xx, and a redirect, which is never followed. */
  REFUSED,
  /** Any 5xx. */
  SERVER,
  /**
   * No whole answer: connection, TLS, DNS, time-out, a body that broke off. Also no login, since
   * the file of its key or certificate hangs.
   */
  NETWORK,
  /** A whole answer that is not what the API promises, or larger than allowed. */
  MALFORMED
}
