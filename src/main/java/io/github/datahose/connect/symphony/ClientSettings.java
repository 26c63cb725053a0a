// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

import io.github.datahose.connect.symphony.tls.TrustStore;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import okhttp3.HttpUrl;

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

  /**
   * Symphony's servers as base URLs, each with its context path and without a slash at the end.
   *
   * @param pod the pod, which answers the session login
   * @param sessionAuth where the pod answers the session login with a client certificate
   * @param keyManager the key manager
   * @param agents the agents, at least one
   */
  public record Endpoints(
      HttpUrl pod, HttpUrl sessionAuth, HttpUrl keyManager, List<HttpUrl> agents) {}

  /**
   * How long the client waits for Symphony's servers.
   *
   * @param connect longest time to connect
   * @param read longest time without a byte of an answer; must exceed the agent's long poll
   * @param call longest time of a whole call: a body that drips, a byte at a time, never meets the
   *     read time-out
   */
  public record Timeouts(Duration connect, Duration read, Duration call) {}
}
