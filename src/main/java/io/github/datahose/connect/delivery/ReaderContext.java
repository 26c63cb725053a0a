// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.delivery;

import io.github.datahose.connect.monitor.FeedClock;
import io.github.datahose.connect.monitor.FeedMetrics;
import io.github.datahose.connect.monitor.HealthLog;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** What all parts of one reader share. */
public final class ReaderContext {

  private final String name;
  private final FeedClock clock;
  private final Signal signal;
  private final FeedMetrics metrics;
  private final HealthLog health;

  /**
   * Makes the context of a reader that begins now.
   *
   * @param name the reader in log lines and errors
   * @param clock its time
   */
  public ReaderContext(String name, FeedClock clock) {
    this.name = name;
    this.clock = clock;
    signal = new Signal(clock);
    metrics = new FeedMetrics(clock);
    health = new HealthLog(name, clock, metrics);
  }

  public String name() {
    return name;
  }

  public FeedClock clock() {
    return clock;
  }

  /** What it waits on. */
  public Signal signal() {
    return signal;
  }

  /** Its state and counters. */
  public FeedMetrics metrics() {
    return metrics;
  }

  /** Its changes of state, in the log. */
  public HealthLog health() {
    return health;
  }

  /**
   * All that a reader ever waits for, as one timed wait that a stop ends: a back-off, a batch's
   * confirmation, an event in flight at another reader. Thread-safe.
   */
  public static final class Signal {

    private final FeedClock clock;
    private boolean stopped;

    public Signal(FeedClock clock) {
      this.clock = clock;
    }

    /** Lets the reader look again at what it waits for. Cheap: called for each confirmed batch. */
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
     * Waits until the condition holds.
     *
     * @return whether it holds; false when the time was over first
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
     * Waits for the time to pass.
     *
     * @throws InterruptedException if the reader is stopped
     */
    public void pause(Duration time) throws InterruptedException {
      await(() -> false, time);
    }
  }
}
