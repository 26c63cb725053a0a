// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * When a login that the proxy refused may be tried again. It is often a domain account, which a
 * directory locks after a few wrong passwords, and not for the connector alone. So it is tried
 * again after 1, 2, 4, 8 and then each 10 minutes, by one of all the task's calls. Thread-safe.
 */
final class ProxyLoginPace {

  private static final Duration FIRST = Duration.ofMinutes(1);
  private static final Duration LONGEST = Duration.ofMinutes(10);
  private static final int DOUBLED_AT_MOST = 4;

  /** A proxy that refuses a login does so at once; another call waits this long for that. */
  private static final Duration FOR_THE_ONE_THAT_TRIES = Duration.ofSeconds(10);

  private final LongSupplier nanoTime;
  private int refusals;
  private long notBefore;

  /** Whether a call was let through since the last refusal. */
  private boolean tried;

  /**
   * Begins without a refusal.
   *
   * @param nanoTime monotonic, nanoseconds
   */
  ProxyLoginPace(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Time until the login may be sent; zero: now, and by this caller. */
  synchronized Duration untilNext() {
    if (refusals == 0) {
      return Duration.ZERO;
    }
    long now = nanoTime.getAsLong();
    if (now - notBefore < 0) {
      return Duration.ofNanos(notBefore - now);
    }
    notBefore = now + FOR_THE_ONE_THAT_TRIES.toNanos();
    tried = true;
    return Duration.ZERO;
  }

  /** It was refused; calls that were under way together count as one. Gives the time to wait. */
  synchronized Duration refused() {
    long now = nanoTime.getAsLong();
    if (refusals == 0 || tried) {
      Duration doubled = FIRST.multipliedBy(1L << Math.min(refusals, DOUBLED_AT_MOST));
      notBefore = now + (doubled.compareTo(LONGEST) < 0 ? doubled : LONGEST).toNanos();
      refusals++;
      tried = false;
    }
    return Duration.ofNanos(Math.max(0, notBefore - now));
  }

  /** The proxy let a call pass; one that was sent before the last refusal says nothing. */
  synchronized void accepted() {
    if (tried) {
      refusals = 0;
      tried = false;
    }
  }
}
