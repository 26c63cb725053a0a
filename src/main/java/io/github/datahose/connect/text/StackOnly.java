// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.text;

/**
 * Of which class something thrown is, and where it was thrown, with its causes; without their
 * messages, which nobody has cleared of secrets. For the log.
 */
public final class StackOnly extends Exception {

  private static final long serialVersionUID = 1L;

  private static final int CAUSES_AT_MOST = 10;

  private StackOnly(Throwable thrown, int causes) {
    super(
        thrown.getClass().getName(),
        thrown.getCause() == null || causes == 0
            ? null
            : new StackOnly(thrown.getCause(), causes - 1));
    setStackTrace(thrown.getStackTrace());
  }

  /** Leaves the messages out. */
  public static StackOnly of(Throwable thrown) {
    return new StackOnly(thrown, CAUSES_AT_MOST);
  }

  /** Class and place in a few words. */
  public String place() {
    StackTraceElement[] stack = getStackTrace();
    return getMessage() + " at " + (stack.length == 0 ? "an unknown place" : stack[0]);
  }
}
