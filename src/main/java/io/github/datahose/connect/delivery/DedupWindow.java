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
 * The events of a feed that are in Kafka already, or on their way: what the feed delivers again is
 * recognised here. All readers of the feed share it, since the agent may redeliver to another
 * reader. Thread-safe.
 *
 * <p>An event is in the window from the confirmation of its batch on; while its batch is in flight
 * it is claimed, and another reader's batch with that event has to wait: nobody can say yet whether
 * it will be there.
 */
public final class DedupWindow {

  private final int capacity;
  private final LinkedHashSet<Identity> confirmed = new LinkedHashSet<>();
  private final Set<Identity> inFlight = new HashSet<>();

  /**
   * Identities that stay recognised however many newer ones come, with the number of those who keep
   * them.
   */
  private final Map<Identity, Integer> kept = new HashMap<>();

  private final List<Signal> readers = new ArrayList<>();

  /**
   * Makes an empty window.
   *
   * @param capacity identities of confirmed events to remember; 0 switches deduplication off
   */
  public DedupWindow(int capacity) {
    this.capacity = capacity;
  }

  int capacity() {
    return capacity;
  }

  /** Wakes a reader whenever events in flight are confirmed. */
  public synchronized void wakes(Signal signal) {
    readers.add(signal);
  }

  /**
   * Claims the events of a batch that are new, all at once or none: so a waiting batch claims
   * nothing, and no two readers wait for each other.
   *
   * @return which of the events are new (by position); of equal ones the first. Null when one is in
   *     flight at another reader: wait for a wake-up and ask again
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

  /**
   * Takes the events of a batch in, when all of its records are settled: claimed ones, and
   * duplicates too.
   */
  public void confirm(List<Identity> events) {
    List<Signal> toWake;
    synchronized (this) {
      for (Identity event : events) {
        // What was claimed was not confirmed before, and nobody confirms it meanwhile.
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

  /** Keeps events recognised until they are forgotten, beyond the capacity. */
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
