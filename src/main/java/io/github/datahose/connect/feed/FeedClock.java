// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.feed;

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
        public long nanoTime() {
          return System.nanoTime();
        }

        @Override
        public long epochMillis() {
          return System.currentTimeMillis();
        }

        @Override
        public void await(Object monitor, long nanos) throws InterruptedException {
          TimeUnit.NANOSECONDS.timedWait(
              monitor, Math.max(nanos, TimeUnit.MILLISECONDS.toNanos(1)));
        }
      };

  /** Monotonic time in nanoseconds, from any origin. */
  long nanoTime();

  /** Wall-clock time in epoch milliseconds. */
  long epochMillis();

  /**
   * Waits on a monitor, which the calling thread holds, until it is notified or the time is over;
   * may return earlier.
   */
  void await(Object monitor, long nanos) throws InterruptedException;
}
