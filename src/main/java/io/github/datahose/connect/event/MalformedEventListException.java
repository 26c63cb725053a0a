// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event;

/**
 * An answer of the agent whose events cannot be told apart, so that none of it may be delivered or
 * acknowledged. The message says what is wrong and at which byte, and never quotes the answer,
 * since that may hold message text.
 */
public final class MalformedEventListException extends Exception {

  private static final long serialVersionUID = 1L;

  MalformedEventListException(String problem, int offset, int length) {
    super(
        "The answer is not an event list: "
            + problem
            + " (byte "
            + offset
            + " of "
            + length
            + "); nothing of it is acknowledged");
  }
}
