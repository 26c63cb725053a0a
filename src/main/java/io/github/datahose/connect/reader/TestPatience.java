// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.reader;

import java.time.Duration;

/**
 * Times that the connector lets pass before it gives up or warns. In production they are as they
 * are written. An integration test, which cannot hold the clock of a worker, has them divided by a
 * system property of the worker's JVM.
 */
final class TestPatience {

  /** Not an option, and not for users: a shorter time ends tasks that would recover. */
  static final String DIVISOR = "io.github.datahose.connect.test.patience.divisor";

  private TestPatience() {}

  /** The time as it is, or divided when the property is there. */
  static Duration of(Duration time) {
    return of(time, System.getProperty(DIVISOR));
  }

  /** The time divided by a whole number above 0; as it is by anything else, and by null. */
  static Duration of(Duration time, String divisor) {
    boolean isNumber = divisor != null && divisor.matches("[1-9][0-9]{0,3}");
    return isNumber ? time.dividedBy(Integer.parseInt(divisor)) : time;
  }
}
