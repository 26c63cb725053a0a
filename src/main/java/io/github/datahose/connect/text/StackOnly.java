// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.text;

/**
 * Copy of an exception for the log: class, stack trace, and causes, without the messages, which
 * might contain secrets.
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

  /** Returns a copy without the messages. */
  public static StackOnly of(Throwable thrown) {
    return new StackOnly(thrown, CAUSES_AT_MOST);
  }

  /** Returns class and place in a few words. */
  public String place() {
    StackTraceElement[] stack = getStackTrace();
    return getMessage() + " at " + (stack.length == 0 ? "an unknown place" : stack[0]);
  }
}
