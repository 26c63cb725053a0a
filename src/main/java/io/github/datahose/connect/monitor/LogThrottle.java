// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.monitor;

import java.time.Duration;

/**
 * Growing intervals between warnings of one trouble: loud at first, never silent, never a flood.
 * Not thread-safe.
 */
public final class LogThrottle {

  private static final Duration SHORTEST = Duration.ofMinutes(1);
  private static final Duration LONGEST = Duration.ofMinutes(30);

  private Duration interval = SHORTEST;
  private long nextAt;

  /** The trouble begins; the first warning is due after this. */
  public void begin(long now, Duration after) {
    interval = SHORTEST;
    nextAt = now + after.toNanos();
  }

  /** Whether a warning is due; if so, the next is due after twice the time. */
  public boolean isDue(long now) {
    if (now - nextAt < 0) {
      return false;
    }
    nextAt = now + interval.toNanos();
    interval = interval.multipliedBy(2).compareTo(LONGEST) < 0 ? interval.multipliedBy(2) : LONGEST;
    return true;
  }

  /** Time until the next warning is due. */
  public Duration untilNext(long now) {
    return Duration.ofNanos(Math.max(0, nextAt - now));
  }
}
