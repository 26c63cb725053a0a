// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.storm;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Events at a steady rate, on a thread of its own, that can be stopped and go on. */
final class Production implements AutoCloseable {
  static final int TICKS_A_SECOND = 50;

  private final Runnable someEvents;
  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
  private boolean paused = true;
  private RuntimeException failure;

  /**
   * Begins paused.
   *
   * @param someEvents makes the events of a tick
   */
  Production(Runnable someEvents) {
    this.someEvents = someEvents;
    long period = TimeUnit.SECONDS.toNanos(1) / TICKS_A_SECOND;
    thread.scheduleAtFixedRate(this::tick, period, period, TimeUnit.NANOSECONDS);
  }

  synchronized void resume() {
    paused = false;
  }

  /**
   * Once this has returned no event comes any more.
   *
   * @throws RuntimeException what came in the way of the production, each time
   */
  synchronized void pause() {
    paused = true;
    if (failure != null) {
      throw failure;
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }

  private synchronized void tick() {
    if (paused || failure != null) {
      return;
    }
    try {
      someEvents.run();
    } catch (RuntimeException e) {
      failure = e;
    }
  }
}
