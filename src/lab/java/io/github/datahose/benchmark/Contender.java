// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import java.util.List;

/**
 * Who is measured. It runs all the time and waits at its feeds: a run begins when events are put
 * there.
 *
 * @param name as the report has it
 * @param feeds those that it reads, one unless said
 * @param topic what it writes to; null when it writes nothing
 * @param exactOffsets whether the topic's end is the number of its records, so without transactions
 */
record Contender(String name, List<ReadFeed> feeds, String topic, boolean exactOffsets) {

  /**
   * A feed.
   *
   * @param tag as the pod sees it
   * @param types that it is read with
   */
  record ReadFeed(String tag, List<String> types) {}

  @Override
  public String toString() {
    return name;
  }
}
