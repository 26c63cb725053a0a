// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.feed;

/**
 * When a feed was last read by any of its readers, which share this; reads that only keep it alive
 * count. Thread-safe.
 */
final class FeedActivity {

  private record Moment(long nanos, long epochMillis) {}

  private final FeedClock clock;
  private volatile Moment last;

  FeedActivity(FeedClock clock) {
    this.clock = clock;
    read();
  }

  /** A read of the feed was answered just now. */
  void read() {
    last = new Moment(clock.nanoTime(), clock.epochMillis());
  }

  /** Monotonic, nanoseconds; the start of the readers before any read. */
  long lastReadAt() {
    return last.nanos();
  }

  /** The same moment in epoch milliseconds. */
  long lastReadAtMillis() {
    return last.epochMillis();
  }
}
