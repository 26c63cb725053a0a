// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.monitor;

/** What a line of {@link HealthLog} tells. {@code docs/logging.md} has a row for each. */
enum HealthLine {
  /** The reader begins. */
  STARTED,
  /** A first read worked. */
  READING,
  /** Reads work, and there have been no events for a while. */
  IDLE,
  /** Events come again. */
  ACTIVE,
  /** A single read failed, and the next try is soon. */
  RETRYING,
  /** Reads fail. */
  FAILING(true),
  /** They work again. */
  HEALED,
  /** Kafka does not confirm a batch. */
  WAITING(true),
  /** It has now. */
  CONFIRMED,
  /** The reader ended with an error, and so does the task. */
  FAILED(true),
  /** The reader was stopped. */
  STOPPED;

  private final boolean warning;

  HealthLine() {
    this(false);
  }

  HealthLine(boolean warning) {
    this.warning = warning;
  }

  boolean isWarning() {
    return warning;
  }
}
