// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What a feed holds: events that are hidden when they are delivered, and come back unless they are
 * acknowledged in time. It remembers all that ever was in it. Not thread-safe.
 */
final class FeedQueue {

  /** All events ever, in the order in which they came; the index is an event's position. */
  private final List<Event> events = new ArrayList<>();

  private final List<Delivery> deliveries = new ArrayList<>();
  private final List<Delivery> inFlight = new ArrayList<>();
  private final ArrayDeque<Integer> returned = new ArrayDeque<>();
  private final Map<String, Integer> sessions = new HashMap<>();
  private int nextFresh;
  private long delivered;
  private int acknowledged;

  void add(List<Event> more) {
    events.addAll(more);
  }

  boolean isEmpty() {
    return nextFresh == events.size() && returned.isEmpty();
  }

  /** Takes back what was not acknowledged until now. */
  void takeBack(Instant now) {
    for (Iterator<Delivery> all = inFlight.iterator(); all.hasNext(); ) {
      Delivery delivery = all.next();
      if (!now.isBefore(delivery.visibleAgainAt)) {
        all.remove();
        delivery.state = Delivery.State.RETURNED;
        for (int position : delivery.positions) {
          returned.addLast(position);
        }
      }
    }
  }

  /** When something may come back next; never when nothing is in flight. */
  Instant nextReturn() {
    return inFlight.stream()
        .map(delivery -> delivery.visibleAgainAt)
        .min(Instant::compareTo)
        .orElse(Instant.MAX);
  }

  /**
   * Hands out returned and fresh events in turns, so that redelivery mixes old with new.
   *
   * @param session token of the session that reads
   * @return the number of the answer, for {@link #acknowledge} and {@link #events}
   */
  int deliver(int batchSize, String session, Instant visibleAgainAt) {
    int available = events.size() - nextFresh + returned.size();
    int[] positions = new int[Math.min(batchSize, available)];
    for (int i = 0; i < positions.length; i++) {
      boolean old = nextFresh == events.size() || i % 2 == 0 && !returned.isEmpty();
      positions[i] = old ? returned.removeFirst() : nextFresh++;
    }
    sessions.putIfAbsent(session, sessions.size());
    Delivery delivery = new Delivery(positions, sessions.get(session), visibleAgainAt);
    deliveries.add(delivery);
    inFlight.add(delivery);
    delivered += positions.length;
    return deliveries.size() - 1;
  }

  /** The events of an answer, in its order. */
  List<Event> events(int answer) {
    return IntStream.of(deliveries.get(answer).positions).mapToObj(events::get).toList();
  }

  /**
   * Acknowledges exactly one answer; once more has no effect.
   *
   * @return false when it is too late, or there is no such answer
   */
  boolean acknowledge(int answer) {
    if (answer >= deliveries.size()) {
      return false;
    }
    Delivery delivery = deliveries.get(answer);
    if (delivery.state == Delivery.State.IN_FLIGHT) {
      delivery.state = Delivery.State.ACKNOWLEDGED;
      delivery.acknowledgedAtNanos = System.nanoTime();
      inFlight.remove(delivery);
      acknowledged += delivery.positions.length;
    }
    return delivery.state == Delivery.State.ACKNOWLEDGED;
  }

  /** What happened so far; with messageIds and answers only if asked, they are many. */
  FeedSnapshot snapshot(FeedKey key, boolean live, long emptyAnswers, boolean complete) {
    return new FeedSnapshot(
        key.account(),
        key.tag(),
        List.copyOf(key.eventTypes()),
        List.copyOf(key.scopes()),
        live,
        events.size(),
        nextFresh,
        delivered - nextFresh,
        acknowledged,
        deliveries.size(),
        emptyAnswers,
        complete ? events.stream().map(Event::messageId).toArray(String[]::new) : null,
        complete ? deliveries.stream().map(answer -> answer.positions).toArray(int[][]::new) : null,
        complete ? acknowledgedAnswers() : null,
        complete ? deliveries.stream().mapToInt(answer -> answer.session).toArray() : null);
  }

  /** When its acknowledged answers were given and acknowledged, in the order of the answers. */
  FeedTimes times() {
    List<Delivery> done =
        deliveries.stream().filter(each -> each.state == Delivery.State.ACKNOWLEDGED).toList();
    return new FeedTimes(
        done.stream().mapToInt(each -> each.positions.length).toArray(),
        done.stream().mapToLong(each -> each.deliveredAtNanos).toArray(),
        done.stream().mapToLong(each -> each.acknowledgedAtNanos).toArray(),
        done.stream().mapToLong(each -> each.deliveredEpochNanos).toArray());
  }

  private int[] acknowledgedAnswers() {
    return IntStream.range(0, deliveries.size())
        .filter(answer -> deliveries.get(answer).state == Delivery.State.ACKNOWLEDGED)
        .toArray();
  }
}
