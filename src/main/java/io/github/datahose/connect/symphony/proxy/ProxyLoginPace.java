// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.proxy;

import io.github.datahose.connect.symphony.Moment;
import io.github.datahose.connect.symphony.ProxySettings;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Delays before retries of a login that the proxy rejected. The account is often a domain account,
 * which a directory locks after a few wrong passwords, and not only for the connector. So the login
 * is retried after 1, 2, 4, 8, and then every 10 minutes, by one request of this JVM: of all tasks,
 * their restarts, and each connection check. Thread-safe.
 *
 * <p>A directory counts by user, so there is one pace for each user of a proxy, whatever the
 * password. There are two exceptions:
 *
 * <ul>
 *   <li>The password that the proxy accepted last is never held back: a correct password locks
 *       nothing, and a wrong one elsewhere must not stop a working connector.
 *   <li>A password other than the one rejected last is tried immediately, so that a correction
 *       takes effect. But only once until one is accepted: a caller of {@code validate} who tries
 *       many passwords gets one attempt more than the pace allows.
 * </ul>
 *
 * <p>Only the SHA-256 of a password is kept.
 */
final class ProxyLoginPace {

  private static final Duration FIRST = Duration.ofMinutes(1);
  private static final Duration LONGEST = Duration.ofMinutes(10);
  private static final int DOUBLED_AT_MOST = 4;

  /** A proxy rejects a login immediately; another request waits this long for the result. */
  private static final Duration FOR_THE_ONE_THAT_TRIES = Duration.ofSeconds(10);

  /** Maximum number of users of proxies; beyond that, the least recently used one is dropped. */
  private static final int PACES_AT_MOST = 1_000;

  private static final Map<User, ProxyLoginPace> PACES =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<User, ProxyLoginPace> eldest) {
          return size() > PACES_AT_MOST;
        }
      };

  private final LongSupplier nanoTime;
  private int refusals;
  private long notBefore;

  /** Whether a request was sent since the last rejection. */
  private boolean tried;

  /** Whether a password other than the rejected one was tried early. */
  private boolean corrected;

  /** The SHA-256 of the login that was accepted last, and not rejected since; or null. */
  private String accepted;

  /** The SHA-256 of the login that was rejected last; or null. */
  private String refused;

  /** A user for whom a directory counts wrong passwords, by this clock. */
  private record User(Supplier<Moment> now, String proxy, String name) {}

  /**
   * Creates a pace without a rejection.
   *
   * @param nanoTime monotonic, nanoseconds
   */
  ProxyLoginPace(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /**
   * Returns the pace for a user of a proxy; proxy and user are case-insensitive.
   *
   * @param now clients with different clocks share nothing
   */
  static ProxyLoginPace of(ProxySettings proxy, Supplier<Moment> now) {
    User user =
        new User(
            now,
            proxy.toString().toLowerCase(Locale.ROOT),
            proxy.username().toLowerCase(Locale.ROOT));
    synchronized (PACES) {
      return PACES.computeIfAbsent(user, any -> new ProxyLoginPace(() -> now.get().nanos()));
    }
  }

  /** Returns what the pace keeps of a login. */
  static String fingerprint(String login) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(login.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }

  /**
   * Returns the time until a login may be sent; zero if this caller may send it now.
   *
   * @param login its {@link #fingerprint}, as in the other methods
   */
  synchronized Duration untilNext(String login) {
    if (refusals == 0 || login.equals(accepted)) {
      return Duration.ZERO;
    }
    long now = nanoTime.getAsLong();
    long left = notBefore - now;
    if (left > 0) {
      if (corrected || tried || login.equals(refused)) {
        return Duration.ofNanos(left);
      }
      corrected = true;
    }
    notBefore = now + Math.max(left, FOR_THE_ONE_THAT_TRIES.toNanos());
    tried = true;
    return Duration.ZERO;
  }

  /** Records a rejected login, and returns the time to wait. Concurrent requests count as one. */
  synchronized Duration refused(String login) {
    long now = nanoTime.getAsLong();
    if (refusals == 0 || tried) {
      Duration doubled = FIRST.multipliedBy(1L << Math.min(refusals, DOUBLED_AT_MOST));
      notBefore = now + (doubled.compareTo(LONGEST) < 0 ? doubled : LONGEST).toNanos();
      refusals++;
      tried = false;
    }
    refused = login;
    if (login.equals(accepted)) {
      accepted = null;
    }
    return Duration.ofNanos(Math.max(0, notBefore - now));
  }

  /**
   * Records that the proxy accepted a request. One that was sent before the last rejection changes
   * nothing, and neither does another one with the login that was accepted before.
   */
  synchronized void accepted(String login) {
    if (login.equals(accepted) || (login.equals(refused) && !tried)) {
      return;
    }
    accepted = login;
    refusals = 0;
    tried = false;
    corrected = false;
  }
}
