// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.storm;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;

/**
 * Times from a kill to the first record that was written after it, as a consumer sees it. A kill
 * that comes before such a record lengthens the outage that it falls into, and that one counts from
 * its earliest kill. Thread-safe.
 */
final class Outages {
  private record Kill(long at, Map<TopicPartition, Long> ends) {}

  private final Deque<Kill> kills = new ArrayDeque<>();
  private final List<Long> recoveries = new ArrayList<>();

  /**
   * Notes a kill.
   *
   * @param at just before it, as {@link System#nanoTime} has it
   * @param ends the ends of the topics, after the last record that the dead wrote
   */
  synchronized void killed(long at, Map<TopicPartition, Long> ends) {
    kills.add(new Kill(at, ends));
  }

  /** Notes a record that a consumer got. */
  synchronized void seen(long at, TopicPartition partition, long offset) {
    Kill earliest = kills.peek();
    boolean recovered = false;
    while (!kills.isEmpty() && offset >= kills.peek().ends().get(partition)) {
      kills.remove();
      recovered = true;
    }
    if (recovered) {
      recoveries.add(TimeUnit.NANOSECONDS.toMillis(at - earliest.at()));
    }
  }

  /** Whether a record has come that was written after the last kill. */
  synchronized boolean isOver() {
    return kills.isEmpty();
  }

  /** How long each took, in ms; not of one that is not over. */
  synchronized List<Long> recoveries() {
    return List.copyOf(recoveries);
  }
}
