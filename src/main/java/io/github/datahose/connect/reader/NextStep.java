// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.reader;

import io.github.datahose.connect.symphony.SymphonyException;
import java.time.Duration;

/**
 * What follows a failed read.
 *
 * @param delay wait before the next try; zero: at once
 * @param withoutAckId whether the next try goes without ackId
 * @param fatal the sentences that end the task, or null
 */
record NextStep(Duration delay, boolean withoutAckId, String fatal) {

  static final NextStep AT_ONCE = after(Duration.ZERO);
  static final NextStep AT_ONCE_WITHOUT_ACK_ID = new NextStep(Duration.ZERO, true, null);

  /** A further try, with the same ackId. */
  static NextStep after(Duration delay) {
    return new NextStep(delay, false, null);
  }

  /** The end of the task. */
  static NextStep end(SymphonyException failure, String whatToDo) {
    return new NextStep(Duration.ZERO, false, failure.getMessage() + ". " + whatToDo);
  }
}
