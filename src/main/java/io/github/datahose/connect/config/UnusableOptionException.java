// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import java.util.concurrent.TimeoutException;

/** An option's value, or the file it names, that is no use. The message begins with its name. */
class UnusableOptionException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  private final String option;

  /**
   * Finds fault with an option. Without a cause, whose message might repeat the value.
   *
   * @param option the one that mends it
   * @param wrong the rest of a sentence that begins with the option's name and says what to do
   */
  UnusableOptionException(String option, String wrong) {
    super(option + " " + wrong);
    this.option = option;
  }

  /** The same where it hangs, which may pass: {@link TimeoutException} is the cause then. */
  UnusableOptionException(String option, String wrong, TimeoutException hangs) {
    super(option + " " + wrong, hangs);
    this.option = option;
  }

  /** The option that mends it. */
  String option() {
    return option;
  }
}
