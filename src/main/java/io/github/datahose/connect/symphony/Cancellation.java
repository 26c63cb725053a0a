// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;

/**
 * Ends a read from another thread, at once and for good: one that is under way fails, one that
 * begins later is not sent. Thread-safe; never blocks.
 */
public final class Cancellation {

  private final Duration atMost;
  private final long begun = System.nanoTime();
  private Call call;
  private boolean cancelled;

  /** Without a time limit of its own. */
  public Cancellation() {
    this(null);
  }

  private Cancellation(Duration atMost) {
    this.atMost = atMost;
  }

  /** One that also cancels by itself, when so much time has passed from now on. */
  public static Cancellation after(Duration atMost) {
    return new Cancellation(atMost);
  }

  /** Cancels; a second time changes nothing. */
  public synchronized void cancel() {
    cancelled = true;
    if (call != null) {
      call.cancel();
    }
  }

  /** Whether it was cancelled. */
  public synchronized boolean isCancelled() {
    return cancelled;
  }

  /** The call that there is to cancel from now on; it must not have begun. */
  public synchronized void bind(Call current) {
    call = current;
    if (atMost != null) {
      long left = Math.max(1, atMost.toNanos() - (System.nanoTime() - begun));
      long own = current.timeout().timeoutNanos();
      current.timeout().timeout(own == 0 ? left : Math.min(own, left), TimeUnit.NANOSECONDS);
    }
    if (cancelled) {
      current.cancel();
    }
  }
}
