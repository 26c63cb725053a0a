// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * The outcomes of all runs, those of a contender in a cell in their order. Not thread-safe.
 *
 * @param <T> what a run gives
 */
final class Results<T> {

  private record Key(String contender, Cell cell) {}

  private final Map<Key, List<T>> outcomes = new LinkedHashMap<>();

  void add(String contender, Cell cell, T outcome) {
    outcomes.computeIfAbsent(new Key(contender, cell), key -> new ArrayList<>()).add(outcome);
  }

  boolean has(String contender, Cell cell) {
    return outcomes.containsKey(new Key(contender, cell));
  }

  /** What a contender did in a cell; an empty list when it was not run there. */
  List<Double> values(String contender, Cell cell, ToDoubleFunction<T> what) {
    return outcomes.getOrDefault(new Key(contender, cell), List.of()).stream()
        .map(what::applyAsDouble)
        .toList();
  }
}
