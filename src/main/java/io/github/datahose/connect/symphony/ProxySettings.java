// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

import java.net.InetSocketAddress;
import java.net.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import okhttp3.Credentials;

/**
 * Settings of the HTTP proxy to Symphony's servers. Immutable.
 *
 * @param host host of the proxy
 * @param port port of the proxy
 * @param username user name for Basic authentication, or null without authentication
 * @param password password of that user, or null without one
 * @param exclude hosts that are reached directly, case-insensitive; {@code *} matches any
 *     characters, including none
 */
public record ProxySettings(
    String host, int port, String username, String password, List<String> exclude) {

  public ProxySettings {
    exclude = exclude.stream().map(pattern -> pattern.toLowerCase(Locale.ROOT)).toList();
  }

  /**
   * Returns whether a server is reached through the proxy.
   *
   * @param server host name or address in lower case, an IPv6 address without brackets
   */
  public boolean isFor(String server) {
    return exclude.stream().noneMatch(pattern -> matches(pattern, server));
  }

  /**
   * Matches without a regular expression, whose time grows exponentially with the number of stars.
   */
  private static boolean matches(String pattern, String server) {
    String[] parts = pattern.split("\\*", -1);
    if (parts.length == 1) {
      return pattern.equals(server);
    }
    String last = parts[parts.length - 1];
    int at = parts[0].length();
    if (!server.startsWith(parts[0])) {
      return false;
    }
    for (int i = 1; i < parts.length - 1; i++) {
      int found = server.indexOf(parts[i], at);
      if (found < 0) {
        return false;
      }
      at = found + parts[i].length();
    }
    return server.length() - last.length() >= at && server.endsWith(last);
  }

  /** Returns the unresolved address of the proxy: each connection looks up its name. */
  public Proxy address() {
    return new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(host, port));
  }

  /** Returns the value of {@code Proxy-Authorization} (RFC 7617), or null without a login. */
  public String authorization() {
    return username == null ? null : Credentials.basic(username, password, StandardCharsets.UTF_8);
  }

  /** Returns host and port only: a record would print the password. */
  @Override
  public String toString() {
    return host + ":" + port;
  }
}
