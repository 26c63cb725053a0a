// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import java.util.List;

/** The produced, delivered, and acknowledged events. Thread-safe. */
public final class Ledger {

  private final Feeds feeds;

  Ledger(Feeds feeds) {
    this.feeds = feeds;
  }

  /** Returns totals of the simulator and of each feed; fast. */
  public LedgerSnapshot totals() {
    return feeds.snapshot(false);
  }

  /** Returns totals of the feeds of one tag; fast. */
  public LedgerSnapshot totals(String tag) {
    return totals().ofTag(tag);
  }

  /** Returns everything, with each event and each response, for an {@link Audit}. */
  public LedgerSnapshot snapshot() {
    return feeds.snapshot(true);
  }

  /** Compares the topic with the ledger. */
  public Audit audit(List<Audit.Entry> topic) {
    return Audit.of(snapshot(), topic);
  }
}
