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
 * A feed, from the read that created it to its deletion. Delivered events are hidden, and become
 * visible again unless they are acknowledged in time. It remembers all its events. Thread-safe; its
 * readers compete.
 */
final class Feed {

  final Key key;
  final UUID id = UUID.randomUUID();
  private final Supplier<SimulatorOptions> options;

  /** All events in the order of their arrival; the index is an event's position. */
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
   * The key of a feed: reads with the same key share it. Immutable.
   *
   * @param account the service account
   * @param tag the tag that the client chose
   * @param eventTypes the event types, sorted
   * @param scopes the scopes, sorted; empty for all
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

  /**
   * A response with events. Until it is acknowledged or its visibility timeout ends, no other read
   * returns them.
   */
  private static final class Delivery {

    enum State {
      IN_FLIGHT,
      ACKNOWLEDGED,
      RETURNED
    }

    /** The positions of its events in the feed, in the order of the response. */
    final int[] positions;

    /** The session that received it, see {@link FeedSnapshot#answerSessions}. */
    final int session;

    final Instant visibleAgainAt;
    final long deliveredAtNanos = System.nanoTime();
    State state = State.IN_FLIGHT;

    /** Defined only after the acknowledgment. */
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
   * Waits for events for at most the long poll; returns none also if the feed is deleted.
   *
   * @param session the token of the session that reads
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

  /** Returns redelivered and new events alternately, so that redelivery mixes them. */
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
   * Acknowledges exactly the batch of one response; repeating it has no effect.
   *
   * @return false if the ackId is stale or the response does not exist; then nothing changed
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

  /** Records an imminent read, so that the feed is not deleted now. */
  synchronized void touch() {
    lastRead = now();
  }

  /** Deletes the feed if it was not read for too long; returns whether it is deleted. */
  synchronized boolean expired() {
    Duration idle = Duration.between(lastRead, now());
    if (!deleted && readers == 0 && idle.compareTo(options.get().feedExpiry) >= 0) {
      delete();
    }
    return deleted;
  }

  /** Deletes the feed; waiting reads return no events. */
  synchronized void delete() {
    deleted = true;
    notifyAll();
  }

  /**
   * Makes delivered and unacknowledged events visible, as if their visibility timeout had ended.
   */
  synchronized void returnUnacknowledged() {
    takeBack(Instant.MAX);
    notifyAll();
  }

  /** Returns a snapshot; message IDs and responses only on request, because they are many. */
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
        readers,
        complete ? events.stream().map(Event::messageId).toArray(String[]::new) : null,
        complete ? deliveries.stream().map(answer -> answer.positions).toArray(int[][]::new) : null,
        complete ? acknowledgedAnswers() : null,
        complete ? deliveries.stream().mapToInt(answer -> answer.session).toArray() : null);
  }

  /**
   * Returns when its acknowledged responses were sent and acknowledged, in the order of the
   * responses.
   */
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

  /** Makes events visible again whose visibility timeout has ended. */
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

  /** Returns when events might become visible next; never if nothing is in flight. */
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
