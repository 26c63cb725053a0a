// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.reader;

import io.github.datahose.connect.delivery.FeedRead;
import io.github.datahose.connect.event.EventList;
import io.github.datahose.connect.event.MalformedEventListException;
import io.github.datahose.connect.symphony.Cancellation;
import io.github.datahose.connect.symphony.DatahoseFeed;
import io.github.datahose.connect.symphony.ReadAnswer;
import io.github.datahose.connect.symphony.SymphonyException;
import java.time.Duration;

/**
 * A feed whose answers are looked at before they count: what no agent may answer is a failure,
 * whatever its status. Confined to the reader's thread.
 */
public final class CheckedFeed {

  /**
   * An empty answer is the end of a long poll, which takes 20 to 30 s; a broken proxy gives them by
   * the thousand.
   */
  private static final Duration TOO_QUICK = Duration.ofSeconds(1);

  private static final int TOO_QUICK_IN_A_ROW = 3;

  private final DatahoseFeed feed;
  private final AgentFailover agents;
  private final boolean identifiersOnly;

  /**
   * A feed.
   *
   * @param agents the quick empty answers are counted for each of them by itself
   * @param identifiersOnly see {@link EventList#readIdentifiers}
   */
  CheckedFeed(DatahoseFeed feed, AgentFailover agents, boolean identifiersOnly) {
    this.feed = feed;
    this.agents = agents;
    this.identifiersOnly = identifiersOnly;
  }

  /** Reads once. */
  FeedRead read(String ackId) throws SymphonyException {
    ReadAnswer answer = feed.read(ackId);
    EventList events = events(answer, identifiersOnly);
    boolean proven = !isQuickAndEmpty(answer, events);
    if (agents.inUse().read(!proven) >= TOO_QUICK_IN_A_ROW) {
      throw answer.tooQuick();
    }
    return new FeedRead(answer, events, ackId, proven);
  }

  /**
   * Reads once to keep the feed alive. Counts for nothing, so the first quick empty answer is a
   * failure.
   */
  void readToKeepAlive(String ackId, Cancellation cancellation) throws SymphonyException {
    ReadAnswer answer = feed.read(ackId, cancellation);
    if (isQuickAndEmpty(answer, events(answer, true))) {
      throw answer.tooQuick();
    }
  }

  /** The events of an answer, if it is a list of events that can be acknowledged. */
  public static EventList events(ReadAnswer answer, boolean identifiersOnly)
      throws SymphonyException {
    EventList events;
    try {
      byte[] body = answer.body();
      events =
          identifiersOnly
              ? EventList.readIdentifiers(body, answer.maxBytes())
              : EventList.read(body, answer.maxBytes());
    } catch (MalformedEventListException e) {
      throw e.isTooLarge()
          ? answer.tooLarge(e.getMessage())
          : answer.malformed("is no list of events: " + e.getMessage());
    }
    if (!events.events().isEmpty() && events.ackId() == null) {
      throw answer.malformed("has events, but no ackId to acknowledge them with");
    }
    return events;
  }

  private static boolean isQuickAndEmpty(ReadAnswer answer, EventList events) {
    return events.events().isEmpty() && answer.tookMillis() < TOO_QUICK.toMillis();
  }
}
