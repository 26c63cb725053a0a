// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.proxy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import okhttp3.Challenge;

/** Response of a proxy in place of the server behind it. */
public final class ProxyRefusedException extends IOException {

  private static final long serialVersionUID = 1L;

  public static final int LOGIN_WANTED = 407;

  /** OkHttp reports the status of a failed CONNECT only in this message ({@code ConnectPlan}). */
  private static final Pattern TUNNEL_REFUSED =
      Pattern.compile("Unexpected response code for CONNECT: (\\d{3})");

  private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9-]{0,20}");

  private static final String LOGIN_REFUSED = "the proxy rejected the login (407)";

  private final int status;
  private final transient Duration notBefore;

  private ProxyRefusedException(int status, Duration notBefore, String message) {
    super(message);
    this.status = status;
    this.notBefore = notBefore;
  }

  /**
   * Returns the exception for a proxy that requires a login, or rejects the one that was sent.
   *
   * @param challenges authentication schemes that the proxy accepts
   * @param notBefore time until the login may be sent again; null if none was sent
   */
  static ProxyRefusedException login(List<Challenge> challenges, Duration notBefore) {
    List<String> schemes =
        challenges.stream()
            .map(Challenge::scheme)
            .filter(scheme -> SCHEME.matcher(scheme).matches())
            .distinct()
            .toList();
    String message = notBefore == null ? "the proxy requires a login (407)" : LOGIN_REFUSED;
    return new ProxyRefusedException(
        LOGIN_WANTED,
        notBefore,
        schemes.isEmpty() || schemes.stream().anyMatch("Basic"::equalsIgnoreCase)
            ? message
            : message
                + ". It accepts only the scheme "
                + String.join(", ", schemes)
                + ", but the connector supports only Basic");
  }

  /** Returns the exception for a login that is held back, because the proxy rejected it before. */
  static ProxyRefusedException heldBack(Duration notBefore) {
    return new ProxyRefusedException(
        LOGIN_WANTED,
        notBefore,
        LOGIN_REFUSED
            + " before. The connector does not retry it for "
            + (notBefore.toSeconds() + 1)
            + " s, so that the account is not locked");
  }

  /**
   * Returns the proxy's response that caused a failure. A failure can have several attempts, one
   * for each address of the proxy.
   *
   * @return null if no proxy caused it
   */
  public static ProxyRefusedException in(Exception failure) {
    return Stream.concat(Stream.of(failure), Stream.of(failure.getSuppressed()))
        .map(ProxyRefusedException::of)
        .filter(found -> found != null)
        .findFirst()
        .orElse(null);
  }

  private static ProxyRefusedException of(Throwable failure) {
    if (failure instanceof ProxyRefusedException refused) {
      return refused;
    }
    Matcher tunnel = TUNNEL_REFUSED.matcher(String.valueOf(failure.getMessage()));
    return tunnel.matches()
        ? new ProxyRefusedException(
            Integer.parseInt(tunnel.group(1)),
            null,
            "the proxy rejected the connection to that server with HTTP " + tunnel.group(1))
        : null;
  }

  /** Returns the time until the login may be sent again; null if no login was sent. */
  public Duration notBefore() {
    return notBefore;
  }

  /** Returns the status of the proxy's response. */
  public int status() {
    return status;
  }
}
