// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import java.time.Instant;

/** An answer with events that a feed gave; guarded by the feed. */
final class Delivery {

  /** Until it is acknowledged or its time is up, its events are hidden from other reads. */
  enum State {
    IN_FLIGHT,
    ACKNOWLEDGED,
    RETURNED
  }

  final int[] positions;
  final Instant visibleAgainAt;
  State state = State.IN_FLIGHT;

  /** The places that its events have in the feed, in the order of the answer. */
  Delivery(int[] positions, Instant visibleAgainAt) {
    this.positions = positions;
    this.visibleAgainAt = visibleAgainAt;
  }
}
