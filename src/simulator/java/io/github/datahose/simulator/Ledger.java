// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import java.util.List;

/** What was produced, delivered and acknowledged. Thread-safe. */
public final class Ledger {

  private final Feeds feeds;

  Ledger(Feeds feeds) {
    this.feeds = feeds;
  }

  /** Totals of the simulator and of each feed; cheap. */
  public LedgerSnapshot totals() {
    return feeds.snapshot(false);
  }

  /** Totals of the feeds of one tag; cheap. */
  public LedgerSnapshot totals(String tag) {
    return totals().ofTag(tag);
  }

  /** Everything, with each event and each answer: what an {@link Audit} needs. */
  public LedgerSnapshot snapshot() {
    return feeds.snapshot(true);
  }

  /** Holds the topic against the ledger. */
  public Audit audit(List<Audit.Entry> topic) {
    return Audit.of(snapshot(), topic);
  }
}
