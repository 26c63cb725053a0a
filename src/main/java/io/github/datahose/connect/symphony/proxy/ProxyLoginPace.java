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
 * When a login that the proxy refused may be tried again. It is often a domain account, which a
 * directory locks after a few wrong passwords, and not for the connector alone. So it is tried
 * again after 1, 2, 4, 8 and then each 10 minutes, by one of all calls of this JVM: of all tasks,
 * of their restarts, and of each connection check. Thread-safe.
 *
 * <p>A directory counts by user, so the pace is one for each user at a proxy, whatever the
 * password. Two passwords are excepted:
 *
 * <ul>
 *   <li>The one that the proxy accepted last is never held back: a right password locks nothing,
 *       and a wrong one elsewhere must not stop a connector that works.
 *   <li>One that is not the one refused last may be tried at once, so that a correction counts at
 *       once. But once only until one is accepted: whoever calls {@code validate} with password
 *       after password gets one try more than the pace allows, and no others.
 * </ul>
 *
 * <p>Of a password only a SHA-256 is kept.
 */
final class ProxyLoginPace {

  private static final Duration FIRST = Duration.ofMinutes(1);
  private static final Duration LONGEST = Duration.ofMinutes(10);
  private static final int DOUBLED_AT_MOST = 4;

  /** A proxy that refuses a login does so at once; another call waits this long for that. */
  private static final Duration FOR_THE_ONE_THAT_TRIES = Duration.ofSeconds(10);

  /** Users at proxies; beyond that the one that was asked for longest ago is forgotten. */
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

  /** Whether a call was let through since the last refusal. */
  private boolean tried;

  /** Whether another password than the one refused was tried out of turn. */
  private boolean corrected;

  /** The SHA-256 of the login that was accepted last, and not refused since; or null. */
  private String accepted;

  /** The SHA-256 of the login that was refused last; or null. */
  private String refused;

  /** Whom a directory counts wrong passwords for, by this clock. */
  private record User(Supplier<Moment> now, String proxy, String name) {}

  /**
   * Begins without a refusal.
   *
   * @param nanoTime monotonic, nanoseconds
   */
  ProxyLoginPace(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /**
   * The one for a user at a proxy, in any case of letters.
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

  /** What the pace keeps of a login. */
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
   * Time until a login may be sent; zero: now, and by this caller.
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

  /** It was refused; calls that were under way together count as one. Gives the time to wait. */
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
   * The proxy let a call pass. One that was sent before the last refusal says nothing, and neither
   * does one more with the login that was accepted before.
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
