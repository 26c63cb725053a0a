// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark.micro;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What all steps cost, in one run. */
final class Costs {

  private final Map<Step, Cost> costs = new EnumMap<>(Step.class);

  /**
   * Takes them in.
   *
   * @throws IllegalArgumentException when a step was not measured
   */
  Costs(List<Cost> measured) {
    measured.forEach(cost -> costs.put(cost.step(), cost));
    List<Step> missing = Stream.of(Step.values()).filter(step -> !costs.containsKey(step)).toList();
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException("Not measured: " + missing);
    }
  }

  /** Whether each step keeps to its budget. How fast it is does not count: machines differ. */
  boolean ok() {
    return costs.values().stream().allMatch(Cost::isWithinBudget);
  }

  /** The report's lines. */
  List<Map<String, Object>> rows() {
    Cost tree = costs.get(Step.JACKSON_TREE);
    return costs.values().stream().map(cost -> cost.cells(tree)).toList();
  }
}
