// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.monitor;

import java.time.Duration;

/** Increasing intervals between warnings of one problem, from 1 to 30 minutes. Not thread-safe. */
public final class LogThrottle {

  private static final Duration SHORTEST = Duration.ofMinutes(1);
  private static final Duration LONGEST = Duration.ofMinutes(30);

  private Duration interval = SHORTEST;
  private long nextAt;

  /** Starts the intervals of a new problem; the first warning is due after the given time. */
  public void begin(long now, Duration after) {
    interval = SHORTEST;
    nextAt = now + after.toNanos();
  }

  /** Returns whether a warning is due; if so, the next interval is twice as long. */
  public boolean isDue(long now) {
    if (now - nextAt < 0) {
      return false;
    }
    nextAt = now + interval.toNanos();
    interval = interval.multipliedBy(2).compareTo(LONGEST) < 0 ? interval.multipliedBy(2) : LONGEST;
    return true;
  }

  /** Returns the time until the next warning is due. */
  public Duration untilNext(long now) {
    return Duration.ofNanos(Math.max(0, nextAt - now));
  }
}
