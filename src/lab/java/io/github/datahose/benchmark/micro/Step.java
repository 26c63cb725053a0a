// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark.micro;

import io.github.datahose.connect.feed.EventBenchmark;

/**
 * What is measured, and how much memory it may take: some 25 % above what was measured when the
 * budget was set, on Java 17. {@code docs/performance.md} states the same budgets, which a test
 * sees to.
 */
enum Step {
  PARSE("parse", "parse", 85),
  MAP("map to a struct", "map", 8_000),
  PARSE_IDENTIFIERS("parse, identifiers only", "parseIdentifiers", 1_200),
  SLICE("slice", "slice", 2_700),
  FINGERPRINT("fingerprint", "fingerprint", 165),
  OFFSET("offset", "offset", 72),
  STORED_OFFSET("offset, stored", "storedOffset", 180),
  RECORDS_OF_STRUCTS("whole way, struct", "recordsOfStructs", 9_000),
  RECORDS_OF_TEXTS("whole way, JSON", "recordsOfTexts", 4_800),
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
}
