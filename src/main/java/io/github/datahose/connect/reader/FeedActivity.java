// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.reader;

import io.github.datahose.connect.monitor.FeedClock;
import io.github.datahose.connect.symphony.Moment;

/**
 * When a feed was last read by any of its readers, which share this; reads that only keep it alive
 * count. Thread-safe.
 */
final class FeedActivity {

  private final FeedClock clock;
  private volatile Moment last;

  FeedActivity(FeedClock clock) {
    this.clock = clock;
    read();
  }

  /** A read of the feed was answered just now. */
  void read() {
    last = clock.now();
  }

  /** The start of the readers before any read. */
  Moment lastRead() {
    return last;
  }
}
