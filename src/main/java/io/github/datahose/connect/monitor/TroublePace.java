// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.monitor;

import java.time.Duration;

/**
 * Which failed reads the log tells of. A single failure with a further try soon is daily life (an
 * expired session, a long poll that was cut), told at first and then ever more seldom. The second
 * in a row is trouble: told at once, and again in growing intervals while it lasts; but trouble
 * that comes back soon after it was over only when it lasts for a minute, or when the interval is
 * over. Not thread-safe.
 */
final class TroublePace {

  /** What to tell of a failure. */
  enum Tell {
    NOTHING,
    SINGLE,
    TROUBLE
  }

  /** As long as that without trouble, and the next is new. */
  static final Duration CALM = Duration.ofMinutes(5);

  private static final Duration SOON = Duration.ofSeconds(5);
  private static final Duration LASTING = Duration.ofMinutes(1);

  private final LogThrottle singles = new LogThrottle(Duration.ofMinutes(1));
  private final LogThrottle troubles = new LogThrottle(Duration.ofMinutes(1));
  private boolean told;
  private int failures;
  private long since;
  private Long lastAt;

  TroublePace(long now) {
    singles.begin(now, Duration.ZERO);
  }

  /**
   * A read failed.
   *
   * @param delay time until the next try
   */
  Tell failed(long now, Duration delay) {
    if (failures++ == 0) {
      since = now;
    }
    if (failures == 1 && delay.compareTo(SOON) <= 0) {
      return singles.isDue(now) ? Tell.SINGLE : Tell.NOTHING;
    }
    boolean calmBefore = lastAt == null || now - lastAt >= CALM.toNanos();
    lastAt = now;
    if (!told && (calmBefore || now - since >= LASTING.toNanos())) {
      troubles.begin(now, Duration.ZERO);
    }
    if (!troubles.isDue(now)) {
      return Tell.NOTHING;
    }
    told = true;
    return Tell.TROUBLE;
  }

  /** A read worked. */
  void over() {
    failures = 0;
    told = false;
  }

  /** Whether the trouble that there is was told. */
  boolean isTold() {
    return told;
  }

  /** Failures in a row. */
  int failures() {
    return failures;
  }

  /** When the first of them was. */
  long since() {
    return since;
  }
}
