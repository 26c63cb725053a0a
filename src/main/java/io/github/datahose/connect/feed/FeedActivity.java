// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.feed;

/** When a feed was last read by any of its readers, which share this. Thread-safe. */
final class FeedActivity {

  private final FeedClock clock;
  private volatile long lastReadAt;

  FeedActivity(FeedClock clock) {
    this.clock = clock;
    lastReadAt = clock.nanoTime();
  }

  /** A read of the feed was answered just now. */
  void read() {
    lastReadAt = clock.nanoTime();
  }

  /** Monotonic, nanoseconds; the start of the readers before any read. */
  long lastReadAt() {
    return lastReadAt;
  }
}
