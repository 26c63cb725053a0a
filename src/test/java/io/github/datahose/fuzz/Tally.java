// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.fuzz;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * What a run came to.
 *
 * @param rounds how many pods there were, one after the other
 * @param tasks how many tasks were started on them
 * @param answers that were given to the connector
 * @param mutated of these
 * @param events that were produced
 * @param records that were delivered
 * @param altered events of which a mutation made others within a list that nobody could know for
 *     wrong, or that it took out of it
 * @param kinds of mutations that there were
 */
record Tally(
    long rounds,
    long tasks,
    long answers,
    long mutated,
    long events,
    long records,
    long altered,
    Set<String> kinds) {

  static final Tally NOTHING = new Tally(0, 0, 0, 0, 0, 0, 0, Set.of());

  Tally plus(Tally more) {
    Set<String> allKinds = new HashSet<>(kinds);
    allKinds.addAll(more.kinds);
    return new Tally(
        rounds + more.rounds,
        tasks + more.tasks,
        answers + more.answers,
        mutated + more.mutated,
        events + more.events,
        records + more.records,
        altered + more.altered,
        allKinds);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%,d rounds, %,d tasks, %,d answers, %,d of them mutated, %,d events, %,d of them altered on the way, %,d records",
        rounds,
        tasks,
        answers,
        mutated,
        events,
        altered,
        records);
  }
}
