// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark.micro;

import io.github.datahose.benchmark.Row;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is measured, and how much memory it may take: some 25 % above what was measured when the
 * budget was set, on Java 17.
 */
enum Step {
  MAP("map to a struct", "map", 2_910),
  IDENTIFY("find the identifiers", "identify", 650),
  SLICE("slice", "slice", 2_700),
  FINGERPRINT("fingerprint", "fingerprint", 165),
  OFFSET("offset", "offset", 72),
  STORED_OFFSET("offset, stored", "storedOffset", 180),
  RECORDS_OF_STRUCTS("whole way, struct", "recordsOfStructs", 3_530),
  RECORDS_OF_TEXTS("whole way, JSON", "recordsOfTexts", 3_960),
  JACKSON_TREE("Jackson tree", "jacksonTree", null),
  VENDOR_CLASSES("classes of the BDK", "vendorClasses", null),
  BY_HAND("by hand", "byHand", null);

  private final String text;
  private final String method;
  private final Integer budget;

  Step(String text, String method, Integer budget) {
    this.text = text;
    this.method = method;
    this.budget = budget;
  }

  /** The name in the report. */
  String text() {
    return text;
  }

  /** Bytes an event may take; null for what is not ours. */
  Integer budget() {
    return budget;
  }

  /** The name that JMH has for it. */
  String benchmark() {
    return EventBenchmark.class.getName() + "." + method;
  }

  /**
   * What a step costs, on one thread.
   *
   * @param step which
   * @param eventsPerSecond the mean
   * @param error half of the 99.9 % confidence interval of {@code eventsPerSecond}; not a number if
   *     too few iterations were measured
   * @param bytesPerEvent allocated on the heap; not a number if the JVM does not report it
   */
  record Cost(Step step, double eventsPerSecond, double error, double bytesPerEvent) {

    /** False when it takes more memory than it may, or nobody knows how much. */
    boolean isWithinBudget() {
      return step.budget == null || bytesPerEvent <= step.budget;
    }

    /**
     * As the report takes it.
     *
     * @param tree what Jackson's tree costs, in the same run
     */
    Map<String, Object> cells(Cost tree) {
      Map<String, Object> cells = new LinkedHashMap<>();
      cells.put("name", step.text);
      cells.put("eventsPerSecond", whole(eventsPerSecond));
      cells.put("error", whole(error));
      cells.put("ratio", Row.rounded(eventsPerSecond / tree.eventsPerSecond));
      cells.put("bytesPerEvent", whole(bytesPerEvent));
      cells.put("bytesRatio", Row.rounded(bytesPerEvent / tree.bytesPerEvent));
      cells.put("budget", step.budget);
      cells.put("ok", step.budget == null ? null : isWithinBudget());
      return cells;
    }

    private static Long whole(double value) {
      return Double.isNaN(value) ? null : Math.round(value);
    }
  }
}
