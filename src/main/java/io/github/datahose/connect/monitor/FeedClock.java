// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.monitor;

import io.github.datahose.connect.symphony.Moment;
import java.util.concurrent.TimeUnit;

/**
 * Clock of a feed, with its timed waits. Tests have one that they advance themselves. Thread-safe.
 */
public interface FeedClock {

  /** The machine's clock. */
  FeedClock SYSTEM =
      new FeedClock() {
        @Override
        public Moment now() {
          return Moment.now();
        }

        @Override
        public void await(Object monitor, long nanos) throws InterruptedException {
          TimeUnit.NANOSECONDS.timedWait(
              monitor, Math.max(nanos, TimeUnit.MILLISECONDS.toNanos(1)));
        }
      };

  /**
   * Returns the current time on both clocks, for durations at the agent, which pass also while this
   * machine is suspended.
   */
  Moment now();

  /** Returns the monotonic time in nanoseconds, from any origin, for waits and backoff. */
  default long nanoTime() {
    return now().nanos();
  }

  /** Returns the wall-clock time in epoch milliseconds. */
  default long epochMillis() {
    return now().epochMillis();
  }

  /**
   * Waits on a monitor, which the calling thread holds, until it is notified or the time has
   * elapsed; might return earlier.
   */
  void await(Object monitor, long nanos) throws InterruptedException;
}
