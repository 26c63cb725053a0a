// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** One feed, from the read that made it to its deletion. Thread-safe; its readers compete. */
final class Feed {

  private final FeedKey key;
  private final UUID id = UUID.randomUUID();
  private final Supplier<SimulatorOptions> options;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final FeedQueue queue = new FeedQueue();
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

  void add(List<Event> events) {
    lock.lock();
    try {
      queue.add(events);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for events, at most as long as the long poll; none also when the feed is deleted.
   *
   * @param session token of the session that reads
   */
  Batch read(String session) throws InterruptedException {
    lock.lockInterruptibly();
    readers++;
    try {
      long deadline = System.nanoTime() + options.get().longPoll.toNanos();
      while (!deleted) {
        queue.takeBack(now());
        if (!queue.isEmpty()) {
          SimulatorOptions current = options.get();
          int answer = queue.deliver(current.batchSize, session, now().plus(current.visibility));
          return new Batch(queue.events(answer), new AckId(id, answer));
        }
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          break;
        }
        changed.await(Math.min(left, nanosUntilReturn(left)), TimeUnit.NANOSECONDS);
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
      queue.takeBack(now());
      return answer == AckId.NOTHING || queue.acknowledge(answer);
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

  /** Deletes the feed when nobody read it for long; says whether it is deleted. */
  boolean expired() {
    lock.lock();
    try {
      Duration idle = Duration.between(lastRead, now());
      if (!deleted && readers == 0 && idle.compareTo(options.get().feedExpiry) >= 0) {
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

  /** Makes visible what was delivered and not acknowledged, as if its time were up. */
  void returnUnacknowledged() {
    lock.lock();
    try {
      queue.takeBack(Instant.MAX);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  FeedSnapshot snapshot(boolean complete) {
    lock.lock();
    try {
      return queue.snapshot(key, !deleted, emptyAnswers, complete);
    } finally {
      lock.unlock();
    }
  }

  FeedTimes times() {
    lock.lock();
    try {
      return queue.times();
    } finally {
      lock.unlock();
    }
  }

  private long nanosUntilReturn(long atMost) {
    Duration wait = Duration.between(now(), queue.nextReturn());
    return wait.compareTo(Duration.ofNanos(atMost)) < 0 ? Math.max(1, wait.toNanos()) : atMost;
  }

  private Instant now() {
    return options.get().clock.instant();
  }
}
