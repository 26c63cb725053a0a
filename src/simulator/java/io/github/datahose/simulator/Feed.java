// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * One feed, from the read that made it to its deletion: events that are hidden when they are
 * delivered, and come back unless they are acknowledged in time. It remembers all that ever was in
 * it. Thread-safe; its readers compete.
 */
final class Feed {

  final Key key;
  final UUID id = UUID.randomUUID();
  private final Supplier<SimulatorOptions> options;

  /** All events ever, in the order in which they came; the index is an event's position. */
  private final List<Event> events = new ArrayList<>();

  private final List<Delivery> deliveries = new ArrayList<>();
  private final List<Delivery> inFlight = new ArrayList<>();
  private final ArrayDeque<Integer> returned = new ArrayDeque<>();
  private final Map<String, Integer> sessions = new HashMap<>();
  private int nextFresh;
  private long delivered;
  private int acknowledged;
  private long emptyAnswers;
  private int readers;
  private Instant lastRead;
  private boolean deleted;

  /**
   * What makes two reads reads of one feed. Immutable.
   *
   * @param account the service account
   * @param tag as the client chose it
   * @param eventTypes sorted
   * @param scopes sorted; empty for all
   */
  record Key(String account, String tag, TreeSet<String> eventTypes, TreeSet<String> scopes) {

    Key(String account, String tag, Set<String> eventTypes, Set<String> scopes) {
      this(account, tag, new TreeSet<>(eventTypes), new TreeSet<>(scopes));
    }

    boolean wants(Event event) {
      boolean typeFits = event.type() == null || eventTypes.contains(event.type());
      boolean scopeFits =
          scopes.isEmpty() || event.type() == null || scopes.contains(event.scope());
      return typeFits && scopeFits;
    }
  }

  /** An answer with events. Until it is acknowledged or its time is up, no other read has them. */
  private static final class Delivery {

    enum State {
      IN_FLIGHT,
      ACKNOWLEDGED,
      RETURNED
    }

    /** The places that its events have in the feed, in the order of the answer. */
    final int[] positions;

    /** Who took it, see {@link FeedSnapshot#answerSessions}. */
    final int session;

    final Instant visibleAgainAt;
    final long deliveredAtNanos = System.nanoTime();
    State state = State.IN_FLIGHT;

    /** Means something once it is acknowledged. */
    long acknowledgedAtNanos;

    Delivery(int[] positions, int session, Instant visibleAgainAt) {
      this.positions = positions;
      this.session = session;
      this.visibleAgainAt = visibleAgainAt;
    }
  }

  Feed(Key key, Supplier<SimulatorOptions> options) {
    this.key = key;
    this.options = options;
    this.lastRead = now();
  }

  synchronized void add(List<Event> more) {
    events.addAll(more);
    notifyAll();
  }

  /**
   * Waits for events, at most as long as the long poll; none also when the feed is deleted.
   *
   * @param session token of the session that reads
   */
  synchronized Batch read(String session) throws InterruptedException {
    readers++;
    try {
      long deadline = System.nanoTime() + options.get().longPoll.toNanos();
      while (!deleted) {
        takeBack(now());
        if (nextFresh < events.size() || !returned.isEmpty()) {
          return deliver(session);
        }
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          break;
        }
        TimeUnit.NANOSECONDS.timedWait(this, Math.min(left, nanosUntilReturn(left)));
      }
      emptyAnswers++;
      return new Batch(List.of(), new Batch.AckId(id, Batch.AckId.NOTHING));
    } finally {
      readers--;
      lastRead = now();
    }
  }

  /** Hands out returned and fresh events in turns, so that redelivery mixes old with new. */
  private Batch deliver(String session) {
    SimulatorOptions current = options.get();
    int available = events.size() - nextFresh + returned.size();
    int[] positions = new int[Math.min(current.batchSize, available)];
    for (int i = 0; i < positions.length; i++) {
      boolean old = nextFresh == events.size() || i % 2 == 0 && !returned.isEmpty();
      positions[i] = old ? returned.removeFirst() : nextFresh++;
    }
    sessions.putIfAbsent(session, sessions.size());
    Delivery delivery =
        new Delivery(positions, sessions.get(session), now().plus(current.visibility));
    deliveries.add(delivery);
    inFlight.add(delivery);
    delivered += positions.length;
    return new Batch(
        IntStream.of(positions).mapToObj(events::get).toList(),
        new Batch.AckId(id, deliveries.size() - 1));
  }

  /**
   * Acknowledges exactly the batch of one answer; once more has no effect.
   *
   * @return false when the ackId is stale, or there is no such answer; nothing happened then
   */
  synchronized boolean acknowledge(int answer) {
    takeBack(now());
    if (answer == Batch.AckId.NOTHING) {
      return true;
    }
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

  /** Notes that somebody is about to read, so that the feed is not deleted just now. */
  synchronized void touch() {
    lastRead = now();
  }

  /** Deletes the feed when nobody read it for long; says whether it is deleted. */
  synchronized boolean expired() {
    Duration idle = Duration.between(lastRead, now());
    if (!deleted && readers == 0 && idle.compareTo(options.get().feedExpiry) >= 0) {
      delete();
    }
    return deleted;
  }

  /** Deletes the feed; reads that wait end with nothing. */
  synchronized void delete() {
    deleted = true;
    notifyAll();
  }

  /** Makes visible what was delivered and not acknowledged, as if its time were up. */
  synchronized void returnUnacknowledged() {
    takeBack(Instant.MAX);
    notifyAll();
  }

  /** What happened so far; with messageIds and answers only if asked, they are many. */
  synchronized FeedSnapshot snapshot(boolean complete) {
    return new FeedSnapshot(
        key.account(),
        key.tag(),
        List.copyOf(key.eventTypes()),
        List.copyOf(key.scopes()),
        !deleted,
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
  synchronized FeedTimes times() {
    List<Delivery> done = IntStream.of(acknowledgedAnswers()).mapToObj(deliveries::get).toList();
    return new FeedTimes(
        done.stream().mapToInt(each -> each.positions.length).toArray(),
        done.stream().mapToLong(each -> each.deliveredAtNanos).toArray(),
        done.stream().mapToLong(each -> each.acknowledgedAtNanos).toArray());
  }

  private int[] acknowledgedAnswers() {
    return IntStream.range(0, deliveries.size())
        .filter(answer -> deliveries.get(answer).state == Delivery.State.ACKNOWLEDGED)
        .toArray();
  }

  /** Takes back what was not acknowledged until now. */
  private void takeBack(Instant now) {
    for (Iterator<Delivery> all = inFlight.iterator(); all.hasNext(); ) {
      Delivery delivery = all.next();
      if (!now.isBefore(delivery.visibleAgainAt)) {
        all.remove();
        delivery.state = Delivery.State.RETURNED;
        IntStream.of(delivery.positions).forEach(returned::addLast);
      }
    }
  }

  /** When something may come back next; never when nothing is in flight. */
  private long nanosUntilReturn(long atMost) {
    Instant next =
        inFlight.stream()
            .map(delivery -> delivery.visibleAgainAt)
            .min(Instant::compareTo)
            .orElse(Instant.MAX);
    Duration wait = Duration.between(now(), next);
    return wait.compareTo(Duration.ofNanos(atMost)) < 0 ? Math.max(1, wait.toNanos()) : atMost;
  }

  private Instant now() {
    return options.get().clock.instant();
  }
}
