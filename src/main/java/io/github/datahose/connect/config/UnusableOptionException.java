// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

/** An option's value, or the file it names, that is no use. The message begins with its name. */
final class UnusableOptionException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  private final String option;

  /**
   * Finds fault with an option. Without a cause, whose message may repeat the value.
   *
   * @param option the one that mends it
   * @param wrong the rest of a sentence that begins with the option's name and says what to do
   */
  UnusableOptionException(String option, String wrong) {
    super(option + " " + wrong);
    this.option = option;
  }

  /** The option that mends it. */
  String option() {
    return option;
  }
}
