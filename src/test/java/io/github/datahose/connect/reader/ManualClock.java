// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.reader;

import io.github.datahose.connect.monitor.FeedClock;
import io.github.datahose.connect.symphony.Moment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Time that moves only when a test says so. Waiters look again whenever it does. */
public final class ManualClock implements FeedClock {

  private final List<Object> waiters = new ArrayList<>();

  /** Far from zero, where a sum of two times is not their difference. */
  private long nanos = Duration.ofDays(100).toNanos();

  private long longestWait;
  private long millis = 1_700_000_000_000L;

  @Override
  public synchronized Moment now() {
    return new Moment(nanos, millis);
  }

  @Override
  public void await(Object monitor, long atMost) throws InterruptedException {
    synchronized (this) {
      waiters.add(monitor);
      longestWait = Math.max(longestWait, atMost);
      notifyAll();
    }
    try {
      monitor.wait();
    } finally {
      synchronized (this) {
        waiters.remove(monitor);
      }
    }
  }

  /** Advances the time, and wakes the threads that wait for it. */
  public void advance(Duration time) {
    List<Object> toWake;
    synchronized (this) {
      nanos += time.toNanos();
      millis += time.toMillis();
      toWake = List.copyOf(waiters);
      waiters.clear();
    }
    for (Object monitor : toWake) {
      synchronized (monitor) {
        monitor.notifyAll();
      }
    }
  }

  /**
   * Moves the wall clock alone, and wakes nobody: a machine that was suspended, or a clock that was
   * set; back when negative.
   */
  public synchronized void moveWallClock(Duration time) {
    millis += time.toMillis();
  }

  /** The longest time that anybody wanted to wait so far. */
  synchronized Duration longestWait() {
    return Duration.ofNanos(longestWait);
  }

  /** Whether somebody waits for time to pass, and has seen what time it is. */
  public synchronized boolean hasWaiter() {
    return !waiters.isEmpty();
  }
}
