// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

/** A request that returns an error of the API. */
final class Refusal extends Exception {

  private static final long serialVersionUID = 1L;

  private final int status;

  Refusal(int status, String message) {
    super(message, null, false, false);
    this.status = status;
  }

  Answer answer() {
    return Answer.error(status, getMessage());
  }
}
