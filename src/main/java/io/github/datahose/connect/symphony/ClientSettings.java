// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

import io.github.datahose.connect.symphony.tls.TrustStore;
import java.time.Clock;
import java.util.function.Supplier;

/**
 * What the client needs to know of a pod and of the worker it runs in.
 *
 * @param proxy that the servers are reached through, or null
 * @param maxResponseBytes largest answer to a read, after decompression
 * @param userAgent value of the header {@code User-Agent}
 * @param clock wall clock, for the expiry in the login's JWT and for dates in {@code Retry-After}
 * @param now for when an answer came, and for how long a login at the proxy is held back
 */
public record ClientSettings(
    Endpoints endpoints,
    Credentials credentials,
    TrustStore trustStore,
    ProxySettings proxy,
    Timeouts timeouts,
    long maxResponseBytes,
    String userAgent,
    Clock clock,
    Supplier<Moment> now) {

  /** This machine's clock, one for all: clients with the same clock share the pace of logins. */
  public static final Supplier<Moment> SYSTEM_CLOCK = Moment::now;
}
