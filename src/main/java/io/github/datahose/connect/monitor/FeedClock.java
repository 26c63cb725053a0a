// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.monitor;

import io.github.datahose.connect.symphony.Moment;
import java.util.concurrent.TimeUnit;

/**
 * The time that a feed lives by: what it is, and how to wait for it. Tests have one that stands
 * still. Thread-safe.
 */
public interface FeedClock {

  /** The machine's time. */
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
   * The moment by both clocks: for what the agent's time counts in, which passes also while this
   * machine is suspended.
   */
  Moment now();

  /** Monotonic time in nanoseconds, from any origin: for waits and back-off. */
  default long nanoTime() {
    return now().nanos();
  }

  /** Wall-clock time in epoch milliseconds. */
  default long epochMillis() {
    return now().epochMillis();
  }

  /**
   * Waits on a monitor, which the calling thread holds, until it is notified or the time is over;
   * may return earlier.
   */
  void await(Object monitor, long nanos) throws InterruptedException;
}
