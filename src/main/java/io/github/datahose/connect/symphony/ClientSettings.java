// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

import io.github.datahose.connect.symphony.tls.TrustStore;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import okhttp3.HttpUrl;

/**
 * Settings of the client for a pod and for the worker that it runs in.
 *
 * @param proxy proxy to Symphony's servers, or null
 * @param maxResponseBytes maximum size of the response to a read, after decompression
 * @param userAgent value of the header {@code User-Agent}
 * @param clock wall clock, for the expiry in the login's JWT and for dates in {@code Retry-After}
 * @param now both clocks, for the time of responses and the delay between logins to the proxy
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

  /**
   * The machine's clock, one object, because clients with the same clock share the pace of logins.
   */
  public static final Supplier<Moment> SYSTEM_CLOCK = Moment::now;

  /**
   * Base URLs of Symphony's servers, each with its context path and without a trailing slash.
   *
   * @param pod the pod, which handles the session login
   * @param sessionAuth the pod's server for the session login with a client certificate
   * @param keyManager the key manager
   * @param agents the agents, at least one
   */
  public record Endpoints(
      HttpUrl pod, HttpUrl sessionAuth, HttpUrl keyManager, List<HttpUrl> agents) {}

  /**
   * Maximum times to wait for Symphony's servers.
   *
   * @param connect maximum time to connect
   * @param read maximum time without data from a server; must exceed the agent's long poll
   * @param call maximum time of a whole request: a body that arrives one byte at a time never
   *     reaches the read timeout
   */
  public record Timeouts(Duration connect, Duration read, Duration call) {}
}
