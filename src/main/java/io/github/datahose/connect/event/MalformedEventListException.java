// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event;

/**
 * An answer of the agent whose events cannot be told apart, so that none of it may be delivered or
 * acknowledged. The message says what is wrong and at which byte, and never quotes the answer,
 * since that may hold message text.
 */
public final class MalformedEventListException extends Exception {

  private static final long serialVersionUID = 1L;

  private final boolean tooLarge;

  MalformedEventListException(String problem, int offset, int length) {
    super(
        "The answer is not an event list: "
            + problem
            + " (byte "
            + offset
            + " of "
            + length
            + "); nothing of it is acknowledged");
    tooLarge = false;
  }

  private MalformedEventListException(String message) {
    super(message);
    tooLarge = true;
  }

  /** An event list with more events than its size allows; the message says what counts. */
  static MalformedEventListException tooLarge(String message) {
    return new MalformedEventListException(message);
  }

  /** Whether the answer is well-formed so far, but counts more bytes than it may. */
  public boolean isTooLarge() {
    return tooLarge;
  }
}
