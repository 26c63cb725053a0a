// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

import okhttp3.Call;

/**
 * Ends a read from another thread, at once and for good: one that is under way fails, one that
 * begins later is not sent. Thread-safe; never blocks.
 */
public final class Cancellation {

  private Call call;
  private boolean cancelled;

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

  /** The call that there is to cancel from now on. */
  synchronized void bind(Call current) {
    call = current;
    if (cancelled) {
      current.cancel();
    }
  }
}
