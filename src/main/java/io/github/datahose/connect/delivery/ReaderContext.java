// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.delivery;

import io.github.datahose.connect.monitor.FeedClock;
import io.github.datahose.connect.monitor.FeedMetrics;
import io.github.datahose.connect.monitor.HealthLog;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * Context that all parts of one reader share.
 *
 * @param name name of the reader in log lines and errors
 * @param clock its clock
 * @param signal signal that it waits on
 * @param metrics its state and counters
 * @param health its changes of state, in the log
 */
public record ReaderContext(
    String name, FeedClock clock, Signal signal, FeedMetrics metrics, HealthLog health) {

  /** Creates the context of a reader that starts now. */
  public ReaderContext(String name, FeedClock clock) {
    this(name, clock, new FeedMetrics(clock));
  }

  private ReaderContext(String name, FeedClock clock, FeedMetrics metrics) {
    this(name, clock, new Signal(clock), metrics, new HealthLog(name, clock, metrics));
  }

  /**
   * Signal for everything that a reader waits for, as one timed wait that a stop ends: a backoff,
   * the confirmation of a batch, an event in flight at another reader. Thread-safe.
   */
  public static final class Signal {

    private final FeedClock clock;
    private boolean stopped;

    public Signal(FeedClock clock) {
      this.clock = clock;
    }

    /** Wakes the reader to check its condition again. Cheap: called for each confirmed batch. */
    synchronized void wake() {
      notifyAll();
    }

    /** Ends this wait and every later one. */
    public synchronized void stop() {
      stopped = true;
      notifyAll();
    }

    public synchronized boolean isStopped() {
      return stopped;
    }

    /**
     * Waits until the condition is true.
     *
     * @return whether it is true; false if the time elapsed first
     * @throws InterruptedException if the reader is stopped
     */
    public synchronized boolean await(BooleanSupplier condition, Duration atMost)
        throws InterruptedException {
      long deadline = clock.nanoTime() + atMost.toNanos();
      while (!stopped && !condition.getAsBoolean()) {
        long left = deadline - clock.nanoTime();
        if (left <= 0) {
          return false;
        }
        clock.await(this, left);
      }
      if (stopped) {
        throw new InterruptedException("the reader is stopped");
      }
      return true;
    }

    /**
     * Waits for the given time.
     *
     * @throws InterruptedException if the reader is stopped
     */
    public void pause(Duration time) throws InterruptedException {
      await(() -> false, time);
    }
  }
}
