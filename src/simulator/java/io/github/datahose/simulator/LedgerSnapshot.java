// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * What the simulator's ledger said at a moment; also its JSON form for other processes.
 *
 * @param produced events produced
 * @param withoutFeed those of them that no feed wanted, so nobody could ever read them
 * @param feeds all feeds, the deleted ones too, in the order in which they were made
 */
public record LedgerSnapshot(long produced, long withoutFeed, List<FeedSnapshot> feeds) {

  /** Reads what {@code GET /control/ledger} answers. */
  public static LedgerSnapshot read(InputStream json) throws IOException {
    return Json.MAPPER.readValue(json, LedgerSnapshot.class);
  }

  /** The same with the feeds of one tag only. */
  public LedgerSnapshot ofTag(String tag) {
    return new LedgerSnapshot(
        produced, withoutFeed, feeds.stream().filter(feed -> feed.tag().equals(tag)).toList());
  }

  /** Events that went into the feeds; one that went into two counts twice. */
  public long expected() {
    return feeds.stream().mapToLong(FeedSnapshot::expected).sum();
  }

  /** Different events of these that were delivered. */
  public long delivered() {
    return feeds.stream().mapToLong(FeedSnapshot::delivered).sum();
  }

  /** Times that an event was delivered again. */
  public long redelivered() {
    return feeds.stream().mapToLong(FeedSnapshot::redelivered).sum();
  }

  /** Events that were acknowledged. */
  public long acknowledged() {
    return feeds.stream().mapToLong(FeedSnapshot::acknowledged).sum();
  }
}
