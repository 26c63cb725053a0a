// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.delivery;

import io.github.datahose.connect.event.Identity;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The events that a reader's feed may deliver again although their batch was acknowledged: the
 * acknowledgement came late, after the agent may have made them visible again. They travel in the
 * reader's offsets, so that a task that starts after a crash knows them. Confined to the reader's
 * thread; the window, which all readers share, is told.
 *
 * <p>They are kept for 15 minutes (the vendor's advice for remembering message ids: developer
 * documentation, {@code bots-best-practices.md}), of time in which reads succeed: while the agent
 * is away nothing can be redelivered, so that time does not count.
 */
public final class RedeliveryCandidates {

  private static final long KEPT_NANOS = 15L * 60 * 1_000_000_000;

  private record Group(List<Identity> identities, long forgetAt) {}

  private final DedupWindow window;
  private final Deque<Group> groups = new ArrayDeque<>();
  private long readTime;
  private int size;
  private byte[] bytes = new byte[0];
  private boolean changed;

  public RedeliveryCandidates(DedupWindow window) {
    this.window = window;
  }

  /** Takes events in. */
  public void add(List<Identity> identities) {
    if (identities.isEmpty() || window.capacity() == 0) {
      return;
    }
    window.keep(identities);
    groups.add(new Group(identities, readTime + KEPT_NANOS));
    size += identities.size();
    changed = true;
  }

  /**
   * Lets time pass.
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
   * Forgets the oldest beyond a number.
   *
   * @return how many were forgotten before their time
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

  /** All of them, oldest first, 16 bytes each. Not changed afterwards: offsets share it. */
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
