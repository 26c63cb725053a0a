// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.reader;

import io.github.datahose.connect.config.DatahoseConfig;
import io.github.datahose.connect.config.FeedConfig;
import io.github.datahose.connect.delivery.DedupWindow;
import io.github.datahose.connect.delivery.StoredOffsets;
import io.github.datahose.connect.monitor.FeedClock;

/**
 * What all readers of one feed share.
 *
 * @param feed its options
 * @param stored what Connect has stored for its readers
 * @param window the events that are in Kafka already, or on their way
 * @param activity when any of its readers last read
 */
record FeedContext(
    FeedConfig feed, StoredOffsets stored, DedupWindow window, FeedActivity activity) {

  /** That of a feed which nobody reads yet. */
  static FeedContext of(
      DatahoseConfig config, FeedConfig feed, StoredOffsets stored, FeedClock clock) {
    return new FeedContext(
        feed, stored, stored.window(config.dedupWindow(), feed.readers()), new FeedActivity(clock));
  }
}
