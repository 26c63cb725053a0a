// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.feed;

import io.github.datahose.connect.event.EventList;
import io.github.datahose.connect.event.MalformedEventListException;
import io.github.datahose.connect.symphony.DatahoseFeed;
import io.github.datahose.connect.symphony.ReadAnswer;
import io.github.datahose.connect.symphony.SymphonyException;
import java.time.Duration;

/**
 * A feed whose answers are looked at before they count: what no agent may answer is a failure,
 * whatever its status. Confined to the reader's thread.
 */
final class CheckedFeed {

  /**
   * An empty answer is the end of a long poll, which takes 20 to 30 s; a broken proxy gives them by
   * the thousand.
   */
  private static final Duration TOO_QUICK = Duration.ofSeconds(1);

  private static final int TOO_QUICK_IN_A_ROW = 3;

  private final DatahoseFeed feed;
  private final AgentRotation agents;
  private final boolean identifiersOnly;

  /**
   * A feed.
   *
   * @param agents the quick empty answers are counted for each of them by itself
   * @param identifiersOnly see {@link EventList#readIdentifiers}
   */
  CheckedFeed(DatahoseFeed feed, AgentRotation agents, boolean identifiersOnly) {
    this.feed = feed;
    this.agents = agents;
    this.identifiersOnly = identifiersOnly;
  }

  /** Reads once. */
  FeedRead read(String ackId) throws SymphonyException {
    ReadAnswer answer = feed.read(ackId);
    EventList events = events(answer, identifiersOnly);
    if (!events.events().isEmpty() && events.ackId() == null) {
      throw answer.malformed("has events, but no ackId to acknowledge them with");
    }
    if (agents.inUse().read(isQuickAndEmpty(answer, events)) >= TOO_QUICK_IN_A_ROW) {
      throw answer.tooQuick();
    }
    return new FeedRead(answer, events, ackId);
  }

  /** What an answer holds, if it is an event list. */
  static EventList events(ReadAnswer answer, boolean identifiersOnly) throws SymphonyException {
    try {
      byte[] body = answer.body();
      return identifiersOnly
          ? EventList.readIdentifiers(body, answer.maxBytes())
          : EventList.read(body, answer.maxBytes());
    } catch (MalformedEventListException e) {
      throw e.isTooLarge()
          ? answer.tooLarge(e.getMessage())
          : answer.malformed("is no list of events: " + e.getMessage());
    }
  }

  private static boolean isQuickAndEmpty(ReadAnswer answer, EventList events) {
    return events.events().isEmpty() && answer.tookMillis() < TOO_QUICK.toMillis();
  }

  /**
   * Whether it is certain that an agent gave the last answer: whatever answers at once and without
   * events may be something else.
   */
  boolean isProven() {
    return agents.inUse().quickEmptyReads() == 0;
  }
}
