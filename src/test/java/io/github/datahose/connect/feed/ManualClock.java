// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.feed;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Time that moves only when a test says so. Waiters look again whenever it does. */
final class ManualClock implements FeedClock {

  private final List<Object> waiters = new ArrayList<>();
  private long nanos = 1;
  private long millis = 1_700_000_000_000L;

  @Override
  public synchronized long nanoTime() {
    return nanos;
  }

  @Override
  public synchronized long epochMillis() {
    return millis;
  }

  @Override
  public void await(Object monitor, long atMost) throws InterruptedException {
    synchronized (this) {
      waiters.add(monitor);
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

  /** Moves time, wakes whoever waits for it. */
  void advance(Duration time) {
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

  /** Whether somebody waits for time to pass, and has seen what time it is. */
  synchronized boolean hasWaiter() {
    return !waiters.isEmpty();
  }
}
