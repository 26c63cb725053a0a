// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;

/**
 * Handle to cancel a read permanently from another thread: a read in progress fails, and a later
 * one is not sent. Thread-safe; never blocks.
 */
public final class Cancellation {

  private final Duration atMost;
  private final long begun = System.nanoTime();
  private Call call;
  private boolean cancelled;

  /** Creates a handle without a time limit. */
  public Cancellation() {
    this(null);
  }

  private Cancellation(Duration atMost) {
    this.atMost = atMost;
  }

  /** Returns a handle that also cancels by itself, when the given time from now has passed. */
  public static Cancellation after(Duration atMost) {
    return new Cancellation(atMost);
  }

  /** Cancels the read. A second call has no effect. */
  public synchronized void cancel() {
    cancelled = true;
    if (call != null) {
      call.cancel();
    }
  }

  /** Returns whether the read was cancelled. */
  public synchronized boolean isCancelled() {
    return cancelled;
  }

  /** Sets the call to cancel, which must not have started. */
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
