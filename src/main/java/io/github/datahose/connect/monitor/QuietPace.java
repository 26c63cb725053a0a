// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.monitor;

import java.time.Duration;

/**
 * When the log tells that a feed is quiet, though read well: after five minutes without events, and
 * if events come and go, ever more seldom, at last once in half an hour. Events that come after
 * that was told are told, too. Not thread-safe.
 */
final class QuietPace {

  /** What to tell of a good read. */
  enum Tell {
    NOTHING,
    IDLE,
    ACTIVE
  }

  static final Duration IDLE_AFTER = Duration.ofMinutes(5);

  private final LogThrottle idles = new LogThrottle(IDLE_AFTER);
  private boolean idle;
  private long since;
  private Duration lasted = Duration.ZERO;

  QuietPace(long now) {
    idles.begin(now, Duration.ZERO);
    since = now;
  }

  /**
   * A read worked.
   *
   * @param events whether it brought any
   * @param afterTrouble whether nobody could tell before it whether there were any
   */
  Tell goodRead(long now, boolean events, boolean afterTrouble) {
    lasted = Duration.ofNanos(now - since);
    if (events) {
      since = now;
      boolean told = idle;
      idle = false;
      return told ? Tell.ACTIVE : Tell.NOTHING;
    }
    if (idle) {
      return Tell.NOTHING;
    }
    if (afterTrouble) {
      since = now;
      return Tell.NOTHING;
    }
    idle = lasted.compareTo(IDLE_AFTER) >= 0 && idles.isDue(now);
    return idle ? Tell.IDLE : Tell.NOTHING;
  }

  /** Nobody read meanwhile, and so nobody can say whether it was quiet: it counts from now on. */
  void begin(long now) {
    since = now;
  }

  /** How long there had been no events at the last read. */
  Duration lasted() {
    return lasted;
  }
}
