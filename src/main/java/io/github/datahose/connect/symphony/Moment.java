// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

import java.time.Duration;

/**
 * A point in time on two clocks. Neither alone shows how much time passed for Symphony's servers:
 * the monotonic clock stops while the machine is suspended, and the wall clock can be set.
 *
 * @param nanos monotonic time in nanoseconds, from any origin
 * @param epochMillis wall-clock time in epoch milliseconds
 */
public record Moment(long nanos, long epochMillis) {

  /** Returns the current time of the machine's clocks. */
  public static Moment now() {
    return new Moment(System.nanoTime(), System.currentTimeMillis());
  }

  /**
   * Returns the time since an earlier moment: the larger of monotonic and wall-clock time, never
   * negative. A wall clock that is set back does not count. One that is set forward can make an
   * acknowledgement count as late, report a gap that did not exist, or trigger a keep-alive read
   * early; all three are harmless.
   */
  public Duration since(Moment earlier) {
    Duration monotonic = Duration.ofNanos(Math.max(0, nanos - earlier.nanos));
    Duration wall = Duration.ofMillis(epochMillis - earlier.epochMillis);
    return wall.compareTo(monotonic) > 0 ? wall : monotonic;
  }
}
