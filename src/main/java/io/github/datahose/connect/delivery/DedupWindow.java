// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.delivery;

import io.github.datahose.connect.delivery.ReaderContext.Signal;
import io.github.datahose.connect.event.Identity;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Deduplication window of a feed: the identities of events that are confirmed or in flight, by
 * which redelivered events are recognized. All readers of the feed share it, because the agent
 * might redeliver to another reader. Thread-safe.
 *
 * <p>An event is in the window once its batch is confirmed. While its batch is in flight, the event
 * is claimed, and another reader's batch with that event has to wait, because it is not yet known
 * whether Kafka will confirm the event.
 */
public final class DedupWindow {

  private final int capacity;
  private final LinkedHashSet<Identity> confirmed = new LinkedHashSet<>();
  private final Set<Identity> inFlight = new HashSet<>();

  /**
   * Identities that are kept however many newer ones are added, each with the number of its
   * keepers.
   */
  private final Map<Identity, Integer> kept = new HashMap<>();

  private final List<Signal> readers = new ArrayList<>();

  /**
   * Creates an empty window.
   *
   * @param capacity number of identities of confirmed events to keep; 0 disables deduplication
   */
  public DedupWindow(int capacity) {
    this.capacity = capacity;
  }

  int capacity() {
    return capacity;
  }

  /** Registers a reader to wake when events in flight are confirmed. */
  public synchronized void wakes(Signal signal) {
    readers.add(signal);
  }

  /**
   * Claims the new events of a batch, all or none: so a waiting batch claims nothing, and no two
   * readers wait for each other.
   *
   * @return which of the events are new (by position), the first of equal ones; null if one is in
   *     flight at another reader: wait for a wake-up, and call again
   */
  synchronized BitSet claim(List<Identity> events) {
    BitSet fresh = new BitSet(events.size());
    if (capacity == 0) {
      fresh.set(0, events.size());
      return fresh;
    }
    for (Identity event : events) {
      if (inFlight.contains(event)) {
        return null;
      }
    }
    for (int i = 0; i < events.size(); i++) {
      Identity event = events.get(i);
      if (!confirmed.contains(event) && !kept.containsKey(event) && inFlight.add(event)) {
        fresh.set(i);
      }
    }
    return fresh;
  }

  /** Adds the events of a batch after all its records are settled, including duplicates. */
  public void confirm(List<Identity> events) {
    List<Signal> toWake;
    synchronized (this) {
      for (Identity event : events) {
        // A claimed event was not confirmed before, and no other reader confirms it in the
        // meantime.
        if (!inFlight.remove(event)) {
          confirmed.remove(event);
        }
        confirmed.add(event);
      }
      Iterator<Identity> oldest = confirmed.iterator();
      while (confirmed.size() > capacity) {
        oldest.next();
        oldest.remove();
      }
      toWake = List.copyOf(readers);
    }
    toWake.forEach(Signal::wake);
  }

  /** Keeps events beyond the capacity, until {@link #forget}. */
  synchronized void keep(List<Identity> events) {
    for (Identity event : events) {
      kept.merge(event, 1, Integer::sum);
    }
  }

  /** Ends one {@link #keep}. */
  synchronized void forget(List<Identity> events) {
    for (Identity event : events) {
      kept.computeIfPresent(event, (identity, keepers) -> keepers == 1 ? null : keepers - 1);
    }
  }
}
