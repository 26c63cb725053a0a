// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.reader;

/**
 * Whether a task has read successfully, now or before a restart. What is in an agent's place then,
 * a page of an ingress for instance, hides an agent that was there. Shared by the readers of a
 * task. Thread-safe.
 */
final class ReadHistory {

  private final boolean earlier;
  private volatile boolean sinceStart;

  /**
   * The history of a task that starts.
   *
   * @param earlier whether a recent offset says that a task before it has read
   */
  ReadHistory(boolean earlier) {
    this.earlier = earlier;
  }

  /** A reader of the task has read successfully. */
  void readNow() {
    sinceStart = true;
  }

  /** Whether any reader has read since the task started. */
  boolean hasReadSinceStart() {
    return sinceStart;
  }

  /** Whether any reader of the task has read, now or recently. */
  boolean hasRead() {
    return earlier || sinceStart;
  }
}
