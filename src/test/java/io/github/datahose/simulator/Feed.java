// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * One feed: a queue whose events are hidden when they are delivered, and come back unless they are
 * acknowledged in time. It remembers all that ever was in it. Thread-safe; its readers compete.
 */
final class Feed {

  private final FeedKey key;
  private final UUID id = UUID.randomUUID();
  private final Supplier<SimulatorOptions> options;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** All events ever, in the order in which they came; its index is an event's position. */
  private final List<Event> events = new ArrayList<>();

  private final List<Delivery> deliveries = new ArrayList<>();
  private final List<Delivery> inFlight = new ArrayList<>();
  private final ArrayDeque<Integer> returned = new ArrayDeque<>();
  private int nextFresh;
  private int acknowledged;
  private long emptyAnswers;
  private int readers;
  private Instant lastRead;
  private boolean deleted;

  Feed(FeedKey key, Supplier<SimulatorOptions> options) {
    this.key = key;
    this.options = options;
    this.lastRead = now();
  }

  FeedKey key() {
    return key;
  }

  UUID id() {
    return id;
  }

  void add(List<Event> more) {
    lock.lock();
    try {
      events.addAll(more);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits for events, at most as long as the long poll; none also when the feed is deleted. */
  Batch read() throws InterruptedException {
    lock.lockInterruptibly();
    readers++;
    try {
      long deadline = System.nanoTime() + options.get().longPoll().toNanos();
      while (!deleted) {
        returnUnacknowledged();
        if (nextFresh < events.size() || !returned.isEmpty()) {
          return deliver();
        }
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          break;
        }
        changed.await(Math.min(left, nanosUntilReturn()), TimeUnit.NANOSECONDS);
      }
      emptyAnswers++;
      return new Batch(List.of(), new AckId(id, AckId.NOTHING));
    } finally {
      readers--;
      lastRead = now();
      lock.unlock();
    }
  }

  /**
   * Acknowledges exactly the batch of one answer.
   *
   * @return false when the ackId is stale; nothing happened then
   */
  boolean acknowledge(int answer) {
    lock.lock();
    try {
      lastRead = now();
      returnUnacknowledged();
      if (answer == AckId.NOTHING) {
        return true;
      }
      if (answer >= deliveries.size()) {
        return false;
      }
      Delivery delivery = deliveries.get(answer);
      if (delivery.state == Delivery.State.IN_FLIGHT) {
        delivery.state = Delivery.State.ACKNOWLEDGED;
        inFlight.remove(delivery);
        acknowledged += delivery.positions.length;
      }
      return delivery.state == Delivery.State.ACKNOWLEDGED;
    } finally {
      lock.unlock();
    }
  }

  /** Notes that somebody is about to read, so that the feed is not deleted just now. */
  void touch() {
    lock.lock();
    try {
      lastRead = now();
    } finally {
      lock.unlock();
    }
  }

  /** Deletes the feed when nobody read it for long. */
  boolean expired() {
    lock.lock();
    try {
      Duration idle = Duration.between(lastRead, now());
      if (!deleted && readers == 0 && idle.compareTo(options.get().feedExpiry()) >= 0) {
        delete();
      }
      return deleted;
    } finally {
      lock.unlock();
    }
  }

  /** Deletes the feed; reads that wait end with nothing. */
  void delete() {
    lock.lock();
    try {
      deleted = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** What happened so far; with messageIds and answers only if asked, they are many. */
  FeedSnapshot snapshot(boolean complete) {
    lock.lock();
    try {
      long delivered = 0;
      for (Delivery delivery : deliveries) {
        delivered += delivery.positions.length;
      }
      List<Delivery> answers = complete ? deliveries : List.of();
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
          complete ? answers.stream().map(answer -> answer.positions).toArray(int[][]::new) : null,
          complete ? acknowledgedAnswers() : null);
    } finally {
      lock.unlock();
    }
  }

  private int[] acknowledgedAnswers() {
    return java.util.stream.IntStream.range(0, deliveries.size())
        .filter(i -> deliveries.get(i).state == Delivery.State.ACKNOWLEDGED)
        .toArray();
  }

  /** Takes returned and fresh events in turns, so that redelivery mixes old with new. */
  private Batch deliver() {
    SimulatorOptions current = options.get();
    int fresh = events.size() - nextFresh;
    int[] positions = new int[Math.min(current.batchSize(), fresh + returned.size())];
    List<Event> batch = new ArrayList<>(positions.length);
    for (int i = 0; i < positions.length; i++) {
      boolean old = nextFresh == events.size() || i % 2 == 0 && !returned.isEmpty();
      positions[i] = old ? returned.removeFirst() : nextFresh++;
      batch.add(events.get(positions[i]));
    }
    Delivery delivery = new Delivery(positions, now().plus(current.visibility()));
    deliveries.add(delivery);
    inFlight.add(delivery);
    return new Batch(batch, new AckId(id, deliveries.size() - 1));
  }

  private void returnUnacknowledged() {
    Instant now = now();
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

  private long nanosUntilReturn() {
    long nanos = Long.MAX_VALUE;
    for (Delivery delivery : inFlight) {
      nanos = Math.min(nanos, Duration.between(now(), delivery.visibleAgainAt).toNanos());
    }
    return Math.max(nanos, 1);
  }

  private Instant now() {
    return options.get().clock().instant();
  }
}
