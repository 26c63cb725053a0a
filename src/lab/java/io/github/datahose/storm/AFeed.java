// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.storm;

import io.github.datahose.simulator.FeedSnapshot;
import io.github.datahose.simulator.LedgerSnapshot;
import java.util.ArrayList;
import java.util.List;

/** A ledger of one feed, for tests of what is held against it: answers to sessions. */
final class AFeed {
  private final List<String> messageIds;
  private final List<int[]> answers = new ArrayList<>();
  private final List<Integer> sessions = new ArrayList<>();

  /** Begins with the events, none of which was given out. */
  AFeed(String... messageIds) {
    this.messageIds = List.of(messageIds);
  }

  /** Gives events to a session. */
  AFeed gave(int session, String... given) {
    answers.add(List.of(given).stream().mapToInt(messageIds::indexOf).toArray());
    sessions.add(session);
    return this;
  }

  /** The ledger, with all acknowledged. */
  LedgerSnapshot ledger() {
    return new LedgerSnapshot(messageIds.size(), 0, List.of(feed()));
  }

  /** The feed of it. */
  FeedSnapshot feed() {
    return new FeedSnapshot(
        "bot",
        "tag",
        List.of("MESSAGESENT"),
        List.of(),
        true,
        messageIds.size(),
        messageIds.size(),
        0,
        messageIds.size(),
        answers.size(),
        0,
        messageIds.toArray(String[]::new),
        answers.toArray(int[][]::new),
        new int[0],
        sessions.stream().mapToInt(Integer::intValue).toArray());
  }
}
