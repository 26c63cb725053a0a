// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.reader;

import java.time.Duration;

/**
 * Times after which the connector fails or warns. Production uses them unchanged. An integration
 * test, which cannot control the clock of a worker, divides them by a system property of the
 * worker's JVM.
 */
final class TestPatience {

  /** Not an option, and not for users: a shorter time ends tasks that would recover. */
  static final String DIVISOR = "io.github.datahose.connect.test.patience.divisor";

  private TestPatience() {}

  /** Returns the time, divided if the property is set. */
  static Duration of(Duration time) {
    return of(time, System.getProperty(DIVISOR));
  }

  /**
   * Returns the time divided by a positive integer; unchanged for anything else, including null.
   */
  static Duration of(Duration time, String divisor) {
    boolean isNumber = divisor != null && divisor.matches("[1-9][0-9]{0,3}");
    return isNumber ? time.dividedBy(Integer.parseInt(divisor)) : time;
  }
}
