// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.fuzz;

import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.ObjectName;

/** What can be seen of the one reader from outside of the task. */
final class ReaderHealth {

  private static final String THREAD = "datahose-played-all-0";
  private static final String METRICS =
      "io.github.datahose.connect:type=feed-metrics,connector=played,task=0,feed=all,reader=0";

  private ReaderHealth() {}

  /** Whether its thread runs. */
  static boolean isAlive() {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(thread -> thread.getName().equals(THREAD));
  }

  /** Its metric {@code state}. */
  static Object state() {
    try {
      return ManagementFactory.getPlatformMBeanServer()
          .getAttribute(new ObjectName(METRICS), "state");
    } catch (JMException e) {
      throw new AssertionError("The reader has no metrics", e);
    }
  }
}
