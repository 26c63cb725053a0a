// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.delivery;

import io.github.datahose.connect.delivery.BatchAssembly.FeedRead;
import io.github.datahose.connect.event.Identity;
import io.github.datahose.connect.monitor.Counter;
import io.github.datahose.connect.monitor.FeedMetrics;
import io.github.datahose.connect.symphony.Moment;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Events that a reader's feed might redeliver although their batch was acknowledged: the
 * acknowledgement was late, after the agent might have made them visible again. The reader's
 * offsets contain their identities, so that a task that starts after a crash knows them. Confined
 * to the reader's thread; updates the window that all readers share.
 *
 * <p>On a quiet feed, where a read takes 20 to 30 s, each acknowledgement counts as late. This is
 * intended, because it is not known whether the agent processes it when the read arrives or when it
 * responds.
 *
 * <p>Events are kept for 15 minutes (the vendor's advice for remembering message ids: developer
 * documentation, {@code bots-best-practices.md}) of time in which reads succeed: an unavailable
 * agent redelivers nothing, so that time does not count.
 */
public final class RedeliveryCandidates {

  /** The agent redelivers a batch 30 s after it returned it, unless it is acknowledged by then. */
  private static final Duration IN_TIME = Duration.ofSeconds(20);

  /** Maximum time between two reads that counts: an outage of Kafka does not. */
  private static final Duration CONFIRMED_AT_MOST = Duration.ofSeconds(30);

  private static final Duration KEPT = Duration.ofMinutes(15);

  private record Group(List<Identity> identities, long forgetAt) {}

  private final FeedMetrics metrics;
  private final DedupWindow window;
  private final Deque<Group> groups = new ArrayDeque<>();
  private long readTime;
  private int size;
  private byte[] bytes = new byte[0];
  private boolean changed;

  /** The batch that the next read acknowledges; null for none. */
  private Batch unacknowledged;

  /** Monotonic, nanoseconds: a suspended machine's identities do not expire. */
  private long lastAnsweredAt;

  /**
   * Creates the candidates of a reader that starts.
   *
   * @param stored identities in the reader's stored offset, whatever their age
   */
  public RedeliveryCandidates(ReaderContext context, DedupWindow window, List<Identity> stored) {
    metrics = context.metrics();
    this.window = window;
    lastAnsweredAt = context.clock().nanoTime();
    add(stored);
    metrics.lateIdentities(size);
  }

  /** Records a settled batch, which the next read acknowledges. */
  public void confirmed(Batch batch) {
    unacknowledged = batch;
  }

  /** Records a successful read, which completes its acknowledgement. */
  public void answered(FeedRead read) {
    Moment answered = read.answer().headersAt();
    long answeredAt = answered.nanos();
    long withoutKafka = answeredAt - read.answer().sentAt().nanos() + CONFIRMED_AT_MOST.toNanos();
    advance(Math.min(answeredAt - lastAnsweredAt, withoutKafka));
    lastAnsweredAt = answeredAt;
    if (unacknowledged != null) {
      boolean carried = read.ackIdSent().equals(unacknowledged.ackId());
      if (carried) {
        metrics.add(Counter.ACKS, 1);
      }
      boolean soon = answered.since(unacknowledged.headersAt()).compareTo(IN_TIME) <= 0;
      if (!carried || !soon || read.answer().status() != 200) {
        add(unacknowledged.events());
      }
      unacknowledged = null;
    }
    metrics.lateIdentities(size);
  }

  /** Adds events. */
  void add(List<Identity> identities) {
    if (identities.isEmpty() || window.capacity() == 0) {
      return;
    }
    window.keep(identities);
    groups.add(new Group(identities, readTime + KEPT.toNanos()));
    size += identities.size();
    changed = true;
  }

  /**
   * Advances the time.
   *
   * @param nanos time in which reads succeeded
   */
  void advance(long nanos) {
    readTime += nanos;
    while (!groups.isEmpty() && groups.peek().forgetAt() <= readTime) {
      drop(groups.remove().identities());
    }
  }

  /**
   * Drops the oldest events beyond a limit.
   *
   * @return the number of events that were dropped early
   */
  int trimTo(int limit) {
    int forgotten = 0;
    while (size > limit) {
      Group oldest = groups.remove();
      int surplus = Math.min(size - limit, oldest.identities().size());
      List<Identity> rest =
          new ArrayList<>(oldest.identities().subList(surplus, oldest.identities().size()));
      drop(oldest.identities().subList(0, surplus));
      if (!rest.isEmpty()) {
        groups.addFirst(new Group(rest, oldest.forgetAt()));
      }
      forgotten += surplus;
    }
    return forgotten;
  }

  private void drop(List<Identity> identities) {
    window.forget(identities);
    size -= identities.size();
    changed = true;
  }

  int size() {
    return size;
  }

  /**
   * Returns all identities, oldest first, 16 bytes each. Not changed afterwards, because offsets
   * share the array.
   */
  byte[] toBytes() {
    if (changed) {
      bytes = new byte[size * Identity.BYTES];
      int at = 0;
      for (Group group : groups) {
        for (Identity identity : group.identities()) {
          identity.writeTo(bytes, at);
          at += Identity.BYTES;
        }
      }
      changed = false;
    }
    return bytes;
  }
}
