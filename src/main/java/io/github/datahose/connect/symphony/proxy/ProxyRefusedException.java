// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.proxy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import okhttp3.Challenge;

/** A proxy answered in place of the server behind it. */
public final class ProxyRefusedException extends IOException {

  private static final long serialVersionUID = 1L;

  public static final int LOGIN_WANTED = 407;

  /** OkHttp says so, and nowhere else, what a CONNECT was answered with ({@code ConnectPlan}). */
  private static final Pattern TUNNEL_REFUSED =
      Pattern.compile("Unexpected response code for CONNECT: (\\d{3})");

  private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9-]{0,20}");

  private static final String LOGIN_REFUSED = "the proxy refused the login (407)";

  private final int status;
  private final transient Duration notBefore;

  private ProxyRefusedException(int status, Duration notBefore, String message) {
    super(message);
    this.status = status;
    this.notBefore = notBefore;
  }

  /**
   * It wants a login, or another one.
   *
   * @param challenges what kinds of login it takes
   * @param notBefore when the one that was sent may be sent again; null when there was none
   */
  static ProxyRefusedException login(List<Challenge> challenges, Duration notBefore) {
    List<String> schemes =
        challenges.stream()
            .map(Challenge::scheme)
            .filter(scheme -> SCHEME.matcher(scheme).matches())
            .distinct()
            .toList();
    String message = notBefore == null ? "the proxy wants a login (407)" : LOGIN_REFUSED;
    return new ProxyRefusedException(
        LOGIN_WANTED,
        notBefore,
        schemes.isEmpty() || schemes.stream().anyMatch("Basic"::equalsIgnoreCase)
            ? message
            : message
                + ": of the kind "
                + String.join(", ", schemes)
                + ", and this connector knows Basic only");
  }

  /** Not asked, since it has refused that login before. */
  static ProxyRefusedException heldBack(Duration notBefore) {
    return new ProxyRefusedException(
        LOGIN_WANTED,
        notBefore,
        LOGIN_REFUSED
            + " before; it is not tried again for "
            + (notBefore.toSeconds() + 1)
            + " s, so that the account is not locked");
  }

  /**
   * What a failure has to say of a proxy. There may be several tries in it, one for each address of
   * the proxy.
   *
   * @return null when it says nothing
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
            "the proxy refused a connection to that server, with " + tunnel.group(1))
        : null;
  }

  /** Time until the login may be sent again; null when it is not about one that was sent. */
  public Duration notBefore() {
    return notBefore;
  }

  /** The status that it answered with. */
  public int status() {
    return status;
  }
}
