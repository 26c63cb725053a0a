// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

/**
 * An option of the command line.
 *
 * @param name without the dashes
 * @param value what stands behind the equals sign; empty for a switch, which has none
 * @param otherwise what holds without it; empty when nothing does
 * @param meaning one phrase, with the unit
 * @param effect what it does
 */
record CommandLineOption(
    String name, String value, String otherwise, String meaning, Effect effect) {

  /** Puts a value into effect. */
  interface Effect {
    void apply(CommandLine line, String value);
  }

  /** As one types it. */
  String usage() {
    return "--" + name + (isSwitch() ? "" : "=" + value);
  }

  boolean isSwitch() {
    return value.isEmpty();
  }
}
