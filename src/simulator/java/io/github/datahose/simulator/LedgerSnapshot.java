// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * A snapshot of the simulator's ledger; also its JSON form for other processes.
 *
 * @param produced number of produced events
 * @param withoutFeed number of these events that matched no feed, so that no reader could receive
 *     them
 * @param feeds all feeds, including deleted ones, in the order of their creation
 */
public record LedgerSnapshot(long produced, long withoutFeed, List<FeedSnapshot> feeds) {

  /** Reads the response of {@code GET /control/ledger}. */
  public static LedgerSnapshot read(InputStream json) throws IOException {
    return Json.MAPPER.readValue(json, LedgerSnapshot.class);
  }

  /** Returns the same with only the feeds of one tag. */
  public LedgerSnapshot ofTag(String tag) {
    return new LedgerSnapshot(
        produced, withoutFeed, feeds.stream().filter(feed -> feed.tag().equals(tag)).toList());
  }

  /** Returns the number of events that were added to feeds; an event in two feeds counts twice. */
  public long expected() {
    return feeds.stream().mapToLong(FeedSnapshot::expected).sum();
  }

  /** Returns the number of these events that were delivered at least once. */
  public long delivered() {
    return feeds.stream().mapToLong(FeedSnapshot::delivered).sum();
  }

  /** Returns the number of redeliveries. */
  public long redelivered() {
    return feeds.stream().mapToLong(FeedSnapshot::redelivered).sum();
  }

  /** Returns the number of acknowledged events. */
  public long acknowledged() {
    return feeds.stream().mapToLong(FeedSnapshot::acknowledged).sum();
  }
}
