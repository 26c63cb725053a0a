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
  final int session;
  final Instant visibleAgainAt;
  final long deliveredAtNanos = System.nanoTime();
  final long deliveredEpochNanos = FeedTimes.epochNanos();
  State state = State.IN_FLIGHT;

  /** Means something once it is acknowledged. */
  long acknowledgedAtNanos;

  /**
   * Makes one that was just given out.
   *
   * @param positions the places that its events have in the feed, in the order of the answer
   * @param session who took it, see {@link FeedSnapshot#answerSessions}
   */
  Delivery(int[] positions, int session, Instant visibleAgainAt) {
    this.positions = positions;
    this.session = session;
    this.visibleAgainAt = visibleAgainAt;
  }
}
